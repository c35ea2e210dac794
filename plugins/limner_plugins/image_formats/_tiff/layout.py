"""The layout of the picture in a TIFF, according to its tags."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from limner.plugin import ArtworkError, ImageInfo
from limner_plugins.image_formats._tiff.tags import Tags
from limner_plugins.image_formats._tiff.tiles import TiledRaster

UNITS_PER_INCH = {2: 1.0, 3: 2.54}  # by the number of the resolution unit: inches and centimetres


class TagNumber(IntEnum):
    """The numbers of the tags that limner reads or writes."""

    WIDTH = 256
    LENGTH = 257
    BITS = 258
    COMPRESSION = 259
    PHOTOMETRIC = 262
    DESCRIPTION = 270
    STRIP_OFFSETS = 273
    ORIENTATION = 274
    SAMPLES = 277
    ROWS_PER_STRIP = 278
    STRIP_SIZES = 279
    X_RESOLUTION = 282
    Y_RESOLUTION = 283
    PLANAR = 284
    RESOLUTION_UNIT = 296
    SOFTWARE = 305
    PREDICTOR = 317
    TILE_WIDTH = 322
    TILE_LENGTH = 323
    TILE_OFFSETS = 324
    TILE_SIZES = 325
    INK_SET = 332
    EXTRA_SAMPLES = 338
    SAMPLE_FORMAT = 339
    XMP = 700
    EXIF = 34665  # the position of the Exif tags, such as the next one
    MAKER_NOTE = 37500
    ICC_PROFILE = 34675
    # Files made before limner's first release; Adobe uses the first two numbers for tags of its own.
    OLD_THETA = 65100
    OLD_DIGEST = 65101
    OLD_MANIFEST = 65102


def find_raster(tags: Tags) -> TiledRaster | None:
    """Return the layout of the picture in the file, or None for a kind that cannot be read band by band.

    Raises:
        ArtworkError: the tags are invalid.
    """
    width, height = size_of(tags)
    cmyk = tags.number(TagNumber.PHOTOMETRIC, 0) == 5 and tags.number(TagNumber.INK_SET, 1) == 1
    channels, compression = tags.number(TagNumber.SAMPLES, 1), tags.number(TagNumber.COMPRESSION, 1)
    planar, predictor = tags.number(TagNumber.PLANAR, 1), tags.number(TagNumber.PREDICTOR, 1)
    bits = set(tags.numbers(TagNumber.BITS).tolist())
    plain = (
        (cmyk or tags.number(TagNumber.PHOTOMETRIC, 0) == 2)
        and tags.number(TagNumber.ORIENTATION, 1) == 1
        and _has_known_channels(tags, channels, cmyk=cmyk)
        and bits in ({8}, {16})
        and set(tags.numbers(TagNumber.SAMPLE_FORMAT).tolist()) <= {1}
        and compression in (1, 8, 32946)
        and planar in (1, 2)
        and predictor in (1, 2)
    )
    if not plain:
        return None
    info = ImageInfo(width, height, channels, bits.pop(), dpi_of(tags), cmyk=cmyk)
    tiled = TagNumber.TILE_OFFSETS in tags
    if tiled:
        tile = tags.number(TagNumber.TILE_LENGTH, 0), tags.number(TagNumber.TILE_WIDTH, 0)
    else:
        tile = min(tags.number(TagNumber.ROWS_PER_STRIP, height), height), width
    if min(tile) < 1:
        raise ArtworkError("the file is damaged: the size of its tiles is 0")
    offsets = _int64_values(tags, TagNumber.TILE_OFFSETS if tiled else TagNumber.STRIP_OFFSETS)
    sizes = _int64_values(tags, TagNumber.TILE_SIZES if tiled else TagNumber.STRIP_SIZES)
    planes = channels if planar == 2 else 1
    compressed = compression != 1  # the predictor is ignored for uncompressed pixels
    differenced = compressed and predictor == 2
    raster = TiledRaster(info, tile, tiled, planes, compressed, differenced, tags.order, offsets, sizes)
    raster.check(tags.end)
    return raster


def _has_known_channels(tags: Tags, channels: int, *, cmyk: bool) -> bool:
    """Return whether the channels are RGB, RGBA with plain opacity, or the four inks."""
    extra = tags.numbers(TagNumber.EXTRA_SAMPLES).tolist()
    if cmyk:
        return channels == 4 and not extra
    return channels == 3 or (channels == 4 and extra == [2])


def size_of(tags: Tags) -> tuple[int, int]:
    """Return width and height of the picture, in pixels.

    Raises:
        ArtworkError: the tags are missing or invalid.
    """
    width, height = tags.number(TagNumber.WIDTH, 0), tags.number(TagNumber.LENGTH, 0)
    if not (1 <= width < 2**31 and 1 <= height < 2**31):
        raise ArtworkError(f"the file is damaged: its tags say {width}x{height} pixels")
    return width, height


def _int64_values(tags: Tags, number: int) -> np.ndarray:
    """Return offsets or sizes as int64, limited to 2^62, so that sums do not overflow."""
    values: np.ndarray = np.minimum(tags.numbers(number), 2**62)
    return values.astype(np.int64)


def dpi_of(tags: Tags) -> float:
    """Return the resolution in pixels per inch; 0 if the file does not record it."""
    return round(
        tags.ratio(TagNumber.X_RESOLUTION) * UNITS_PER_INCH.get(tags.number(TagNumber.RESOLUTION_UNIT, 2), 0.0), 4
    )
