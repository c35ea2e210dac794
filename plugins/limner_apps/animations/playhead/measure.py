"""The measurement of a movie's pace, on small pictures of its motion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from limner.app.artworks import render_frames
from limner.app.registry import Progress, choose_backend, registry
from limner_apps.animations.playhead.pace import even_playhead
from limner_apps.animations.playhead.samples import sample
from limner_apps.animations.previews import preview_size

if TYPE_CHECKING:
    from limner.app.artworks import Still
    from limner.plugin import Backend
    from limner_apps.animations.motion import Trajectory

OPAQUE = 255
PROBES = (0.17, 0.37, 0.71, 1.0)
"""Positions at which a motion that never moves shows the same as at its start."""
SIDE = 64
"""The longer side of the pictures that are compared, in pixels."""


def measured_playhead(
    trajectory: Trajectory,
    size: tuple[int, int],
    steps: int,
    backend: str | Backend,
    bounds: Sequence[float] = (),
) -> tuple[float, ...]:
    """Return the knots of a playhead whose steps change the picture equally; empty if nothing visible changes.

    Args:
        trajectory: the motion.
        size: width and height of the movie, in pixels.
        steps: the number of steps from frame to frame.
        backend: the array backend.
        bounds: positions between parts of the motion that keep their share of time; see ``Motion.part_bounds``.

    Raises:
        LimnerError: a picture cannot be rendered.
    """
    small = preview_size(size, SIDE)
    runner = choose_backend(backend, registry())

    def without_caption(position: float) -> Still:
        return replace(trajectory(position), caption="")

    def pictures(positions: Sequence[float]) -> Iterator[np.ndarray]:
        with closing(render_frames(without_caption, positions, small, runner, alpha=True)) as frames:
            for k, frame in enumerate(frames):
                yield _levels(frame)
                registry().emit(Progress("pace", k + 1, len(positions)))

    def is_resting(a: float, b: float) -> bool:
        before, after = trajectory(a), trajectory(b)
        return before.time == after.time and before.artwork == after.artwork

    if all(is_resting(0.0, position) for position in PROBES):
        return ()
    return even_playhead(sample(pictures, is_resting, steps), steps, bounds)


def _levels(frame: np.ndarray) -> np.ndarray:
    """Return a frame ``(h, w, 4)``, uint8, as levels ``(n,)``; colours count by their opacity."""
    color, alpha = frame[..., :3], frame[..., 3:]
    return np.concatenate([(color.astype(np.uint16) * alpha // OPAQUE).astype(np.uint8), alpha], axis=-1).reshape(-1)
