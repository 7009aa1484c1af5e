"""workflow: who must do what by when."""
