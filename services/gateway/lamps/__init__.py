"""Whether axes answer."""
