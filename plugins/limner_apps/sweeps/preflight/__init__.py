"""Notes about a sweep before it starts: its cost, and settings without effect."""
