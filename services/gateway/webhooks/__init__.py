"""Signed web-hooks by the Standard Webhooks scheme: what we tell partners, and what partners tell us."""
