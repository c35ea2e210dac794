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

    ``value`` and ``gradient`` noise make clouds, ``cells`` bowls, ``edges`` veins. One square of random numbers for
    each feature lies in θ and is not learned; the pattern repeats after 64 bumps of the first octave.

    Where pictures are made of pictures, it needs none: it gives white noise in their place, ``count`` channels from
    ``-scale`` to ``scale``, drawn for each picture by its place in the set, another at each step of a training: maps
    of the picture's size, or ``coarse`` times smaller, for a network that enlarges them. The other parameters are the
    points' alone, and so are the squares in θ.
    Sources: Perlin, "An image synthesizer", 1985; Worley, "A cellular texture basis function", 1996.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "image"})
    ignores_images: ClassVar[bool] = True

    count: int = Field(default=2, ge=1, le=64, description="how many features, each a noise of its own")
    noise: NoiseName = Field(default="gradient", description="which noise: clouds of two kinds, bowls, or veins")
    frequency: float = Field(
        default=0.8, gt=0, le=1000, description="bumps to a unit of the frame, in the first octave"
    )
    octaves: int = Field(default=2, ge=1, le=8, description="how many noises are added")
    lacunarity: float = Field(default=2.0, ge=1, le=8, description="how many times finer each octave is than the last")
    gain: float = Field(default=0.35, ge=0, le=1, description="how strong each octave is beside the last")
    scale: float = Field(default=1.5, ge=-1000, le=1000, description="the greatest height of the bumps")
    coarse: int = Field(
        default=1,
        ge=0,
        le=65_536,
        description="where pictures are made: how many times smaller the noise is; 0: so much that one place is left",
    )

    @classmethod
    def examples(cls) -> tuple[NoiseEncoder, ...]:
        """Each noise, one octave and several."""
        return (
            cls(count=1),
            cls(noise="value", octaves=1, frequency=4.0, scale=-1.0),
            cls(count=1, noise="cells", octaves=2, gain=0.7, coarse=3),
            cls(count=1, noise="edges", octaves=8, lacunarity=1.7),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> NoiseEncoder:
        """Mostly clouds, seldom cells."""
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
        """So many times smaller, 1 at least."""
        coarse = self.configured_for(size).coarse
        return -(-size[0] // coarse), -(-size[1] // coarse)

    def configured_for(self, size: tuple[int, int]) -> NoiseEncoder:
        """A ``coarse`` of 0 becomes the size's."""
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
        """From black, at the least, to white."""
        return super().to_rgb(0.5 + features / (2 * abs(self.scale))) if self.scale else super().to_rgb(features + 0.5)

    def _white(self, images: Array, samples: Samples, ctx: Context) -> Array:
        width, height = self.output_size((images.shape[3], images.shape[2]))
        shape = (self.count, height, width)
        drawn = [ctx.rng("noise", place).uniform(-1.0, 1.0, shape) for place in places(samples)]
        noise = np.stack(drawn, axis=1) if drawn else np.empty((self.count, 0, height, width))
        return self.scale * from_host(noise, images)
