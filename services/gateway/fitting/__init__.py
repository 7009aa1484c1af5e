"""Documents that are larger than a partner takes: known before issue, sent with links to the largest annexes."""
