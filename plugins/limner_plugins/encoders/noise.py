"""The encoder ``noise``."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Domain, ImageFilter, Params, Samples, fixed, from_host, namespace
from limner_plugins.common.images import places
from limner_plugins.common.noise import NOISES, NoiseName, draw_lattice, fbm


class NoiseEncoder(ImageFilter):
    """Fractal noise from the seed: each feature is a sum of octaves, each finer and fainter than the last.

    ``value`` and ``gradient`` noise make clouds, ``cells`` bowls, ``edges`` veins. One square of random numbers per
    feature is stored in θ, not trainable; the pattern repeats after 64 bumps of the first octave.

    As a filter it ignores its pictures and outputs white noise, ``count`` channels from ``-scale`` to ``scale``, drawn
    for each picture by its index in the set with new numbers at each training step: maps of the picture's size, or
    ``coarse`` times smaller for a network that enlarges them. The other parameters and the squares in θ apply to
    points only.
    Sources: Perlin, "An image synthesizer", 1985; Worley, "A cellular texture basis function", 1996.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "image"})
    ignores_images: ClassVar[bool] = True

    conditional_fields = (
        ("lacunarity", "octaves", *range(2, 9)),
        ("gain", "octaves", *range(2, 9)),
    )

    count: int = Field(default=2, ge=1, le=64, description="number of features, each an independent noise")
    noise: NoiseName = Field(
        default="gradient", description="noise function: clouds (value, gradient), bowls (cells) or veins (edges)"
    )
    frequency: float = Field(default=0.8, gt=0, le=1000, description="bumps per unit of the frame in the first octave")
    octaves: int = Field(default=2, ge=1, le=8, description="number of octaves")
    lacunarity: float = Field(default=2.0, ge=1, le=8, description="frequency ratio of consecutive octaves")
    gain: float = Field(default=0.35, ge=0, le=1, description="amplitude ratio of consecutive octaves")
    scale: float = Field(default=1.5, ge=-1000, le=1000, description="largest height of the bumps")
    coarse: int = Field(
        default=1,
        ge=0,
        le=65_536,
        description="as a filter: downscaling factor of the noise; 0 leaves a single position",
    )

    @classmethod
    def examples(cls) -> tuple[NoiseEncoder, ...]:
        """Return each noise, with one octave and several."""
        return (
            cls(count=1),
            cls(noise="value", octaves=1, frequency=4.0, scale=-1.0),
            cls(count=1, noise="cells", octaves=2, gain=0.7, coarse=3),
            cls(count=1, noise="edges", octaves=8, lacunarity=1.7),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> NoiseEncoder:
        """Return mostly clouds, rarely cells."""
        likely: tuple[NoiseName, ...] = ("gradient", "gradient", "value", "cells", "edges")
        return cls(
            count=int(rng.integers(1, 4)),
            noise=likely[rng.integers(len(likely))],
            frequency=float(np.round(rng.uniform(0.7, 2.0), 2)),
            octaves=int(rng.integers(1, 4)),
        )

    def num_features(self) -> int:
        """Return the count."""
        return self.count

    def output_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return the size over ``coarse``, rounded up, at least 1."""
        coarse = self.configured_for(size).coarse
        return -(-size[0] // coarse), -(-size[1] // coarse)

    def configured_for(self, size: tuple[int, int]) -> NoiseEncoder:
        """Return the filter with a ``coarse`` of 0 replaced by the longer side."""
        return self if self.coarse else self.model_copy(update={"coarse": max(size)})

    def init_params(self, rng: np.random.Generator) -> dict[str, fixed]:
        """Return a square of uniform numbers for each feature."""
        return {"lattice": fixed(np.stack([draw_lattice(rng) for _ in range(self.count)]))}

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:
        """Return the noises."""
        if samples.images is not None:
            return self._white(samples.images, samples, ctx)
        lattice, points = params["lattice"], self.frequency * samples.anchor
        rows = [
            fbm(
                NOISES[self.noise],
                points,
                lattice[i, ...],
                octaves=self.octaves,
                lacunarity=self.lacunarity,
                gain=self.gain,
            )
            for i in range(self.count)
        ]
        return self.scale * namespace(points).stack(rows)

    def to_rgb(self, features: Array) -> Array:
        """Return the noise from black, its lowest value, to white."""
        return super().to_rgb(0.5 + features / (2 * abs(self.scale))) if self.scale else super().to_rgb(features + 0.5)

    def _white(self, images: Array, samples: Samples, ctx: Context) -> Array:
        width, height = self.output_size((images.shape[3], images.shape[2]))
        shape = (self.count, height, width)
        drawn = [ctx.rng("noise", place).uniform(-1.0, 1.0, shape) for place in places(samples)]
        noise = np.stack(drawn, axis=1) if drawn else np.empty((self.count, 0, height, width))
        return self.scale * from_host(noise, images)
