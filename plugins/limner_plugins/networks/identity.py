"""The network ``identity``."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import Array, Context, Domain, Graph, ImageNetwork, LimnerError, Node, ParameterLayout, Params

Feature = Annotated[float, Field(ge=-1000, le=1000)]


class IdentityNetwork(ImageNetwork):
    """No network: each feature becomes a channel, rescaled from the features' range to 0 to 1."""

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code", "image"})

    span: tuple[Feature, Feature] = Field(
        default=(-1.0, 1.0), description="feature values that become 0 and 1; [0, 1] changes nothing"
    )

    @model_validator(mode="after")
    def _wide(self) -> IdentityNetwork:
        low, high = self.span
        if abs(high - low) < 1e-6:
            raise ValueError(f"span is {list(self.span)}, which has no width; use [-1, 1]")
        return self

    @classmethod
    def examples(cls) -> tuple[IdentityNetwork, ...]:
        """Return networks for features from -1 to 1, for unchanged and for reversed ones."""
        return cls(), cls(span=(0.0, 1.0)), cls(span=(2.0, -0.5))

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> None:  # noqa: ARG003
        """Return None: the numbers of features and channels are rarely equal."""
        return

    def param_layout(self, fan_in: int, fan_out: int) -> ParameterLayout:
        """Return an empty layout.

        Raises:
            LimnerError: the numbers of features and channels differ.
        """
        if fan_in != fan_out:
            raise LimnerError(
                f"network 'identity' needs as many features as channels, but the encoders give {fan_in} and the colour "
                f"mode takes {fan_out}; choose other encoders or another network"
            )
        return ParameterLayout()

    def init_params(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> dict[str, np.ndarray]:  # noqa: ARG002
        """Return no parameters."""
        return {}

    def structure(self, fan_in: int, fan_out: int, size: tuple[int, int] | None = None) -> Graph:
        """Return the features and the channels, one for each."""
        self.param_layout(fan_in, fan_out)  # it checks the numbers
        return Graph.start(fan_in, size).then(Node(fan_out, size, "identity"))

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return the features, rescaled to the range of channels."""
        low, high = self.span
        return (x - low) * (1.0 / (high - low))
