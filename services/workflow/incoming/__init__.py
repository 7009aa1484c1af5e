"""An incoming document from the clerk to the person who handles it."""
