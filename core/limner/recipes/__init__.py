"""Read, override, validate and write recipes."""
