"""Palettes of a GIF: up to 255 colours chosen from a frame, and the conversion of pixels to them with dithering."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

GifDither: TypeAlias = Literal["ordered", "floyd-steinberg", "none"]

SAMPLE_PIXELS = 2**13  # the approximate number of pixels that a palette is chosen from; k-means on all would be slow
BAYER = np.array([[0, 2], [3, 1]])
DIFFUSION = 0.7  # the fraction of a colour's error that the next candidate corrects; 1 makes the pattern coarse
LIGHTNESS = (0.299, 0.587, 0.114)  # weights of red, green and blue
# A palette is replaced if its mean square error exceeds that on its own frame by this ratio, plus a margin that is
# invisible:
MAX_ERROR_RATIO = 1.15
ERROR_MARGIN = 3.0  # levels squared


class GifPalette:
    """A palette of up to 255 colours, chosen by median cut and k-means.

    Args:
        sample: the pixels to choose from, ``(n, 3)``, uint8, at least one.
        colours: the maximum number of colours.

    Attributes:
        colours: the colours, ``(n, 3)``, uint8, from dark to light.
        table: the colours filled up to 256 by repeating the last one, ``(256, 3)``, uint8.
        error: the mean square error on the sample.
    """

    def __init__(self, sample: np.ndarray, colours: int) -> None:
        from PIL import Image

        quantized = Image.fromarray(sample[None]).quantize(colours, Image.Quantize.MEDIANCUT, kmeans=1)
        palette = np.array(quantized.getpalette(), dtype=np.uint8).reshape(-1, 3)
        palette = palette[np.unique(np.asarray(quantized))]
        self.colours = palette[np.argsort(palette @ np.array(LIGHTNESS), kind="stable")]
        self.table = np.concatenate([self.colours, np.repeat(self.colours[-1:], 256 - len(self.colours), axis=0)])
        self._image = Image.new("P", (1, 1))
        self._image.putpalette(self.table.tobytes())
        self.error = self.error_of(sample)

    def error_of(self, sample: np.ndarray) -> float:
        """Return the mean square distance of pixels ``(n, 3)`` from their nearest colours, in levels of 0 to 255."""
        difference = sample.astype(np.float32) - self.table[self._nearest(sample[None])[0]]
        return float(np.square(difference).mean())

    def indices(self, pixels: np.ndarray, dither: GifDither) -> np.ndarray:
        """Return the indices ``(h, w)``, uint8, of the colours that represent pixels ``(h, w, 3)``, uint8."""
        if dither == "ordered":
            return self._ordered(pixels)
        return self._nearest(pixels, diffused=dither == "floyd-steinberg")

    def _nearest(self, pixels: np.ndarray, *, diffused: bool = False) -> np.ndarray:
        """Return the indices ``(h, w)`` of the nearest colours, with Floyd-Steinberg dithering if ``diffused``."""
        from PIL import Image

        dither = Image.Dither.FLOYDSTEINBERG if diffused else Image.Dither.NONE
        nearest = np.asarray(_image_of(pixels).quantize(palette=self._image, dither=dither))
        indices: np.ndarray = np.minimum(nearest, len(self.colours) - 1)  # the colours beyond repeat the last one
        return indices

    def _ordered(self, pixels: np.ndarray) -> np.ndarray:
        """Return the indices ``(h, w)`` of Knoll's pattern dither.

        For each pixel, four colours are chosen whose mean is near it; the pixel's position selects one of them.
        Threshold dithering does not work here, because the colours of a palette are not evenly spaced along channels.
        """
        target = pixels.astype(np.float32)
        error = np.zeros_like(target)
        candidates = np.empty((BAYER.size, *target.shape[:2]), dtype=np.uint8)
        for candidate in candidates:
            candidate[...] = self._nearest(np.clip(target + DIFFUSION * error + 0.5, 0, 255).astype(np.uint8))
            error += target - self.colours[candidate]
        candidates.sort(axis=0)  # by lightness, like the palette
        height, width = candidates.shape[1:]
        ranks = BAYER[np.ix_(np.arange(height) % 2, np.arange(width) % 2)]
        indices: np.ndarray = np.take_along_axis(candidates, ranks[None], axis=0)[0]
        return indices


class PaletteSequence:
    """The palettes of consecutive frames.

    Keeping a palette avoids flicker in parts that do not move: another palette has other colours and another pattern.

    Args:
        kind: ``each`` makes a new palette for each frame, ``first`` uses the first frame's for all, and ``adaptive``
            makes a new one when the last one no longer fits.
        colours: the maximum number of colours of a palette.
    """

    def __init__(self, kind: Literal["adaptive", "each", "first"], colours: int) -> None:
        self._kind = kind
        self._colours = colours
        self._last: GifPalette | None = None

    def palette_for(self, pixels: np.ndarray, opaque: np.ndarray | None) -> GifPalette:
        """Return the palette of the next frame.

        Args:
            pixels: the frame, ``(h, w, 3)``, uint8.
            opaque: the mask of the pixels that the palette is for, ``(h, w)``; None for all.
        """
        step = max(1, math.isqrt(pixels.shape[0] * pixels.shape[1] // SAMPLE_PIXELS))
        sample = pixels[::step, ::step].reshape(-1, 3)
        if opaque is not None:
            sample = sample[opaque[::step, ::step].reshape(-1)]
        sample = sample if len(sample) else np.zeros((1, 3), dtype=np.uint8)
        if self._last is None or self._needs_new(self._last, sample):
            self._last = GifPalette(sample, self._colours)
        return self._last

    def _needs_new(self, last: GifPalette, sample: np.ndarray) -> bool:
        """Return whether a frame needs another palette than the last one."""
        if self._kind == "adaptive":
            return last.error_of(sample) > MAX_ERROR_RATIO * last.error + ERROR_MARGIN
        return self._kind == "each"


def _image_of(pixels: np.ndarray) -> Image:
    from PIL import Image

    return Image.fromarray(np.ascontiguousarray(pixels))
