"""The motion ``still``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from limner.app.artworks import Still
from limner.plugin import LimnerError
from limner_apps.animations.motion import Motion, Trajectory

if TYPE_CHECKING:
    from limner.app.artworks import Artwork


class StillMotion(Motion):
    """No motion: the artwork as it is, for movies in which only single settings move."""

    sets_pace = True
    has_change = False

    def trajectory(self, artworks: Sequence[Artwork], seed: int) -> Trajectory:  # noqa: ARG002
        """Return the artwork at every position.

        Raises:
            LimnerError: there are several artworks.
        """
        if len(artworks) > 1:
            raise LimnerError(f"`motion` still: takes one artwork, got {len(artworks)}; use morph")
        still = Still(artworks[0])
        return lambda position: still  # noqa: ARG005
