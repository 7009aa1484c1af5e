"""The chain of migrations of gateway: one file a version, never edited once published."""
