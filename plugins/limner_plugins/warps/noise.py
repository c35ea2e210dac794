"""The warp ``noise``."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Params, Warp, fixed, namespace
from limner_plugins.common.noise import NOISES, PERIOD, NoiseName, draw_lattice, fbm

APART = 0.37 * PERIOD  # how far into the lattice the noise that moves y begins


class NoiseWarp(Warp):
    """Domain warping: p' = p + amplitude (N₁(frequency p), N₂(frequency p)), with two fractal sums of smooth noise.

    The random numbers come from the seed and lie in θ. Two of these warps, one behind the other, curl like smoke.
    Sources: Perlin, "An image synthesizer", 1985; Quilez, "Domain warping", 2002.
    """

    amplitude: float = Field(
        default=0.4, ge=-1000, le=1000, description="the farthest that a point moves along x or y, frame's coordinates"
    )
    frequency: float = Field(
        default=0.8, gt=0, le=1000, description="bumps to a unit of the frame, in the first octave"
    )
    octaves: int = Field(default=3, ge=1, le=8, description="how many noises are added, each finer than the last")
    lacunarity: float = Field(default=2.0, ge=1, le=8, description="how many times finer")
    gain: float = Field(default=0.4, ge=0, le=1, description="how strong each octave is beside the last")
    noise: NoiseName = Field(
        default="gradient", description="value is soft, gradient lively (simplex noise); cells and edges are Worley's"
    )

    @classmethod
    def examples(cls) -> tuple[NoiseWarp, ...]:
        """One octave of each noise, and several."""
        return (
            cls(),
            cls(octaves=1, noise="value", frequency=4.0),
            cls(octaves=2, noise="cells", gain=0.7, amplitude=-0.2),
            cls(octaves=8, noise="edges", lacunarity=1.7),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> NoiseWarp:
        """Gentle or rough, seldom in cells."""
        return cls(
            amplitude=float(np.round(rng.uniform(0.2, 0.8), 2)),
            frequency=float(np.round(rng.uniform(0.7, 2.5), 2)),
            octaves=int(rng.integers(1, 5)),
            noise="cells" if rng.random() < 0.2 else "gradient",
        )

    def init_params(self, rng: np.random.Generator) -> dict[str, fixed]:
        """Return a lattice of uniform numbers."""
        return {"lattice": fixed(draw_lattice(rng))}

    def forward(self, params: Params, xy: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return the points, shaken."""
        xp, lattice, points = namespace(xy), params["lattice"], self.frequency * xy

        def layer(start: Array) -> Array:
            return fbm(
                NOISES[self.noise], start, lattice, octaves=self.octaves, lacunarity=self.lacunarity, gain=self.gain
            )

        return xy + self.amplitude * xp.stack([layer(points), layer(points + APART)])
