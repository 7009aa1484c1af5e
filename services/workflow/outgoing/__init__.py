"""A draft on its way from the drafter to the recipients."""
