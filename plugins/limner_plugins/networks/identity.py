"""The network ``identity``."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import Array, Context, Domain, ImageNetwork, LimnerError, ParameterLayout, Params

Feature = Annotated[float, Field(ge=-1000, le=1000)]


class IdentityNetwork(ImageNetwork):
    """No network: each feature is a channel, only brought from the features' range to that of channels, 0 to 1."""

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code", "image"})

    span: tuple[Feature, Feature] = Field(
        default=(-1.0, 1.0), description="the features that become 0 and 1; [0, 1] changes nothing"
    )

    @model_validator(mode="after")
    def _wide(self) -> IdentityNetwork:
        low, high = self.span
        if abs(high - low) < 1e-6:
            raise ValueError(f"span is {list(self.span)}, which is nothing wide; write [-1, 1]")
        return self

    @classmethod
    def examples(cls) -> tuple[IdentityNetwork, ...]:
        """From -1 to 1, as they are, and reversed."""
        return cls(), cls(span=(0.0, 1.0)), cls(span=(2.0, -0.5))

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> None:  # noqa: ARG003
        """Nothing: features are seldom as many as channels."""
        return

    def param_layout(self, fan_in: int, fan_out: int) -> ParameterLayout:
        """Nothing is its own in θ.

        Raises:
            LimnerError: there are not as many features as channels.
        """
        if fan_in != fan_out:
            raise LimnerError(
                f"network 'identity' makes each feature a channel, and the encoders give {fan_in} where the colour "
                f"mode takes {fan_out}; choose others, or another network"
            )
        return ParameterLayout()

    def init_params(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> dict[str, np.ndarray]:  # noqa: ARG002
        """Nothing."""
        return {}

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """The features in the range of channels."""
        low, high = self.span
        return (x - low) * (1.0 / (high - low))
