"""Copies of identity's offices and people."""
