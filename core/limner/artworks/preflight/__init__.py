"""Checks and estimates before a picture is painted: learned parameters, and the cost of rendering."""
