"""Pages that need no server: one file with a stage and all that it needs, and a whole site of them."""
