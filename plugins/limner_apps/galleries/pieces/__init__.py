"""Pieces from files: artworks and movies are opened, described, and written into the site."""
