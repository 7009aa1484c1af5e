"""Packages of every dialect, made by hand: not by the writer that the gateway uses."""
