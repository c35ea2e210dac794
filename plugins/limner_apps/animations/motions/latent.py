"""The motion ``latent``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import cos, sin, sqrt, tau
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from pydantic import Field

from limner.app.values import child_rng
from limner_apps.animations.curves import closed_curve
from limner_apps.animations.motion import Motion, Trajectory
from limner_apps.animations.parameters.latents import LatentVector, latents_of
from limner_apps.animations.parameters.stills import single_artwork, still_with

if TYPE_CHECKING:
    from limner.app.artworks import Artwork, Still

Path: TypeAlias = "Callable[[float], np.ndarray]"
"""The values of a latent vector at a position from 0 up to 1."""


class Latent(Motion):
    """A circle through the latent space, around the artwork, in a random plane; the network stays.

    A latent vector of one number swings to and fro instead. With ``points``, it leaves the artwork, visits random
    points of the latent space, and returns. All latent vectors of an artwork move, also those of the layers of a blend.
    If an encoder has a vector for each of several pictures, they move alike.
    """

    strength: float = Field(
        default=0.3,
        gt=0,
        le=100,
        description="radius of the circle, as a fraction of the range of the latent vector; with points, how far it "
        "goes towards them: at 1 it reaches them",
    )
    points: int = Field(default=0, ge=0, le=1000, description="number of random points to visit; 0: a circle")

    @classmethod
    def examples(cls) -> tuple[Latent, ...]:
        """Return a circle and a loop through points."""
        return (cls(), cls(strength=1.0, points=3))

    def trajectory(self, artworks: Sequence[Artwork], seed: int) -> Trajectory:
        """Return the circle, or the loop through random points.

        Raises:
            LimnerError: there are several artworks, or the artwork has no latent vector that can change.
        """
        art = single_artwork(artworks, "latent")
        make = self._loop if self.points else self._circle
        paths = [(latent.place, make(art, latent, seed)) for latent in latents_of(art)]

        def at(position: float) -> Still:
            theta = art.theta.copy()
            for place, path in paths:
                theta[place] = path(position % 1.0).ravel()
            return still_with(art, theta)

        return at

    def _circle(self, art: Artwork, latent: LatentVector, seed: int) -> Path:
        """Return a circle around the latent vector, or a line through it if it has a single number.

        On average, each number moves as far as on a circle in a plane.
        """
        size = latent.shape[-1]
        drawn = child_rng(seed, "latent circle", latent.path, latent.name).standard_normal((size, min(size, 2)))
        axes = np.linalg.qr(drawn)[0].T
        radius = self.strength * latent.reach(art) * max(1.0, sqrt(size / 2))

        def path(position: float) -> np.ndarray:
            weights = np.asarray((sin(tau * position), cos(tau * position)))[: len(axes)]
            values: np.ndarray = latent.values + radius * (weights @ axes)
            return values

        return path

    def _loop(self, art: Artwork, latent: LatentVector, seed: int) -> Path:
        """Return a closed curve from the latent vector through random ones."""
        generators = (child_rng(seed, "latent walk", i, latent.path) for i in range(self.points))
        others = [latent.drawn(art, rng) for rng in generators]
        stops = [latent.values, *(latent.values + self.strength * (other - latent.values) for other in others)]
        return lambda position: closed_curve(stops, position * len(stops))
