"""Whom this deployment exchanges packages with: configuration, kept in the database and changed by administrators."""
