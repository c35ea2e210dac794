"""The built-in motions."""
