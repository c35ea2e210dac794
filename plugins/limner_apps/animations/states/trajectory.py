"""The way through the states of a fit."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from limner.app.artworks import Original, Still
from limner.app.training import caption_of

if TYPE_CHECKING:
    from limner.app.artworks import Artwork
    from limner.app.training import FitStates

KEPT_STATES = 8
"""The number of states that stay in memory; frames are rendered in order, a few at a time."""


class StatesTrajectory:
    """The way through the states of a fit: a function from a position, 0 to 1, to a still.

    Args:
        states: the states.
        interpolate: whether θ is interpolated between states; otherwise each state is shown for the same time.
        caption: whether stills have a caption with the step and the PSNR of the last state that was reached.
        show_original: whether stills have the original on the left.
    """

    def __init__(self, states: FitStates, *, interpolate: bool, caption: bool, show_original: bool) -> None:
        self._states, self._interpolate, self._caption = states, interpolate, caption
        self._original = Original(states.original(), states.images) if show_original else None
        self._pictures = states.pictures(states.result)
        self._theta = lru_cache(maxsize=KEPT_STATES)(lambda index: states.artwork(index).theta)

    def __call__(self, position: float) -> Still:
        """Return the still at a position."""
        index, share = self._place(position)
        theta = self._theta(index)
        if share:
            theta = ((1 - share) * theta.astype(np.float64) + share * self._theta(index + 1)).astype(np.float32)
            theta.flags.writeable = False
        first, *others = (self._with_theta(picture, theta) for picture in self._pictures)
        caption = caption_of(self._states[index]) if self._caption else ""
        return Still(first, caption=caption, others=tuple(others), original=self._original)

    def _place(self, position: float) -> tuple[int, float]:
        """Return the index of the last state that was reached, and the fraction of the way to the next one."""
        last = len(self._states) - 1
        if not self._interpolate:
            return min(last, int(position * (last + 1))), 0.0
        index = min(last, int(position * last))
        return index, min(1.0, max(0.0, position * last - index)) if index < last else 0.0

    def _with_theta(self, picture: Artwork, theta: np.ndarray) -> Artwork:
        return replace(picture, theta=theta, training=None)
