"""Offices, their units, and the codes of organs inside and outside."""
