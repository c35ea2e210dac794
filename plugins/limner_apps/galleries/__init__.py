"""Galleries: artworks as a static site that opens from disk, with no server and no network."""
