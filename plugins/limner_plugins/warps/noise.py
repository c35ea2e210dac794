"""The warp ``noise``."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Params, Warp, fixed, namespace
from limner_plugins.common.noise import NOISES, PERIOD, NoiseName, draw_lattice, fbm

APART = 0.37 * PERIOD  # offset in the lattice, so that y's noise is independent of x's


class NoiseWarp(Warp):
    """Domain warping: p' = p + amplitude (N₁(frequency p), N₂(frequency p)), with two fractal sums of smooth noise.

    The random numbers are drawn from the seed and stored in θ. Two of these warps in a row curl like smoke.
    Sources: Perlin, "An image synthesizer", 1985; Quilez, "Domain warping", 2002.
    """

    conditional_fields = (
        ("lacunarity", "octaves", *range(2, 9)),
        ("gain", "octaves", *range(2, 9)),
    )

    amplitude: float = Field(
        default=0.4, ge=-1000, le=1000, description="largest displacement along x or y, in frame coordinates"
    )
    frequency: float = Field(default=0.8, gt=0, le=1000, description="bumps per unit of the frame in the first octave")
    octaves: int = Field(default=3, ge=1, le=8, description="number of octaves")
    lacunarity: float = Field(default=2.0, ge=1, le=8, description="frequency ratio of consecutive octaves")
    gain: float = Field(default=0.4, ge=0, le=1, description="amplitude ratio of consecutive octaves")
    noise: NoiseName = Field(
        default="gradient",
        description="noise function: value (soft), gradient (simplex, lively), cells or edges (Worley)",
    )

    @classmethod
    def examples(cls) -> tuple[NoiseWarp, ...]:
        """Return one octave of each noise, and several."""
        return (
            cls(),
            cls(octaves=1, noise="value", frequency=4.0),
            cls(octaves=2, noise="cells", gain=0.7, amplitude=-0.2),
            cls(octaves=8, noise="edges", lacunarity=1.7),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> NoiseWarp:
        """Return a gentle or rough displacement, rarely with cellular noise."""
        return cls(
            amplitude=float(np.round(rng.uniform(0.2, 0.6), 2)),
            frequency=float(np.round(rng.uniform(0.7, 2.0), 2)),
            octaves=int(rng.integers(1, 4)),
            noise="cells" if rng.random() < 0.2 else "gradient",
        )

    def init_params(self, rng: np.random.Generator) -> dict[str, fixed]:
        """Return a lattice of uniform numbers."""
        return {"lattice": fixed(draw_lattice(rng))}

    def forward(self, params: Params, xy: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return the displaced points."""
        xp, lattice, points = namespace(xy), params["lattice"], self.frequency * xy

        def layer(start: Array) -> Array:
            return fbm(
                NOISES[self.noise], start, lattice, octaves=self.octaves, lacunarity=self.lacunarity, gain=self.gain
            )

        return xy + self.amplitude * xp.stack([layer(points), layer(points + APART)])
