"""The queue of packages that leave over an axis."""
