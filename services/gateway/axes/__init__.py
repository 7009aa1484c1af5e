"""Adapters to the exchange axes."""
