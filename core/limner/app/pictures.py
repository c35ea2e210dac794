"""Pictures from outside: found, read, cropped and measured."""

from limner.imaging.crop import Cut, crop, cut_of
from limner.imaging.discovery import SAMPLES, pictures_of, place_of, sources
from limner.imaging.planes import colour_and_alpha, over_white
from limner.imaging.reader import decoded, open_picture, picture_bytes
from limner.imaging.statistics import Traits, traits_of
from limner.imaging.target import read_target, shrunk

__all__ = [
    "SAMPLES",
    "Cut",
    "Traits",
    "colour_and_alpha",
    "crop",
    "cut_of",
    "decoded",
    "open_picture",
    "over_white",
    "picture_bytes",
    "pictures_of",
    "place_of",
    "read_target",
    "shrunk",
    "sources",
    "traits_of",
]
