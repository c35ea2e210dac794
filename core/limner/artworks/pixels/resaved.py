"""Pixels that another program saved again without changing them: as fewer bits, as gray, with or without opacity.

Programs that make files smaller store the same levels in another form: 16 bits as 8 if the lower byte repeats the
upper one, RGB as a palette, RGBA as RGB if every pixel is opaque. Formats already return gray and palettes as RGB.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from limner.formats.image_format import ImageInfo
from limner.formats.manifest import RenderSettings

LEVELS_RATIO = 257  # 65535 / 255: a level of 16 bits whose two bytes are equal is this multiple of one of 8 bits


@dataclass
class RestoredPixels:
    """The pixels of a file in the form in which limner wrote them.

    Attributes:
        stored: the shape of the pixels in the file.
        written: the shape of the pixels that limner wrote.
        exact: whether all bands so far have been restored without any change of a level.
    """

    stored: ImageInfo
    written: ImageInfo
    exact: bool = True

    def bands(self, bands: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
        """Yield the bands in the form in which limner wrote them.

        Levels that do not exist in it are rounded; a band keeps an alpha channel that is not opaque.
        """
        for band in bands:
            yield self._with_channels(self._with_bits(band))

    def _with_bits(self, band: np.ndarray) -> np.ndarray:
        if self.stored.bits == self.written.bits:
            return band
        if self.written.bits == 16:
            return band.astype(np.uint16) * np.uint16(LEVELS_RATIO)
        rounded = (band.astype(np.uint32) + LEVELS_RATIO // 2) // LEVELS_RATIO
        self.exact &= bool((rounded * LEVELS_RATIO == band).all())
        return rounded.astype(np.uint8)

    def _with_channels(self, band: np.ndarray) -> np.ndarray:
        if self.stored.channels == self.written.channels:
            return band
        opaque = np.iinfo(band.dtype).max
        if self.written.channels == 4:
            return np.concatenate([band, np.full_like(band[..., :1], opaque)], axis=-1)
        return band[..., :3] if (band[..., 3] == opaque).all() else band


def written_info(stored: ImageInfo, settings: RenderSettings, *, alpha: bool) -> ImageInfo:
    """Return the shape of the pixels that limner wrote.

    Args:
        stored: the shape of the pixels in the file.
        settings: the settings that they were rendered with.
        alpha: whether the artwork has opacity.
    """
    width, height = settings.canvas().output_size
    channels = 4 if alpha and not settings.background else 3
    return replace(stored, width=width, height=height, channels=channels, bits=settings.bits, cmyk=False)


def describe_difference(stored: ImageInfo, written: ImageInfo) -> str:
    """Return how the form of the pixels in a file differs from the one that limner wrote; empty if it does not."""
    parts = []
    if (stored.width, stored.height) != (written.width, written.height):
        parts.append(f"{stored.width}x{stored.height} pixels instead of {written.width}x{written.height}")
    if stored.bits != written.bits:
        parts.append(f"{stored.bits} bits per channel instead of {written.bits}")
    if stored.cmyk != written.cmyk:
        parts.append("CMYK instead of RGB" if stored.cmyk else "RGB instead of CMYK")
    elif stored.channels != written.channels:
        parts.append("with transparency" if stored.channels == 4 else "without transparency")
    return ", ".join(parts)
