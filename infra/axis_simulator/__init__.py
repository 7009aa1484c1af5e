"""A stand-alone simulator of the national document axis (protocol: axis.md §1)."""
