"""The commands of the core, one a module."""
