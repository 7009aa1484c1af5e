"""Packages that nobody may trust yet."""
