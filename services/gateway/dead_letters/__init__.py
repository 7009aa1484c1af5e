"""Packages that need a person: seen, counted, put back into the queue one by one or by the hundred thousand."""
