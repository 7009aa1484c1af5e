"""The chain of migrations of registry: one file a version, never edited once published."""
