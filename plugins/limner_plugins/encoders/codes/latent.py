"""The encoder ``latent``."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import Array, ConditioningEncoder, Context, EncoderPullback, Params, Samples, fixed, namespace

Value = Annotated[float, Field(ge=-1000, le=1000)]


class Latent(ConditioningEncoder):
    """A latent vector z, constant over a picture; another z gives another picture of the same network.

    It is stored in θ. Drawn vectors are uniform in [-spread, spread]. With ``learn``, each picture of a fit has its own
    trainable z: an auto-decoder (P. Bojanowski et al., "Optimizing the latent space of generative networks", 2018;
    J. J. Park et al., "DeepSDF", 2019). Buttons with weights w give z = Σ w z.
    """

    count_field: ClassVar[str] = "pictures"
    conditional_fields = (("spread", "values", ()),)

    size: int = Field(default=2, ge=1, le=4096, description="size of the vector")
    spread: float = Field(default=1.0, ge=0, le=1000, description="range of drawn values: -spread to spread")
    values: tuple[Value, ...] = Field(default=(), max_length=4096, description="the values; drawn if empty")
    learn: bool = Field(default=False, description="train the vectors together with the network")
    pictures: int = Field(default=1, ge=1, le=4096, description="number of pictures with their own vectors")

    @model_validator(mode="before")
    @classmethod
    def _size_of_values(cls, data: Any) -> Any:
        """Return the data with the size of given values."""
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
        """Return drawn and given vectors, and trainable ones for one picture and for three."""
        return (
            cls(),
            cls(size=5, spread=3.0),
            cls(values=(-0.618, 0.618, 2.0)),
            cls(learn=True),
            cls(learn=True, pictures=3, weights=(0.5, -0.25, 1.0), labels=("a", "b", "c")),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Latent:
        """Return a vector that changes the picture a little or much."""
        return cls(size=int(rng.integers(2, 6)), spread=float(np.round(rng.uniform(0.8, 2.0), 2)))

    def num_buttons(self) -> int:
        """Return one button for each picture."""
        return self.pictures

    def is_conditional(self) -> bool:
        """Return whether each picture has its own vector."""
        return self.learn or self.pictures > 1

    def num_features(self) -> int:
        """Return the size of the vector."""
        return self.size

    def feature_names(self) -> tuple[str, ...]:
        """Return z1, z2, ..."""
        return tuple(f"z{i + 1}" for i in range(self.size))

    def init_params(self, rng: np.random.Generator) -> dict[str, Any]:
        """Return z, one row per picture: the given values for every picture, or fresh ones for each."""
        shape = (self.size,) if self.pictures == 1 else (self.pictures, self.size)
        z = np.broadcast_to(self.values, shape) if self.values else rng.uniform(-self.spread, self.spread, shape)
        return {"z": z if self.learn else fixed(z)}

    def draw_latent(self, params: Params, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Return vectors that are uniform in the range of the drawn ones, or in that of given or trained values."""
        z = np.asarray(params["z"])
        reach = max(1.0 if self.values else self.spread, float(np.abs(z).max()))
        return {"z": rng.uniform(-reach, reach, z.shape)}

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return z at every point."""
        xp = namespace(params["z"])
        each = xp.reshape(params["z"], (self.pictures, self.size)).T
        index = self._index(samples)
        if index is not None:
            return xp.take(each, index, axis=1)
        return each @ self.codes_for(samples)

    def vjp(self, params: Params, samples: Samples, ctx: Context) -> tuple[Array, EncoderPullback]:
        """Return z, and its pullback: each picture receives the gradient times its weight."""
        if not self.learn:
            return super().vjp(params, samples, ctx)

        def pullback(dy: Array) -> dict[str, Array]:
            index = self._index(samples)
            if index is not None:
                gradient = ctx.primitives.scatter_add(index, dy, self.pictures).T
            else:
                gradient = ctx.primitives.outer(self.codes_for(samples), dy)
            return {"z": namespace(dy).reshape(gradient, params["z"].shape)}

        return self.forward(params, samples, ctx), pullback

    def _index(self, samples: Samples) -> Array | None:
        """Return the index of the picture of each sample if its vector can be looked up; else None."""
        return samples.index if samples.code is None and self.is_conditional() else None
