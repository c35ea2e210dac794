"""The encoder ``waves``."""

from __future__ import annotations

from math import pi, sqrt, tau
from typing import Literal

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import Array, Context, Encoder, Params, Samples, fixed, namespace


class Waves(Encoder):
    """Plane sine waves sin(2π k·p + φ) in several directions.

    Directions are evenly spaced over the half circle, or drawn; frequencies |k| grow evenly from the lowest to the
    highest with the direction, or are drawn between them. Wave vectors k and phases φ are stored in θ, not trainable.
    Summed, evenly spaced waves of one frequency and phase interfere to a quasicrystal (to a crystal for 2 or 3 waves).
    """

    count: int = Field(default=4, ge=1, le=256, description="number of waves")
    lowest: float = Field(default=0.2, ge=0, le=1000, description="lowest frequency, in waves per unit of the frame")
    highest: float = Field(default=0.6, ge=0, le=1000, description="highest frequency")
    directions: Literal["even", "drawn"] = Field(
        default="even", description="choice of directions and frequencies: evenly spaced or drawn"
    )
    phases: Literal["drawn", "zero", "quarter"] = Field(
        default="drawn", description="phases: drawn, 0 at the origin, or a crest at the origin"
    )
    summed: bool = Field(default=False, description="give their sum over sqrt(count / 2) as the only feature")
    scale: float = Field(default=1.0, ge=-1000, le=1000, description="amplitude of the waves")

    @model_validator(mode="after")
    def _in_order(self) -> Waves:
        if self.lowest > self.highest:
            raise ValueError(f"highest must be at least lowest = {self.lowest}, got {self.highest}")
        return self

    @classmethod
    def examples(cls) -> tuple[Waves, ...]:
        """Return even and drawn waves, separate and summed."""
        return (
            cls(),
            cls(count=7, lowest=2.0, highest=2.0, phases="quarter", summed=True),
            cls(count=4, directions="drawn", phases="zero", scale=0.5),
            cls(count=1, lowest=0.0),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Waves:
        """Return a few long waves, or a quasicrystal."""
        if rng.random() < 0.3:
            pitch = float(np.round(rng.uniform(1.0, 2.5), 2))
            return cls(count=int(rng.choice([5, 7, 8])), lowest=pitch, highest=pitch, phases="quarter", summed=True)
        return cls(count=int(rng.integers(2, 7)), directions="drawn")

    def num_features(self) -> int:
        """Return 1 for each wave, or 1 for their sum."""
        return 1 if self.summed else self.count

    def init_params(self, rng: np.random.Generator) -> dict[str, fixed]:
        """Return the wave vectors k and the phases; only random ones use the generator."""
        if self.directions == "even":
            heading = np.arange(self.count) * (pi / self.count)
            pitch = np.linspace(self.lowest, self.highest, self.count)
        else:
            heading = rng.uniform(0.0, tau, self.count)
            pitch = rng.uniform(self.lowest, self.highest, self.count)
        phase = {"zero": np.zeros(self.count), "quarter": np.full(self.count, pi / 2)}.get(self.phases)
        if phase is None:
            phase = rng.uniform(0.0, tau, self.count)
        k = np.stack([pitch * np.cos(heading), pitch * np.sin(heading)], axis=1)
        return {"k": fixed(k), "phase": fixed(phase)}

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the waves, or their sum."""
        xp = namespace(samples.anchor)
        waves = xp.sin((tau * params["k"]) @ samples.anchor + params["phase"][:, None])
        if self.summed:
            return xp.sum(waves, axis=0, keepdims=True) * (self.scale / sqrt(self.count / 2))
        return self.scale * waves
