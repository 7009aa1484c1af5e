"""Packages that arrive."""
