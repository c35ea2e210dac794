"""The model: a recipe's stages as one function over one θ."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np

from limner.errors import LimnerError
from limner.layout import Layout, pack_gradient
from limner.namespace import Array, namespace
from limner.part import Part
from limner.recipe import LayeredRecipe, Recipe, SingleRecipe
from limner.rng import child_rng
from limner.samples import Samples

if TYPE_CHECKING:
    from limner.blend import Blend
    from limner.color import ColorMode
    from limner.encoder import Encoder
    from limner.frame import Frame
    from limner.network import Network
    from limner.samples import Context
    from limner.stage import Parametric
    from limner.warp import Warp


class Model(ABC):
    """A picture as a function: samples in, colours out. It holds stages and layouts, and no numbers of its own."""

    recipe: Recipe

    @property
    @abstractmethod
    def layout(self) -> Layout:
        """The whole of θ."""

    @property
    @abstractmethod
    def alpha(self) -> bool:
        """Are the colours RGBA?"""

    @abstractmethod
    def settled(self) -> Recipe:
        """The recipe with all structure drawn from its seed and written down."""

    @abstractmethod
    def draw(self) -> np.ndarray:
        """θ at the start, from the recipe's seed: float32, on the host.

        Raises:
            LimnerError: a stage cannot be drawn: a file that it reads is missing, say.
        """

    @abstractmethod
    def working_set(self) -> int:
        """About the most numbers that painting one sample holds at once."""

    @abstractmethod
    def forward(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """The colours ``(c, n)`` of samples that bring their ``pixels``: RGB or RGBA, not clamped."""

    @abstractmethod
    def vjp(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Array, Callable[[Array], Array]]:
        """The colours, and the pullback ``dcolours -> dθ``, flat and summed over the samples."""


def model_of(recipe: Recipe) -> Model:
    """The model of a recipe.

    Raises:
        LimnerError: the recipe speaks a domain that cannot be painted.
    """
    return Layered(recipe) if isinstance(recipe, LayeredRecipe) else Chain(cast("SingleRecipe", recipe))


def draw(recipe: Recipe) -> tuple[Model, np.ndarray]:
    """A seeded recipe's model, its structure settled, and θ at the start.

    Raises:
        LimnerError: a stage cannot be drawn.
    """
    model = model_of(model_of(recipe).settled())
    return model, model.draw()


class Chain(Model):
    """Frame, warps, encoders, network and colour mode, one after the other; θ is laid out in this order.

    Raises:
        LimnerError: the recipe speaks a domain that cannot be painted.
    """

    def __init__(self, recipe: SingleRecipe) -> None:
        if recipe.domain != "point":
            raise LimnerError(
                f"this recipe speaks {recipe.domain}s, and limner paints points so far; add an encoder such as 'xy'"
            )
        self.recipe: SingleRecipe = recipe
        self.frame = cast("Frame", recipe.frame.stage)
        self.warps = [cast("Warp", part.stage) for part in recipe.warps]
        self.encoders = [cast("Encoder", part.stage) for part in recipe.encoders]
        self.network = cast("Network", recipe.network.stage)
        self.color = cast("ColorMode", recipe.color.stage)

    @cached_property
    def fan_in(self) -> int:
        """How many features the network takes."""
        return sum(encoder.features() for encoder in self.encoders)

    @cached_property
    def _owners(self) -> list[tuple[str, str, Layout]]:
        """Each stage that may own entries of θ: its path, the name its random numbers hang on, its layout."""
        recipe, out = self.recipe, []
        for role, parts in (("warp", recipe.warps), ("encoder", recipe.encoders)):
            for i, part in enumerate(parts):
                twin = sum(1 for other in parts[:i] if other.kind == part.kind)
                out.append((f"{role}.{i}", f"{role}.{part.kind}.{twin}", _layout(part)))
        network_layout = self.network.layout(self.fan_in, self.color.channels())
        out.append(("network", f"network.{recipe.network.kind}", network_layout))
        out.append(("color", f"color.{recipe.color.kind}", _layout(recipe.color)))
        return out

    @property
    def alpha(self) -> bool:
        """Does the colour mode give an alpha channel?"""
        return self.color.alpha

    def settled(self) -> SingleRecipe:
        """Each stage settled from a generator of its own."""
        names = iter([name for _, name, _ in self._owners])

        def settle(part: Part) -> Part:
            return replace(part, stage=part.stage.settled(child_rng(self.recipe.seed, next(names), "structure")))

        recipe = self.recipe
        return replace(
            recipe,
            warps=tuple(settle(part) for part in recipe.warps),
            encoders=tuple(settle(part) for part in recipe.encoders),
            network=settle(recipe.network),
            color=settle(recipe.color),
        )

    @cached_property
    def layout(self) -> Layout:
        """The stages' layouts, one after the other."""
        return Layout.join((path, layout) for path, _, layout in self._owners)

    @cached_property
    def _spans(self) -> list[slice]:
        """Where each stage's θ lies, in the order of the chain."""
        out, start = [], 0
        for _, _, layout in self._owners:
            out.append(slice(start, start + layout.size))
            start += layout.size
        return out

    def draw(self) -> np.ndarray:
        """Each stage from a generator of its own, so that adding one does not reshuffle the others."""
        stages: list[Parametric | Network] = [*self.warps, *self.encoders, self.network, self.color]
        drawn = [
            stage.draw(layout, child_rng(self.recipe.seed, name))
            for stage, (_, name, layout) in zip(stages, self._owners, strict=True)
        ]
        return np.concatenate(drawn, dtype=np.float32)

    def working_set(self) -> int:
        """What the network holds, and what comes and goes beside it."""
        network = self.network.working_set(self.fan_in, self.color.channels())
        return network + 2 * self.fan_in + 4 * self.color.channels() + 16

    def forward(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """Through every stage, keeping nothing."""
        ctx = replace(ctx, bounds=self.frame.bounds(ctx.size))
        moved, spans = self._moved(theta, samples, ctx)
        features = [e.forward(theta[s], moved, ctx) for e, s in zip(self.encoders, spans, strict=False)]
        x = features[0] if len(features) == 1 else namespace(theta).concat(features, axis=0)
        y = self.network.forward(theta[self._spans[-2]], x, ctx)
        return self.color.forward(theta[self._spans[-1]], y, ctx)

    def vjp(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Array, Callable[[Array], Array]]:
        """Through every stage, and back to each one's θ."""
        xp = namespace(theta)
        ctx = replace(ctx, bounds=self.frame.bounds(ctx.size))
        moved, spans = self._moved(theta, samples, ctx)
        encoded = [e.vjp(theta[s], moved, ctx) for e, s in zip(self.encoders, spans, strict=False)]
        x = xp.concat([features for features, _ in encoded], axis=0)
        channels, pull_network = self.network.vjp(theta[self._spans[-2]], x, ctx)
        colours, pull_color = self.color.vjp(theta[self._spans[-1]], channels, ctx)
        still = sum(s.stop - s.start for s in self._spans[: len(self.warps)])

        def pullback(dy: Array) -> Array:
            dcolor, dchannels = pull_color(dy)
            dnetwork, dx = pull_network(dchannels)
            parts, row = [0 * theta[:still]], 0
            for encoder, (_, pull) in zip(self.encoders, encoded, strict=True):
                k = encoder.features()
                parts.append(pull(dx[row : row + k, :]))
                row += k
            return pack_gradient([*parts, dnetwork, dcolor], like=theta)

        return colours, pullback

    def _moved(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Samples, list[slice]]:
        """The samples as the encoders see them, and the encoders' spans of θ."""
        xy = self.frame.forward(samples.pixels, ctx.size)
        for warp, span in zip(self.warps, self._spans, strict=False):
            xy = warp.forward(theta[span], xy, ctx)
        return replace(samples, xy=xy), self._spans[len(self.warps) :]


class Layered(Model):
    """Several models, blended; θ is theirs, one after the other. Where any has alpha the picture has the largest."""

    def __init__(self, recipe: LayeredRecipe) -> None:
        self.recipe: LayeredRecipe = recipe
        self.layers = [model_of(layer) for layer in recipe.layers]
        self.blend = cast("Blend", recipe.blend.stage)

    @property
    def alpha(self) -> bool:
        """Does any layer give an alpha channel?"""
        return any(layer.alpha for layer in self.layers)

    @cached_property
    def layout(self) -> Layout:
        """The layers' layouts, one after the other."""
        return Layout.join((f"layer.{i}", layer.layout) for i, layer in enumerate(self.layers))

    def settled(self) -> LayeredRecipe:
        """Each layer settled from its own seed."""
        return replace(self.recipe, layers=tuple(layer.settled() for layer in self.layers))

    def draw(self) -> np.ndarray:
        """Each layer from its own seed."""
        return np.concatenate([layer.draw() for layer in self.layers], dtype=np.float32)

    def working_set(self) -> int:
        """The largest layer's, and the colours of all."""
        return max(layer.working_set() for layer in self.layers) + 5 * len(self.layers)

    def forward(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """Every layer, then the blend."""
        colours = [layer.forward(part, samples, ctx) for layer, part in self._each(theta)]
        return self._with_alpha(self.blend.forward([c[:3, :] for c in colours]), colours)

    def vjp(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Array, Callable[[Array], Array]]:
        """Through the blend to every layer; the gradient of opacity goes to the layer that gave it."""
        xp = namespace(theta)
        seen = [layer.vjp(part, samples, ctx) for layer, part in self._each(theta)]
        colours = [c for c, _ in seen]
        blended, pull_blend = self.blend.vjp([c[:3, :] for c in colours])
        result = self._with_alpha(blended, colours)

        def pullback(dy: Array) -> Array:
            grads = []
            for (colour, pull), drgb in zip(seen, pull_blend(dy[:3, :]), strict=True):
                dcolour = drgb
                if colour.shape[0] == 4:
                    gave = xp.astype(colour[3:, :] == result[3:, :], dy.dtype)
                    dcolour = xp.concat([drgb, dy[3:, :] * gave], axis=0)
                grads.append(pull(dcolour))
            return pack_gradient(grads, like=theta)

        return result, pullback

    def _each(self, theta: Array) -> list[tuple[Model, Array]]:
        """Every layer with its part of θ."""
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


def _layout(part: Part) -> Layout:
    return cast("Parametric", part.stage).layout()
