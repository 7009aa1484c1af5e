"""What integrators use: check, make, show, compare."""
