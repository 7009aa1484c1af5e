"""The keys by which partners log in to our partner API: with expiry, and an overlap when one replaces another."""
