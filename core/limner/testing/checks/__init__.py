"""The checks, one module a kind; each is a plain function that raises AssertionError with a sentence."""
