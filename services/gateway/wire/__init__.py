"""The wire form of the national axis (axis.md §1) for both ends: our adapters, our partner API, the simulator."""
