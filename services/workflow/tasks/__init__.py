"""Tasks: what one person has to do."""
