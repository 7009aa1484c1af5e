"""A leader lets another person assign and supervise for a time."""
