"""Cryptographic acts on PDF documents."""
