"""The services of QLVB."""
