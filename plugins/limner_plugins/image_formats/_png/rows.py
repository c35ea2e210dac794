"""Rows as PNG packs them, filtered and deflated, which PDF takes as they are."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import numpy as np

from limner.plugin import ArtworkError, ImageInfo
from limner_plugins.image_formats._bands import regroup
from limner_plugins.image_formats._png.deflate import Inflater, deflate
from limner_plugins.image_formats._png.filters import apply_filters, undo_filters

SLAB = 2**18  # bytes that are filtered and deflated at once
MAX_RATIO = 1032  # deflate makes nothing smaller than this


def pack_rows(bands: Iterator[np.ndarray], info: ImageInfo) -> Generator[bytes]:
    """One zlib stream of the rows of a page of any number of channels, in parts."""
    return deflate(_filter_rows(bands, info))


def _filter_rows(bands: Iterator[np.ndarray], info: ImageInfo) -> Iterator[bytes]:
    """The filtered rows as bytes, ``SLAB`` or less at a time."""
    pixel = info.channels * info.bits // 8
    above = np.zeros(info.width * pixel, np.uint8)
    for band in regroup(bands, info, max(1, SLAB // (above.size + 1))):
        rows = band.astype(band.dtype.newbyteorder(">")).view(np.uint8).reshape(len(band), -1)
        data = apply_filters(rows, above, pixel).tobytes()
        above = rows[-1]
        for start in range(0, len(data), SLAB):
            yield data[start : start + SLAB]


def unpack_rows(data: Iterator[bytes], info: ImageInfo, stored: int) -> Iterator[np.ndarray]:
    """The bands in a zlib stream that comes in parts and has ``stored`` bytes.

    Raises:
        ArtworkError: the data are damaged, or too few or too many; also while the bands are taken.
    """
    if info.nbytes > stored * MAX_RATIO:
        raise ArtworkError("the picture's data are truncated: they are too few for its size")
    return _unfilter_rows(data, info)


def _unfilter_rows(data: Iterator[bytes], info: ImageInfo) -> Iterator[np.ndarray]:
    pixel = info.channels * info.bits // 8
    stride = info.width * pixel
    above = np.zeros(stride, np.uint8)
    inflater = Inflater(data)
    step = max(1, SLAB // (stride + 1))
    for top in range(0, info.height, step):
        count = min(step, info.height - top)
        block = np.frombuffer(inflater.take(count * (stride + 1)), np.uint8).reshape(count, stride + 1)
        if top + count == info.height:
            inflater.finish()  # before the last band is handed out
        rows = undo_filters(block, above, pixel)
        above = rows[-1]
        shape = (count, info.width, info.channels)
        yield rows.reshape(shape) if info.bits == 8 else rows.view(">u2").astype(np.uint16).reshape(shape)
