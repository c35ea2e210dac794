"""Rows of pixels, filtered and compressed as in PNG; PDF uses the same encoding."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import numpy as np

from limner.plugin import ArtworkError, ImageInfo
from limner_plugins.image_formats._bands import regroup
from limner_plugins.image_formats._png.deflate import Inflater, deflate
from limner_plugins.image_formats._png.filters import apply_filters, undo_filters

SLAB = 2**18  # bytes that are filtered and compressed at a time
MAX_RATIO = 1032  # the maximum compression ratio of deflate


def pack_rows(bands: Iterator[np.ndarray], info: ImageInfo) -> Generator[bytes]:
    """Return one zlib stream of the rows of a picture, in parts; it may have any number of channels."""
    return deflate(_filter_rows(bands, info))


def _filter_rows(bands: Iterator[np.ndarray], info: ImageInfo) -> Iterator[bytes]:
    """Yield the filtered rows as bytes, at most ``SLAB`` at a time."""
    pixel = info.channels * info.bits // 8
    above = np.zeros(info.width * pixel, np.uint8)
    for band in regroup(bands, info, max(1, SLAB // (above.size + 1))):
        rows = band.astype(band.dtype.newbyteorder(">")).view(np.uint8).reshape(len(band), -1)
        data = apply_filters(rows, above, pixel).tobytes()
        above = rows[-1]
        for start in range(0, len(data), SLAB):
            yield data[start : start + SLAB]


def unpack_rows(data: Iterator[bytes], info: ImageInfo, data_bytes: int) -> Iterator[np.ndarray]:
    """Return an iterator over the bands in a zlib stream.

    Args:
        data: the stream, in parts.
        info: the shape of the picture.
        data_bytes: the length of the stream, in bytes.

    Raises:
        ArtworkError: the data are damaged, too short or too long; also raised while the bands are read.
    """
    if info.nbytes > data_bytes * MAX_RATIO:
        raise ArtworkError("the picture's data are truncated: they are too short for its size")
    return _unfilter_rows(data, info)


def _unfilter_rows(data: Iterator[bytes], info: ImageInfo) -> Iterator[np.ndarray]:
    """Yield the bands in a zlib stream of filtered rows."""
    pixel = info.channels * info.bits // 8
    stride = info.width * pixel
    above = np.zeros(stride, np.uint8)
    inflater = Inflater(data)
    step = max(1, SLAB // (stride + 1))
    for top in range(0, info.height, step):
        count = min(step, info.height - top)
        block = np.frombuffer(inflater.take(count * (stride + 1)), np.uint8).reshape(count, stride + 1)
        if top + count == info.height:
            inflater.finish()  # before the last band is yielded
        rows = undo_filters(block, above, pixel)
        above = rows[-1]
        shape = (count, info.width, info.channels)
        yield rows.reshape(shape) if info.bits == 8 else rows.view(">u2").astype(np.uint16).reshape(shape)
