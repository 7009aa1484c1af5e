"""Business statuses 01-16."""
