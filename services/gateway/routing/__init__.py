"""Who gets what over which way."""
