"""How a TIFF's tags say that its picture lies in the file."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from limner.plugin import ArtworkError, ImageInfo
from limner_plugins.image_formats._tiff.tags import Tags
from limner_plugins.image_formats._tiff.tiles import TiledRaster

INCHES = {2: 1.0, 3: 2.54}  # by the unit's number: inches and centimetres


class TagNumber(IntEnum):
    """The tags that matter, by their numbers."""

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
    EXTRA_SAMPLES = 338
    SAMPLE_FORMAT = 339
    THETA = 65100  # this and the two below are private, limner's own
    DIGEST = 65101
    MANIFEST = 65102  # only if it is not ASCII and so cannot be the description


def find_raster(tags: Tags) -> TiledRaster | None:
    """How the picture lies in the file; None for a kind that cannot be read a band at a time.

    Raises:
        ArtworkError: the tags make no sense.
    """
    width, height = size_of(tags)
    channels, compression = tags.number(TagNumber.SAMPLES, 1), tags.number(TagNumber.COMPRESSION, 1)
    planar, predictor = tags.number(TagNumber.PLANAR, 1), tags.number(TagNumber.PREDICTOR, 1)
    bits = set(tags.numbers(TagNumber.BITS).tolist())
    plain = (
        tags.number(TagNumber.PHOTOMETRIC, 0) == 2
        and tags.number(TagNumber.ORIENTATION, 1) == 1
        and (channels == 3 or (channels == 4 and tags.numbers(TagNumber.EXTRA_SAMPLES).tolist() == [2]))
        and bits in ({8}, {16})
        and set(tags.numbers(TagNumber.SAMPLE_FORMAT).tolist()) <= {1}
        and compression in (1, 8, 32946)
        and planar in (1, 2)
        and predictor in (1, 2)
    )
    if not plain:
        return None
    page = ImageInfo(width, height, channels, bits.pop(), dpi_of(tags))
    tiled = TagNumber.TILE_OFFSETS in tags
    if tiled:
        tile = tags.number(TagNumber.TILE_LENGTH, 0), tags.number(TagNumber.TILE_WIDTH, 0)
    else:
        tile = min(tags.number(TagNumber.ROWS_PER_STRIP, height), height), width
    if min(tile) < 1:
        raise ArtworkError("the file is damaged: its tiles have no size")
    offsets = _int64_values(tags, TagNumber.TILE_OFFSETS if tiled else TagNumber.STRIP_OFFSETS)
    sizes = _int64_values(tags, TagNumber.TILE_SIZES if tiled else TagNumber.STRIP_SIZES)
    planes = channels if planar == 2 else 1
    packed = compression != 1  # the predictor means nothing to pixels that are not compressed
    raster = TiledRaster(page, tile, tiled, planes, packed, packed and predictor == 2, tags.order, offsets, sizes)
    raster.check(tags.end)
    return raster


def size_of(tags: Tags) -> tuple[int, int]:
    """Width and height.

    Raises:
        ArtworkError: they are not there, or make no sense.
    """
    width, height = tags.number(TagNumber.WIDTH, 0), tags.number(TagNumber.LENGTH, 0)
    if not (1 <= width < 2**31 and 1 <= height < 2**31):
        raise ArtworkError(f"the file is damaged: it says that it has {width}x{height} pixels")
    return width, height


def _int64_values(tags: Tags, number: int) -> np.ndarray:
    """Offsets or sizes as int64, where sums do not wrap; what is too large for a file becomes the largest number."""
    values: np.ndarray = np.minimum(tags.numbers(number), 2**62)
    return values.astype(np.int64)


def dpi_of(tags: Tags) -> float:
    """Pixels an inch; 0 where the file says nothing of size."""
    return round(tags.ratio(TagNumber.X_RESOLUTION) * INCHES.get(tags.number(TagNumber.RESOLUTION_UNIT, 2), 0.0), 4)
