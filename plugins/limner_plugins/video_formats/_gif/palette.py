"""Palettes of a GIF: 255 colours chosen from a frame, and pixels brought to them by one dither or another."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

GifDither: TypeAlias = Literal["ordered", "floyd-steinberg", "none"]

MAX_SAMPLE_PIXELS = 2**13  # pixels that a palette is chosen from: k-means on all of them would take most of the time
BAYER = np.array([[0, 2], [3, 1]])
DIFFUSION = 0.7  # of what a colour is off, by the next candidate: with all of it the grain is coarse
LIGHTNESS = (0.299, 0.587, 0.114)
MAX_ERROR_RATIO = 1.15  # so many times the error that a palette was made with, and as much as nobody sees, in
ERROR_MARGIN = 3.0  # levels squared, tell that it is time for another


class GifPalette:
    """Up to 255 colours ``(n, 3)`` from dark to light, chosen by median cut and k-means."""

    def __init__(self, sample: np.ndarray, colours: int) -> None:
        """From pixels ``(n, 3)`` uint8, one at least."""
        from PIL import Image

        chosen = Image.fromarray(sample[None]).quantize(colours, Image.Quantize.MEDIANCUT, kmeans=1)
        table = np.array(chosen.getpalette(), dtype=np.uint8).reshape(-1, 3)
        table = table[np.unique(np.asarray(chosen))]
        self.colours = table[np.argsort(table @ np.array(LIGHTNESS), kind="stable")]
        self.table = np.concatenate([self.colours, np.repeat(self.colours[-1:], 256 - len(self.colours), axis=0)])
        """All 256 colours that a GIF has a place for; the last of ours fills it up."""
        self._image = Image.new("P", (1, 1))
        self._image.putpalette(self.table.tobytes())
        self.error = self.error_of(sample)

    def error_of(self, sample: np.ndarray) -> float:
        """The mean square that pixels ``(n, 3)`` are off their nearest colours, levels of 255."""
        off = sample.astype(np.float32) - self.table[self._nearest(sample[None])[0]]
        return float(np.square(off).mean())

    def indices(self, pixels: np.ndarray, dither: GifDither) -> np.ndarray:
        """The colours to show for pixels ``(h, w, 3)`` uint8, as indices ``(h, w)`` uint8."""
        if dither == "ordered":
            return self._ordered(pixels)
        return self._nearest(pixels, diffused=dither == "floyd-steinberg")

    def _nearest(self, pixels: np.ndarray, *, diffused: bool = False) -> np.ndarray:
        from PIL import Image

        how = Image.Dither.FLOYDSTEINBERG if diffused else Image.Dither.NONE
        found = np.asarray(_image_of(pixels).quantize(palette=self._image, dither=how))
        indices: np.ndarray = np.minimum(found, len(self.colours) - 1)  # one beyond ours is that of the last as well
        return indices

    def _ordered(self, pixels: np.ndarray) -> np.ndarray:
        """Knoll's pattern dither: four colours whose mean is near, and by its place a pixel shows one of them.

        Thresholds alone do not do: colours of a palette lie anywhere about, not in steps along each channel.
        """
        goal = pixels.astype(np.float32)
        owed = np.zeros_like(goal)
        candidates = np.empty((BAYER.size, *goal.shape[:2]), dtype=np.uint8)
        for candidate in candidates:
            candidate[...] = self._nearest(np.clip(goal + DIFFUSION * owed + 0.5, 0, 255).astype(np.uint8))
            owed += goal - self.colours[candidate]
        candidates.sort(axis=0)  # by lightness, as the palette is
        height, width = candidates.shape[1:]
        places = BAYER[np.ix_(np.arange(height) % 2, np.arange(width) % 2)]
        indices: np.ndarray = np.take_along_axis(candidates, places[None], axis=0)[0]
        return indices


class PaletteSequence:
    """The palette of each frame in turn: a new one for each, the first for all, or a new one where it is needed.

    A palette that is kept makes what stands still stand still: other colours and their grain would shimmer.
    """

    def __init__(self, kind: Literal["adaptive", "each", "first"], colours: int) -> None:
        self._kind = kind
        self._colours = colours
        self._last: GifPalette | None = None

    def palette_for(self, pixels: np.ndarray, opaque: np.ndarray | None) -> GifPalette:
        """The palette of a frame ``(h, w, 3)``, of whose pixels those that are ``opaque`` count, ``(h, w)``."""
        step = max(1, math.isqrt(pixels.shape[0] * pixels.shape[1] // MAX_SAMPLE_PIXELS))
        sample = pixels[::step, ::step].reshape(-1, 3)
        if opaque is not None:
            sample = sample[opaque[::step, ::step].reshape(-1)]
        sample = sample if len(sample) else np.zeros((1, 3), dtype=np.uint8)
        if self._last is None or self._wants_another(self._last, sample):
            self._last = GifPalette(sample, self._colours)
        return self._last

    def _wants_another(self, last: GifPalette, sample: np.ndarray) -> bool:
        if self._kind == "adaptive":
            return last.error_of(sample) > MAX_ERROR_RATIO * last.error + ERROR_MARGIN
        return self._kind == "each"


def _image_of(pixels: np.ndarray) -> Image:
    from PIL import Image

    return Image.fromarray(np.ascontiguousarray(pixels))
