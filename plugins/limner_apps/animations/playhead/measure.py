"""The measurement of a movie's pace, on small pictures of its motion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from limner.app.registry import Progress, choose_backend, registry
from limner_apps.animations.playhead.pace import even_playhead
from limner_apps.animations.playhead.samples import sample

if TYPE_CHECKING:
    from limner.plugin import Backend
    from limner_apps.animations.motion import Trajectory

SIDE = 64
"""The longer side of the pictures that are compared, in pixels."""


def measured_playhead(
    trajectory: Trajectory, size: tuple[int, int], steps: int, backend: str | Backend
) -> tuple[float, ...]:
    """Return the knots of a playhead whose steps change the picture equally; empty if nothing visible changes.

    Args:
        trajectory: the motion.
        size: width and height of the movie, in pixels.
        steps: the number of steps from frame to frame.
        backend: the array backend.

    Raises:
        LimnerError: a picture cannot be rendered.
    """
    small = _small(size)
    runner = choose_backend(backend, registry())

    def pictures(positions: Sequence[float]) -> Iterator[np.ndarray]:
        for k, position in enumerate(positions):
            still = trajectory(position)
            yield _levels(still.artwork.render(small, bits=16, time=still.time, backend=runner))
            registry().emit(Progress("pace", k + 1, len(positions)))

    def is_resting(a: float, b: float) -> bool:
        before, after = trajectory(a), trajectory(b)
        return before.time == after.time and before.artwork == after.artwork

    return even_playhead(sample(pictures, is_resting, steps), steps)


def _small(size: tuple[int, int]) -> tuple[int, int]:
    """Return a small size of the same shape."""
    shrink = max(1.0, max(size) / SIDE)
    return max(1, round(size[0] / shrink)), max(1, round(size[1] / shrink))


def _levels(pixels: np.ndarray) -> np.ndarray:
    """Return pixels ``(h, w, 3 or 4)``, uint16, as levels ``(n,)``; colours count by their opacity."""
    if pixels.shape[-1] == 4:
        alpha = pixels[..., 3:].astype(np.uint32)
        pixels = np.concatenate([(pixels[..., :3] * alpha // 65535).astype(np.uint16), pixels[..., 3:]], axis=-1)
    return pixels.reshape(-1)
