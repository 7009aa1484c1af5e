"""Work on PDFs in child processes with limits (shared/children)."""
