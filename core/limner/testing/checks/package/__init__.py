"""Checks of a package as a whole: its plugins and its commands."""
