"""Development and operations helpers that stand beside the services."""
