"""The snapshots of a fit that recorders get."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from limner.training.run import RunSnapshot

if TYPE_CHECKING:
    import numpy as np

    from limner.artworks.artwork import Artwork
    from limner.training.base_problem import Evaluation


def _no_state() -> tuple[Artwork, Evaluation]:
    """Raise an error: the training of another kind of model has no such state."""
    raise NotImplementedError


@dataclass(frozen=True)
class FitSnapshot(RunSnapshot):
    """A fit during training.

    Attributes:
        render: renders the current image at a size, ``(h, w, 3 or 4)`` uint8; several images are a mosaic, each at that
            size.
        psnr: measures the PSNR of the current image, in dB; ``run.psnr`` is that of the last evaluation.
        state: returns the current artwork, and its loss and PSNR.
    """

    render: Callable[[tuple[int, int]], np.ndarray]
    psnr: Callable[[], float]
    state: Callable[[], tuple[Artwork, Evaluation]] = _no_state
