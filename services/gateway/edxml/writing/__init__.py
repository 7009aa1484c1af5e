"""The strict writer: one form, streamed."""
