"""Copies of issued documents on their way."""
