"""Verifying: are a file's pixels unchanged, and does its recipe still paint them?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from limner import backends, render
from limner.errors import ArtworkError
from limner.formats import reading
from limner.opening import open_artwork
from limner.registry import registry
from limner.writer import PixelDigest

if TYPE_CHECKING:
    from limner.backend import Backend

TOLERANCE = 1 / 255
OUTSIDE = 1e-4
"""The share of pixels that may lie outside the tolerance: one in 10,000."""


@dataclass(frozen=True)
class Verdict:
    """What verifying found.

    Attributes:
        unchanged: the stored pixels have the digest that was taken when they were written.
        repaints: the repaint is within 1/255, but for at most one pixel in 10,000.
        worst: the largest difference of the repaint from the stored pixels, 0 to 1.
        outside: how many pixels differ by more than 1/255.
    """

    unchanged: bool
    repaints: bool
    worst: float
    outside: int

    @property
    def ok(self) -> bool:
        """Both."""
        return self.unchanged and self.repaints


def verify(path: str | Path, *, backend: str | Backend = "auto") -> Verdict:
    """Compare a file's pixels with their digest, then with a repaint; both are streamed.

    A digest is not a signature: it says "unchanged", not "by whom".

    Raises:
        ArtworkError: the file holds no artwork, or no pixels, or is damaged.
    """
    path = Path(path)
    art = open_artwork(path)
    if art.shown is None:
        raise ArtworkError(f"{path}: holds a recipe and θ but no pixels; there is nothing to verify")
    runner = backends.choose(backend, registry())
    canvas = art.shown.canvas()
    render.check_memory(art.model, canvas, runner)
    with reading(path) as (file, writer):
        embedded = writer.read_embedded(file)
        file.seek(0)
        page, stored = writer.read_pixels(file)
        if (page.width, page.height) != canvas.out_size or page.bits != art.shown.bits:
            return Verdict(unchanged=False, repaints=False, worst=1.0, outside=page.width * page.height)
        digest = PixelDigest(page)
        worst, outside = 0, 0
        painted = render.bands(art.model, art.theta, canvas, runner, page.bits, art.shown.dither)
        for old, new in _aligned(stored, painted):
            digest.update(old)
            if old.shape != new.shape:  # opaque where the recipe has alpha, or the other way round
                return Verdict(unchanged=False, repaints=False, worst=1.0, outside=page.width * page.height)
            difference = np.abs(old.astype(np.int32) - new.astype(np.int32)).max(axis=-1)
            worst = max(worst, int(difference.max()))
            outside += int((difference > round(TOLERANCE * (2**page.bits - 1))).sum())
    return Verdict(
        unchanged=embedded is not None and digest() == embedded.digest,
        repaints=outside <= OUTSIDE * page.width * page.height,
        worst=worst / (2**page.bits - 1),
        outside=outside,
    )


def _aligned(first: Iterator[np.ndarray], second: Iterator[np.ndarray]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Two streams of bands, cut where either is cut."""
    a, b = next(first, None), next(second, None)
    while a is not None and b is not None:
        rows = min(len(a), len(b))
        yield a[:rows], b[:rows]
        a = a[rows:] if len(a) > rows else next(first, None)
        b = b[rows:] if len(b) > rows else next(second, None)
