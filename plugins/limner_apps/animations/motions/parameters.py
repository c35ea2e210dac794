"""The motion ``parameters``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import cos, sin, tau
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from limner.app.artworks import Still
from limner.app.values import child_rng
from limner_apps.animations.motion import Motion, Trajectory

if TYPE_CHECKING:
    from limner.app.artworks import Artwork


class Parameters(Motion):
    """A circle through the trainable parameters, around the artwork, in a random plane.

    The plane is spanned by two directions, normally distributed and scaled by the root mean square of each parameter
    array, so that all layers change alike.
    """

    strength: float = Field(default=0.1, gt=0, le=10, description="radius, as a fraction of the size of parameters")

    def trajectory(self, artworks: Sequence[Artwork], seed: int) -> Trajectory:
        """Return the circle."""
        art = artworks[0]
        rng = child_rng(seed, "parameters")
        layout = art.model.layout
        scale = np.zeros(art.theta.size)
        for entry in layout.parameters:
            place = layout.slices[entry.name]
            if entry.trainable:
                scale[place] = np.sqrt(np.mean(np.square(art.theta[place], dtype=np.float64)))
        u, v = self.strength * scale * rng.standard_normal((2, scale.size))

        def at(position: float) -> Still:
            theta = (art.theta + cos(tau * position) * u + sin(tau * position) * v).astype(np.float32)
            theta.flags.writeable = False
            return Still(replace(art, theta=theta, training=None))

        return at
