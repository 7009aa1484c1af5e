"""The chain of migrations of identity: one file a version, never edited once published."""
