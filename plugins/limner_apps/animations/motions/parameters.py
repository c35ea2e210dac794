"""The motion ``parameters``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import cos, sin, tau
from typing import TYPE_CHECKING, Self

import numpy as np
from pydantic import Field

from limner.app.values import child_rng
from limner.plugin import LimnerError
from limner_apps.animations.motion import Motion, Trajectory
from limner_apps.animations.parameters.calibration import PictureChange, visible_distance
from limner_apps.animations.parameters.movable import parameter_sizes
from limner_apps.animations.parameters.stills import single_artwork, still_with, with_theta

if TYPE_CHECKING:
    from limner.app.artworks import Artwork, Still

FIRST_RADIUS = 0.03
"""The radius that the search for a visible one starts from; for most presets that is 0.01 to 0.1."""
MAX_RADIUS = 1000.0
PROBES = (0.0, 0.25, 0.5, 0.75)
"""The positions on a circle at which the search looks."""


class Parameters(Motion):
    """A circle through the trainable parameters of the network, around the artwork, in a random plane.

    The plane is spanned by two directions, normally distributed and scaled by the root mean square of each parameter
    array, so that all layers change alike. If the network has no trainable parameters, those of the other stages move.
    Random changes of single pixels would be noise, so layers with weights of their own for each pixel stay.
    """

    strength: float = Field(default=1.0, gt=0, le=100, description="radius of the circle, as a multiple of `radius`")
    radius: float = Field(
        default=0.0,
        ge=0,
        le=MAX_RADIUS,
        description="radius at strength 1, as a fraction of the size of the parameters; if 0, such that the picture "
        "changes visibly, yet remains the same picture",
    )

    @classmethod
    def examples(cls) -> tuple[Parameters, ...]:
        """Return a circle of a suitable radius, and one of a given radius."""
        return (cls(), cls(strength=0.5, radius=0.1))

    def configured_for(self, artworks: Sequence[Artwork], seed: int) -> Self:
        """Return the motion with its radius: so large that the picture changes visibly.

        Raises:
            LimnerError: there are several artworks, or no parameter that changes the picture.
        """
        art = single_artwork(artworks, "parameters")
        if self.radius:
            return self
        return self.model_copy(update={"radius": _visible_radius(art, seed)})

    def trajectory(self, artworks: Sequence[Artwork], seed: int) -> Trajectory:
        """Return the circle.

        Raises:
            LimnerError: there are several artworks, or no parameter that changes the picture.
        """
        radius = self.strength * self.configured_for(artworks, seed).radius
        art = artworks[0]
        circle = _Circle(art, seed)

        def at(position: float) -> Still:
            return still_with(art, circle.theta(radius, position))

        return at


@lru_cache(maxsize=8)
def _visible_radius(art: Artwork, seed: int) -> float:
    """Return the radius at which the picture changes visibly. It is kept, since a movie is checked before it is made.

    Raises:
        LimnerError: no parameter changes the picture.
    """
    circle, measure = _Circle(art, seed), PictureChange(art)

    def change(radius: float) -> float:
        return measure.of([with_theta(art, circle.theta(radius, position)) for position in PROBES])

    radius = visible_distance(change, FIRST_RADIUS)
    if not radius:
        raise LimnerError(f"`motion` parameters: no parameter changes {art.recipe.title}; use zoom or orbit")
    return min(radius, MAX_RADIUS)


class _Circle:
    """A circle of unit radius around the parameters of an artwork."""

    def __init__(self, art: Artwork, seed: int) -> None:
        sizes = parameter_sizes(art, "parameters")
        self.center = art.theta
        self.place = np.flatnonzero(sizes)
        self.axes = (sizes * child_rng(seed, "parameters").standard_normal((2, sizes.size)))[:, self.place]

    def theta(self, radius: float, position: float) -> np.ndarray:
        """Return θ at a position, 0 to 1, of the circle with a radius."""
        u, v = self.axes
        angle = tau * (position % 1.0)  # so that 0 and 1 agree exactly
        theta = self.center.copy()
        theta[self.place] += radius * (cos(angle) * u + sin(angle) * v)
        return theta
