"""Find, read, crop and measure pictures from outside."""

from limner.imaging.colors.hexadecimal import hex_colors
from limner.imaging.crop import CropBox, crop, crop_box
from limner.imaging.discovery import SAMPLE_PREFIX, find_picture, list_pictures, training_pictures
from limner.imaging.folders import ABOUT_FOLDER
from limner.imaging.loaded_image import LoadedImage
from limner.imaging.planes import composite_on_white, to_uint8
from limner.imaging.reader import decoded, picture_bytes, read_picture
from limner.imaging.statistics import ImageStatistics, image_statistics
from limner.imaging.target import read_target, shrunk

__all__ = [
    "ABOUT_FOLDER",
    "SAMPLE_PREFIX",
    "CropBox",
    "ImageStatistics",
    "LoadedImage",
    "composite_on_white",
    "crop",
    "crop_box",
    "decoded",
    "find_picture",
    "hex_colors",
    "image_statistics",
    "list_pictures",
    "picture_bytes",
    "read_picture",
    "read_target",
    "shrunk",
    "to_uint8",
    "training_pictures",
]
