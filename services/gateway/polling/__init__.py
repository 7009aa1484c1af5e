"""Asking partners what waits for us: when, by which replica, and one receive cycle."""
