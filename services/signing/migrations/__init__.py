"""The chain of migrations of signing: one file a version, never edited once published."""
