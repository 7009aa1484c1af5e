"""Persons, their posts and user names."""
