"""The checks, one module per role; each check is a function that raises AssertionError with a message."""
