"""The encoder ``waves``."""

from __future__ import annotations

from math import pi, sqrt, tau
from typing import Literal

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import Array, Context, Encoder, Params, Samples, fixed, namespace


class Waves(Encoder):
    """Plane sine waves sin(2π k·p + φ), running in several directions.

    Directions are spread evenly over the half circle, or drawn; frequencies |k| grow evenly from the lowest to the
    highest as they go round, or are drawn between them. Wave vectors k and phases φ lie in θ and are not learned.
    Summed, evenly spread waves of one frequency and phase interfere to a quasicrystal (a crystal for 2 and 3 of them).
    """

    count: int = Field(default=4, ge=1, le=256, description="how many waves")
    lowest: float = Field(default=0.2, ge=0, le=1000, description="the lowest frequency, waves to a unit of the frame")
    highest: float = Field(default=0.6, ge=0, le=1000, description="the highest frequency")
    directions: Literal["even", "drawn"] = Field(
        default="even", description="how directions and frequencies are chosen"
    )
    phases: Literal["drawn", "zero", "quarter"] = Field(
        default="drawn", description="where the waves begin: anywhere, at 0 in the origin, or at their crests there"
    )
    summed: bool = Field(default=False, description="is their sum the only feature, divided by sqrt(count / 2)")
    scale: float = Field(default=1.0, ge=-1000, le=1000, description="the height of the waves")

    @model_validator(mode="after")
    def _in_order(self) -> Waves:
        if self.lowest > self.highest:
            raise ValueError(f"highest must be at least lowest = {self.lowest}, got {self.highest}")
        return self

    @classmethod
    def examples(cls) -> tuple[Waves, ...]:
        """Even and drawn, single and summed."""
        return (
            cls(),
            cls(count=7, lowest=2.0, highest=2.0, phases="quarter", summed=True),
            cls(count=4, directions="drawn", phases="zero", scale=0.5),
            cls(count=1, lowest=0.0),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Waves:
        """A few long waves, or a quasicrystal."""
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
