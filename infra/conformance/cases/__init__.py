"""The cases, one file a subject: plain data where they can be, short functions where they cannot."""
