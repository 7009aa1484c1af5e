"""The chassis every service stands on. It knows no document and no office."""
