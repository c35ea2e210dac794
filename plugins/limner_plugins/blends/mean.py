"""The blend ``mean``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from pydantic import Field, field_validator, model_serializer

from limner.plugin import Array, Blend, namespace
from limner_plugins.common.oklab import decode, encode
from limner_plugins.common.opacity import straight


class MeanBlend(Blend):
    """The mean of all layers, or their weighted mean.

    With ``linear``, it is the mean of their light, as of two projectors on one screen: colours are clipped to 0 to 1,
    decoded with the transfer function of sRGB (IEC 61966-2-1), and encoded again. A cross-fade then does not darken
    halfway. The opacity of transparent layers is mixed too, and colours count by their opacity. Otherwise it is the
    mean of the encoded values.
    """

    weights: tuple[Annotated[float, Field(ge=0, le=1_000_000)], ...] = Field(
        default=(), max_length=64, description="weight of each layer, from the bottom up; equal weights if empty"
    )

    linear: bool = Field(default=False, description="mix the light of the layers, not their encoded values in sRGB")

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
        """Return the settings that are set, so that recipes of older pictures stay as they always were."""
        return {name: value for name, value in full(self).items() if value}

    @classmethod
    def examples(cls) -> tuple[MeanBlend, ...]:
        """Return a plain and a weighted mean, and one of light."""
        return cls(), cls(weights=(0.25, 0.0, 3.0)), cls(weights=(2.0, 1.0), linear=True)

    @property
    def layer_bounds(self) -> tuple[int, int]:
        """As many layers as there are weights; any number if there are none."""
        return (len(self.weights), len(self.weights)) if self.weights else super().layer_bounds

    @property
    def blends_opacity(self) -> bool:
        """Whether the opacity is mixed too."""
        return self.linear

    def forward(self, layers: Sequence[Array]) -> Array:
        """Return their sum over their number, or the sum of each times its weight over that of the weights."""
        return self._light(layers) if self.linear else self._mean(layers)

    def _light(self, layers: Sequence[Array]) -> Array:
        """Return the mean of the light of RGB or RGBA layers."""
        xp = namespace(layers[0])
        bounded = [xp.clip(layer, 0.0, 1.0) for layer in layers]
        light = [decode(layer[:3, :]) for layer in bounded]
        if layers[0].shape[0] == 3:
            return encode(self._mean(light))
        opacities = [layer[3:, :] for layer in bounded]
        opacity = self._mean(opacities)
        mixed = self._mean([one * alpha for one, alpha in zip(light, opacities, strict=True)])
        return xp.concat([encode(straight(mixed, opacity)), opacity], axis=0)

    def _mean(self, layers: Sequence[Array]) -> Array:
        if self.weights:
            layers = [layer * (w / sum(self.weights)) for layer, w in zip(layers, self.weights, strict=True)]
        total = layers[0]
        for layer in layers[1:]:
            total = total + layer  # not in place: the first layer is the caller's
        return total if self.weights else total / len(layers)
