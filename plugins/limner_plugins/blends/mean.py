"""The blend ``mean``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from pydantic import Field, field_validator, model_serializer

from limner.plugin import Array, Blend


class MeanBlend(Blend):
    """The mean of all layers, or their weighted mean."""

    weights: tuple[Annotated[float, Field(ge=0, le=1_000_000)], ...] = Field(
        default=(), max_length=64, description="weight of each layer, from the bottom up; equal weights if empty"
    )

    @field_validator("weights")
    @classmethod
    def _usable(cls, weights: tuple[float, ...]) -> tuple[float, ...]:
        if len(weights) == 1:
            raise ValueError("needs one for each layer, and there are at least two")
        if weights and not sum(weights):
            raise ValueError("are all 0; at least one must be larger")
        return weights

    @model_serializer(mode="wrap")
    def _brief(self, full: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        """Return the settings without empty weights, so that recipes of equal layers stay as they always were."""
        return {name: value for name, value in full(self).items() if value or name != "weights"}

    @classmethod
    def examples(cls) -> tuple[MeanBlend, ...]:
        """Return a plain and a weighted mean."""
        return cls(), cls(weights=(0.25, 0.0, 3.0))

    @property
    def layer_bounds(self) -> tuple[int, int]:
        """As many layers as there are weights; any number if there are none."""
        return (len(self.weights), len(self.weights)) if self.weights else super().layer_bounds

    def forward(self, layers: Sequence[Array]) -> Array:
        """Return their sum over their number, or the sum of each times its weight over that of the weights."""
        if self.weights:
            layers = [layer * (w / sum(self.weights)) for layer, w in zip(layers, self.weights, strict=True)]
        total = layers[0]
        for layer in layers[1:]:
            total = total + layer  # not in place: the first layer is the caller's
        return total if self.weights else total / len(layers)
