"""Regrouping bands of rows to the height that a format needs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from limner.plugin import ImageInfo


def dtype_of(info: ImageInfo) -> np.dtype[np.unsignedinteger]:
    """Return the dtype of a picture's samples: uint8 or uint16."""
    return np.dtype(np.uint8 if info.bits == 8 else np.uint16)


def regroup(bands: Iterator[np.ndarray], info: ImageInfo, rows: int) -> Iterator[np.ndarray]:
    """Yield the rows of bands of any height in bands of ``rows`` rows; the last one may be shorter.

    Each band is a new array that the caller may keep.

    Raises:
        ValueError: the bands do not have the shape of the picture.
    """
    received, filled = 0, 0
    out = np.empty((0, info.width, info.channels), dtype_of(info))
    for band in bands:
        if band.shape[1:] != out.shape[1:] or band.dtype != out.dtype or received + len(band) > info.height:
            raise ValueError(f"a band {band.shape} of {band.dtype} after row {received} does not fit {info}")
        start = 0
        while start < len(band):
            if filled == 0:
                out = np.empty((min(rows, info.height - received), info.width, info.channels), out.dtype)
            count = min(len(out) - filled, len(band) - start)
            out[filled : filled + count] = band[start : start + count]
            filled, start, received = filled + count, start + count, received + count
            if filled == len(out):
                yield out
                filled = 0
    if received != info.height:
        raise ValueError(f"the bands end after row {received} of {info}")
