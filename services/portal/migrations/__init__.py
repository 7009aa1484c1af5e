"""The chain of migrations of portal: one file a version, never edited once published."""
