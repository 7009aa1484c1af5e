"""Who there is: offices, people, accounts."""
