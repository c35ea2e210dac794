"""Publish artworks as a static site that opens from disk."""
