"""Rows as PNG packs them, filtered and deflated, which PDF takes as they are."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import numpy as np

from limner.plugin import ArtworkError, Page
from limner_plugins.image_formats._bands import regroup
from limner_plugins.image_formats._png.deflate import Inflater, deflate
from limner_plugins.image_formats._png.filters import apply_filters, undo_filters

SLAB = 2**18  # bytes that are filtered and deflated at once
MAX_RATIO = 1032  # deflate makes nothing smaller than this


def packed(bands: Iterator[np.ndarray], page: Page) -> Generator[bytes]:
    """One zlib stream of the rows of a page of any number of channels, in parts."""
    return deflate(_filtered(bands, page))


def _filtered(bands: Iterator[np.ndarray], page: Page) -> Iterator[bytes]:
    """The filtered rows as bytes, ``SLAB`` or less at a time."""
    pixel = page.channels * page.bits // 8
    above = np.zeros(page.width * pixel, np.uint8)
    for band in regroup(bands, page, max(1, SLAB // (above.size + 1))):
        rows = band.astype(band.dtype.newbyteorder(">")).view(np.uint8).reshape(len(band), -1)
        data = apply_filters(rows, above, pixel).tobytes()
        above = rows[-1]
        for start in range(0, len(data), SLAB):
            yield data[start : start + SLAB]


def unpacked(data: Iterator[bytes], page: Page, stored: int) -> Iterator[np.ndarray]:
    """The bands in a zlib stream that comes in parts and has ``stored`` bytes.

    Raises:
        ArtworkError: the data are damaged, or too few or too many; also while the bands are taken.
    """
    if page.nbytes > stored * MAX_RATIO:
        raise ArtworkError("the picture's data are truncated: they are too few for its size")
    return _unfiltered(data, page)


def _unfiltered(data: Iterator[bytes], page: Page) -> Iterator[np.ndarray]:
    pixel = page.channels * page.bits // 8
    stride = page.width * pixel
    above = np.zeros(stride, np.uint8)
    inflater = Inflater(data)
    step = max(1, SLAB // (stride + 1))
    for top in range(0, page.height, step):
        count = min(step, page.height - top)
        block = np.frombuffer(inflater.take(count * (stride + 1)), np.uint8).reshape(count, stride + 1)
        if top + count == page.height:
            inflater.finish()  # before the last band is handed out
        rows = undo_filters(block, above, pixel)
        above = rows[-1]
        shape = (count, page.width, page.channels)
        yield rows.reshape(shape) if page.bits == 8 else rows.view(">u2").astype(np.uint16).reshape(shape)
