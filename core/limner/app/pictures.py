"""Find, read, crop and measure pictures from outside."""

from limner.imaging.crop import CropBox, crop, crop_box
from limner.imaging.discovery import SAMPLE_PREFIX, find_picture, list_pictures, training_pictures
from limner.imaging.planes import colour_and_alpha, composite_on_white
from limner.imaging.reader import decoded, open_picture, picture_bytes
from limner.imaging.statistics import ImageStatistics, image_statistics
from limner.imaging.target import read_target, shrunk

__all__ = [
    "SAMPLE_PREFIX",
    "CropBox",
    "ImageStatistics",
    "colour_and_alpha",
    "composite_on_white",
    "crop",
    "crop_box",
    "decoded",
    "find_picture",
    "image_statistics",
    "list_pictures",
    "open_picture",
    "picture_bytes",
    "read_target",
    "shrunk",
    "training_pictures",
]
