"""Bands of the height that a format wants, whatever heights they come in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from limner.plugin import ImageInfo


def dtype_of(info: ImageInfo) -> np.dtype[np.unsignedinteger]:
    """The type of a page's numbers: uint8 or uint16."""
    return np.dtype(np.uint8 if info.bits == 8 else np.uint16)


def regroup(bands: Iterator[np.ndarray], info: ImageInfo, rows: int) -> Iterator[np.ndarray]:
    """The same rows in bands of ``rows``, the last with what is left; each is new memory, the taker's to keep.

    Raises:
        ValueError: the bands do not make up the page.
    """
    taken, filled = 0, 0
    whole = np.empty((0, info.width, info.channels), dtype_of(info))
    for band in bands:
        if band.shape[1:] != whole.shape[1:] or band.dtype != whole.dtype or taken + len(band) > info.height:
            raise ValueError(f"a band {band.shape} of {band.dtype} after row {taken} does not fit {info}")
        start = 0
        while start < len(band):
            if filled == 0:
                whole = np.empty((min(rows, info.height - taken), info.width, info.channels), whole.dtype)
            count = min(len(whole) - filled, len(band) - start)
            whole[filled : filled + count] = band[start : start + count]
            filled, start, taken = filled + count, start + count, taken + count
            if filled == len(whole):
                yield whole
                filled = 0
    if taken != info.height:
        raise ValueError(f"the bands end after row {taken} of {info}")
