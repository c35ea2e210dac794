"""Galleries: artworks as a static site that opens from disk, with no server and no network."""

from limner.gallery.building import Built, build
from limner.gallery.picking import pick

__all__ = ["Built", "build", "pick"]
