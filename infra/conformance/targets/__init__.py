"""How the suite speaks to each kind of system under test."""
