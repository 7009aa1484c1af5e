"""Working days and hours, and deadlines counted in them."""
