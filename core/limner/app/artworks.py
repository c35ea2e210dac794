"""Artworks: opened, painted, and what their files hold."""

from limner.artworks.artwork import Artwork
from limner.artworks.loader import open_artwork
from limner.artworks.painting import packages_of, paint
from limner.artworks.recipe_sources import find, swept
from limner.formats.container import SUFFIX
from limner.formats.image_files import writers
from limner.formats.manifest import Shown, theta_bytes
from limner.models.base import Model
from limner.models.factory import model_of
from limner.models.layered import Layered

__all__ = [
    "SUFFIX",
    "Artwork",
    "Layered",
    "Model",
    "Shown",
    "find",
    "model_of",
    "open_artwork",
    "packages_of",
    "paint",
    "swept",
    "theta_bytes",
    "writers",
]
