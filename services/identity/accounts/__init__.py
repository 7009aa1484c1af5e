"""Log-in: passwords, lock-out, sessions, tokens, published keys."""
