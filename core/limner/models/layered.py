"""The layered model: several models, blended into one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from limner.arrays.namespace import Array, namespace
from limner.arrays.parameters import ParameterLayout, pack_gradient
from limner.composition.recipe import LayeredRecipe
from limner.models.base import NOTHING_STORED, Model
from limner.models.output_checks import check_output, unpack_vjp

if TYPE_CHECKING:
    from limner.stages.blend import Blend
    from limner.stages.context import Context, Samples


class LayeredModel(Model):
    """Several models, blended. θ is the concatenation of theirs.

    Alpha is the largest of the layers', unless the blend mixes it.
    """

    def __init__(self, recipe: LayeredRecipe, layers: list[Model]) -> None:
        self.recipe: LayeredRecipe = recipe
        self.layers = layers
        self.blend: Blend = recipe.blend.stage

    @property
    def alpha(self) -> bool:
        """Whether any layer has an alpha channel."""
        return any(layer.alpha for layer in self.layers)

    @cached_property
    def layout(self) -> ParameterLayout:
        """The layouts of the layers, concatenated."""
        return ParameterLayout.join((f"layer.{i}", layer.layout) for i, layer in enumerate(self.layers))

    def resolved(self) -> LayeredRecipe:
        """Return the recipe with each layer resolved from its own seed."""
        return replace(self.recipe, layers=tuple(layer.resolved() for layer in self.layers))

    def init_params(self, stored: Mapping[str, np.ndarray] = NOTHING_STORED) -> np.ndarray:
        """Return the initial θ of all layers, each from its own seed."""
        drawn = []
        for i, layer in enumerate(self.layers):
            prefix = f"layer.{i}."
            own = {path.removeprefix(prefix): values for path, values in stored.items() if path.startswith(prefix)}
            drawn.append(layer.init_params(own))
        return np.concatenate(drawn, dtype=np.float32)

    def swatches(self, theta: np.ndarray) -> np.ndarray:
        """Return the colours of all layers, one after the other."""
        parts = self._layers_with_theta(theta)
        return np.concatenate([layer.swatches(np.asarray(part)) for layer, part in parts])

    def inference_floats(self) -> int:
        """Return the floats per sample of the largest layer, plus the colours of all layers."""
        return max(layer.inference_floats() for layer in self.layers) + 5 * len(self.layers)

    def forward(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """Return the blend of the colours of all layers."""
        colours = [layer.forward(part, samples, ctx) for layer, part in self._layers_with_theta(theta)]
        if self._blends_alpha:
            blended = self.blend.forward([_rgba(c) for c in colours])
            check_output(self.blend, "forward", blended, (4, *colours[0].shape[1:]))
            return blended
        blended = self.blend.forward([c[:3, :] for c in colours])
        check_output(self.blend, "forward", blended, colours[0][:3, :].shape)
        return self._with_alpha(blended, colours)

    def vjp(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Array, Callable[[Array], Array]]:
        """Return the colours and the pullback; the gradient of alpha goes to the layer whose alpha is largest."""
        xp = namespace(theta)
        outputs = [layer.vjp(part, samples, ctx) for layer, part in self._layers_with_theta(theta)]
        colours = [c for c, _ in outputs]
        if self._blends_alpha:
            return self._rgba_vjp(theta, outputs)
        blended, pull_blend = unpack_vjp(self.blend, self.blend.vjp([c[:3, :] for c in colours]))
        check_output(self.blend, "vjp", blended, colours[0][:3, :].shape)
        result = self._with_alpha(blended, colours)

        def pullback(dy: Array) -> Array:
            grads = []
            for (colour, pull), drgb in zip(outputs, pull_blend(dy[:3, :]), strict=True):
                dcolour = drgb
                if colour.shape[0] == 4:
                    is_result = xp.astype(colour[3:, :] == result[3:, :], dy.dtype)
                    dcolour = xp.concat([drgb, dy[3:, :] * is_result], axis=0)
                grads.append(pull(dcolour))
            return pack_gradient(grads, like=theta)

        return result, pullback

    @property
    def _blends_alpha(self) -> bool:
        return self.alpha and self.blend.blends_opacity

    def _rgba_vjp(
        self, theta: Array, outputs: list[tuple[Array, Callable[[Array], Array]]]
    ) -> tuple[Array, Callable[[Array], Array]]:
        """Return the colours and the pullback of a blend that mixes RGBA layers."""
        blended, pull_blend = unpack_vjp(self.blend, self.blend.vjp([_rgba(c) for c, _ in outputs]))
        check_output(self.blend, "vjp", blended, (4, *outputs[0][0].shape[1:]))

        def pullback(dy: Array) -> Array:
            grads = [pull(d[: c.shape[0], :]) for (c, pull), d in zip(outputs, pull_blend(dy), strict=True)]
            return pack_gradient(grads, like=theta)

        return blended, pullback

    def _layers_with_theta(self, theta: Array) -> list[tuple[Model, Array]]:
        """Return each layer with its part of θ."""
        out, start = [], 0
        for layer in self.layers:
            out.append((layer, theta[start : start + layer.layout.size]))
            start += layer.layout.size
        return out

    def _with_alpha(self, rgb: Array, colours: list[Array]) -> Array:
        if not self.alpha:
            return rgb
        xp = namespace(rgb)
        alpha = xp.zeros_like(rgb[:1, :])
        for colour in colours:
            alpha = xp.maximum(alpha, colour[3:, :]) if colour.shape[0] == 4 else xp.ones_like(alpha)
        return xp.concat([rgb, alpha], axis=0)


def _rgba(colour: Array) -> Array:
    """Return RGB or RGBA colours as RGBA."""
    xp = namespace(colour)
    return colour if colour.shape[0] == 4 else xp.concat([colour, xp.ones_like(colour[:1, :])], axis=0)
