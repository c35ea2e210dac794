"""The segments of a walk through artworks: each leads from one of them to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import limner
from limner.app.artworks import with_settings
from limner.app.registry import build_stage
from limner.plugin import Blend
from limner_apps.animations.morphing.parameters import ThetaSpline
from limner_apps.animations.morphing.settings import mixed_recipe
from limner_apps.animations.pauses import smoothstep

if TYPE_CHECKING:
    from limner.app.artworks import Artwork


class Morph:
    """The way between two artworks of one recipe: a spline through θ; numbers and colours of settings are mixed.

    Args:
        knots: four artworks of one recipe: before the segment, its start, its end, and after it.
    """

    def __init__(self, knots: Sequence[Artwork]) -> None:
        self.start, self.end = knots[1], knots[2]
        self._spline = ThetaSpline(knots)

    def at(self, position: float) -> Artwork:
        """Return the artwork at a position of the segment, above 0 and below 1."""
        recipe = mixed_recipe(self.start.recipe, self.end.recipe, smoothstep(position), strict=False)
        return replace(self.start, recipe=recipe, theta=self._spline.at(position), training=None)


class CrossFade:
    """The way between two artworks of different recipes: one fades into the other, mixed in linear light."""

    def __init__(self, start: Artwork, end: Artwork) -> None:
        self.start, self.end = start, end

    def at(self, position: float) -> Artwork:
        """Return the artwork at a position of the segment, above 0 and below 1."""
        share = smoothstep(position)
        return with_settings(self._blend, {"blend.weights": (1.0 - share, share)})

    @cached_property
    def _blend(self) -> Artwork:
        mode: Blend = build_stage("blend", "mean", {"linear": True}, Blend)
        return limner.blend([self.start, self.end], mode, weights=[0.25, 0.75], size=self.start.size)
