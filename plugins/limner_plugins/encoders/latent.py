"""The encoder ``latent``."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import Array, Context, Domain, Encoder, Entry, Layout, Samples, namespace

Value = Annotated[float, Field(ge=-1000, le=1000)]


class Latent(Encoder):
    """Numbers z that are the same all over the picture; another z is another picture of the same network.

    They lie in θ and are not learned. Drawn ones are uniform in [-spread, spread].
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code"})

    size: int = Field(default=2, ge=1, le=4096, description="how many numbers")
    spread: float = Field(default=1.0, ge=0, le=1000, description="drawn ones lie between -spread and spread")
    values: tuple[Value, ...] = Field(
        default=(), max_length=4096, description="the numbers themselves; where there are none they are drawn"
    )

    @model_validator(mode="before")
    @classmethod
    def _size_of_values(cls, data: Any) -> Any:
        """Given values say the size too."""
        if isinstance(data, dict) and "size" not in data and isinstance(data.get("values"), (list, tuple)):
            return {**data, "size": len(data["values"]) or 2}
        return data

    @model_validator(mode="after")
    def _agree(self) -> Latent:
        if self.values and len(self.values) != self.size:
            raise ValueError(f"size is {self.size}, but there are {len(self.values)} values; make them agree")
        return self

    @classmethod
    def examples(cls) -> tuple[Latent, ...]:
        """Drawn, and given."""
        return cls(), cls(size=5, spread=3.0), cls(values=(-0.618, 0.618, 2.0))

    def features(self) -> int:
        """As many as there are numbers."""
        return self.size

    def layout(self) -> Layout:
        """z, not learned."""
        return Layout((Entry("z", (self.size,), learned=False),))

    def draw(self, layout: Layout, rng: np.random.Generator) -> np.ndarray:
        """The given values, or fresh ones."""
        z = np.asarray(self.values) if self.values else rng.uniform(-self.spread, self.spread, self.size)
        return layout.pack({"z": z})

    def forward(self, theta: Array, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """z at every point."""
        return namespace(theta).broadcast_to(theta[:, None], (self.size, samples.count))
