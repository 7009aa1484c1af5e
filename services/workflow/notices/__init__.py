"""Warnings before and after a deadline; progress of the units."""
