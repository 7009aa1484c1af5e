"""Packages by day and partner: how many left, arrived and failed, and how soon receivers said 01."""
