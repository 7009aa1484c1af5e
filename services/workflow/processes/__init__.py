"""The processes of the offices: dated data, never code."""
