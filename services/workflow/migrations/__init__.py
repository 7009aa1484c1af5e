"""The chain of migrations of workflow: one file a version, never edited once published."""
