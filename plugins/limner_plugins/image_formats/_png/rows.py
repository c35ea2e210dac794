"""Rows of pixels, filtered and compressed as in PNG; PDF uses the same encoding."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import numpy as np

from limner.plugin import ArtworkError, ImageInfo
from limner_plugins.image_formats._bands import regroup
from limner_plugins.image_formats._png.deflate import Inflater, deflate
from limner_plugins.image_formats._png.filters import apply_filters, undo_filters
from limner_plugins.image_formats._png.samples import GRAY, RGB, RGB_ALPHA, SampleFormat

SLAB = 2**18  # bytes that are filtered and compressed at a time
MAX_RATIO = 1032  # the maximum compression ratio of deflate
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""The passes of an interlaced picture: the left and top of the first pixel, and the steps to the next."""


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
    """Return an iterator over the bands in a zlib stream of pixels with 1, 3 or 4 channels.

    Args:
        data: the stream, in parts.
        info: the shape of the picture.
        data_bytes: the length of the stream, in bytes.

    Raises:
        ArtworkError: the data are damaged, too short or too long; also raised while the bands are read.
    """
    samples = SampleFormat({1: GRAY, 3: RGB, 4: RGB_ALPHA}[info.channels], info.bits)
    bands = unpack_samples(data, (info.width, info.height), samples, data_bytes)
    return (band[..., : info.channels] for band in bands)


def unpack_samples(
    data: Iterator[bytes], size: tuple[int, int], samples: SampleFormat, data_bytes: int, *, interlaced: bool = False
) -> Iterator[np.ndarray]:
    """Return an iterator over the bands in a zlib stream, as RGB or RGBA; an interlaced picture is one band.

    Args:
        data: the stream, in parts.
        size: width and height of the picture.
        samples: the meaning of the samples.
        data_bytes: the length of the stream, in bytes.
        interlaced: whether the picture consists of the seven passes of Adam7.

    Raises:
        ArtworkError: the data are damaged, too short or too long; also raised while the bands are read.
    """
    width, height = size
    if width * height * samples.pixel_bits // 8 > data_bytes * MAX_RATIO:
        raise ArtworkError("the picture's data are truncated: they are too short for its size")
    inflater = Inflater(data)
    return _deinterlaced(inflater, size, samples) if interlaced else _bands(inflater, size, samples, last=True)


def _bands(inflater: Inflater, size: tuple[int, int], samples: SampleFormat, *, last: bool) -> Iterator[np.ndarray]:
    """Yield the bands in a zlib stream of filtered rows; ``last`` is whether the stream must end after them."""
    width, height = size
    pixel = max(1, samples.pixel_bits // 8)
    stride = -(-width * samples.pixel_bits // 8)
    above = np.zeros(stride, np.uint8)
    step = max(1, SLAB // (stride + 1))
    for top in range(0, height, step):
        count = min(step, height - top)
        block = np.frombuffer(inflater.take(count * (stride + 1)), np.uint8).reshape(count, stride + 1)
        if last and top + count == height:
            inflater.finish()  # before the last band is yielded
        rows = undo_filters(block, above, pixel)
        above = rows[-1]
        yield samples.pixels(rows, width)


def _deinterlaced(inflater: Inflater, size: tuple[int, int], samples: SampleFormat) -> Iterator[np.ndarray]:
    """Yield an interlaced picture as one band."""
    width, height = size
    channels, dtype = 4 if samples.alpha else 3, np.uint16 if samples.bits == 16 else np.uint8
    picture = np.empty((height, width, channels), dtype)
    passes = [picture[top::down, left::across] for left, top, across, down in ADAM7]
    passes = [part for part in passes if part.size]
    for part in passes:
        band_size, row = (part.shape[1], part.shape[0]), 0
        for band in _bands(inflater, band_size, samples, last=part is passes[-1]):
            part[row : row + len(band)] = band
            row += len(band)
    yield picture
