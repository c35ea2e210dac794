"""A command for limner that prints the main colours of an artwork; commands.toml declares it."""
