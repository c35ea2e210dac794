"""The chain: the model of one recipe's stages, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from limner.arrays.namespace import Array, device, namespace
from limner.arrays.parameters import ParameterLayout, Params, pack_gradient
from limner.composition.recipe import SingleRecipe
from limner.composition.stage_spec import StageSpec
from limner.models.base import Model
from limner.models.output_checks import (
    check_count,
    check_layout,
    check_output,
    pack_init_params,
    parameter_gradient,
    unpack_pullback,
    unpack_vjp,
)
from limner.stages.base import Parametric, Stage
from limner.stages.context import Samples
from limner.stages.network import JacobianNetwork, Network
from limner.utils.seeding import child_rng

if TYPE_CHECKING:
    from limner.stages.color import ColorMode
    from limner.stages.context import Context
    from limner.stages.encoder import Encoder
    from limner.stages.frame import Frame
    from limner.stages.warp import Warp

StageT = TypeVar("StageT", bound=Stage)


class FieldModel(Model):
    """Frame, warps, encoders, network and colour mode, one after the other; θ is laid out in this order."""

    def __init__(self, recipe: SingleRecipe) -> None:
        self.recipe: SingleRecipe = recipe
        self.frame: Frame = recipe.frame.stage
        self.warps: list[Warp] = [spec.stage for spec in recipe.warps]
        self.encoders: list[Encoder] = [spec.stage for spec in recipe.encoders]
        self.network: Network = recipe.network.stage
        self.color: ColorMode = recipe.color.stage

    @cached_property
    def fan_in(self) -> int:
        """How many features the network takes."""
        return sum(self._num_features)

    @cached_property
    def _num_features(self) -> list[int]:
        """The number of features of each encoder."""
        return [check_count(one, "num_features", one.num_features()) for one in self.encoders]

    @property
    def fan_out(self) -> int:
        """How many numbers the network gives for a sample."""
        return check_count(self.color, "num_components", self.color.channels())

    @cached_property
    def _param_owners(self) -> list[tuple[str, str, ParameterLayout]]:
        """Each stage that may own entries of θ: its path, the name its random numbers hang on, its layout."""
        recipe, out = self.recipe, list[tuple[str, str, ParameterLayout]]()
        before: dict[str, Sequence[StageSpec[Parametric]]] = {"warp": recipe.warps, "encoder": recipe.encoders}
        for role, specs in before.items():
            for i, spec in enumerate(specs):
                twin = sum(1 for other in specs[:i] if other.kind == spec.kind)
                out.append(
                    (f"{role}.{i}", f"{role}.{spec.kind}.{twin}", check_layout(spec.stage, spec.stage.param_layout()))
                )
        network_layout = self.network.layout_for(self.fan_in, self.fan_out)
        out.append(("network", f"network.{recipe.network.kind}", network_layout))
        out.append(("color", f"color.{recipe.color.kind}", check_layout(self.color, self.color.param_layout())))
        return out

    @property
    def alpha(self) -> bool:
        """Does the colour mode give an alpha channel?"""
        return self.color.alpha

    def resolved(self) -> SingleRecipe:
        """Each stage settled from a generator of its own."""
        names = iter([name for _, name, _ in self._param_owners])

        def settle(spec: StageSpec[StageT]) -> StageSpec[StageT]:
            return spec.resolved(child_rng(self.recipe.seed, next(names), "structure"))

        recipe = self.recipe
        return replace(
            recipe,
            warps=tuple(settle(spec) for spec in recipe.warps),
            encoders=tuple(settle(spec) for spec in recipe.encoders),
            network=settle(recipe.network),
            color=settle(recipe.color),
        )

    @cached_property
    def layout(self) -> ParameterLayout:
        """The stages' layouts, one after the other."""
        return ParameterLayout.join((path, layout) for path, _, layout in self._param_owners)

    @cached_property
    def _spans(self) -> list[slice]:
        """Where each stage's θ lies, in the order of the chain."""
        out, start = [], 0
        for _, _, layout in self._param_owners:
            out.append(slice(start, start + layout.size))
            start += layout.size
        return out

    def init_params(self) -> np.ndarray:
        """Each stage from a generator of its own, so that adding one does not reshuffle the others."""
        stages: list[Parametric | Network] = [*self.warps, *self.encoders, self.network, self.color]
        drawn = [
            pack_init_params(stage, layout, self._initial(stage, child_rng(self.recipe.seed, name)))
            for stage, (_, name, layout) in zip(stages, self._param_owners, strict=True)
            if layout.size
        ]
        return np.concatenate([np.empty(0, np.float32), *drawn], dtype=np.float32)

    def _initial(self, stage: Parametric | Network, rng: np.random.Generator) -> Mapping[str, Any]:
        """A stage's initial parameters by name."""
        if isinstance(stage, Network):
            return stage.init_params(rng, self.fan_in, self.fan_out)
        return stage.init_params(rng)

    def _params(self, theta: Array, place: int) -> Params:
        """A stage's parameters by name: the stage at a place of the chain, counted from its end if negative."""
        return Params(self._param_owners[place][2], theta[self._spans[place]])

    def inference_floats(self) -> int:
        """What the network holds, and what comes and goes beside it."""
        network = self.network.inference_floats(self.fan_in, self.fan_out)
        return network + 2 * self.fan_in + 4 * self.color.channels() + 16

    def features(self, theta: Array, samples: Samples, ctx: Context) -> Array | None:
        """What the encoders say, where neither they nor a warp learn anything."""
        before = [layout for path, _, layout in self._param_owners if path.startswith(("warp", "encoder"))]
        if any(bool(layout.trainable.any()) for layout in before):
            return None
        return self._encoded(theta, samples, replace(ctx, bounds=self.frame.bounds(ctx.size)))

    def forward(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """Through every stage, keeping nothing."""
        ctx = replace(ctx, bounds=self.frame.bounds(ctx.size))
        x = self._encoded(theta, samples, ctx) if samples.features is None else samples.features
        y = self.network.forward(self._params(theta, -2), x, ctx)
        check_output(self.network, "forward", y, (self.fan_out, *x.shape[1:]))
        channels = self._channels(y)
        colours = self.color.rgba(self._params(theta, -1), channels, ctx)
        self._check_colours(colours, channels, "forward")
        return colours

    def vjp(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Array, Callable[[Array], Array]]:
        """Through every stage, and back to each one's θ."""
        ctx = replace(ctx, bounds=self.frame.bounds(ctx.size))
        x, pull_encoders = self._encoded_vjp(theta, samples, ctx)
        network, color = self._params(theta, -2), self._params(theta, -1)
        through = samples.features is None
        y, pull_network = unpack_vjp(self.network, self.network.vjp(network, x, replace(ctx, input_gradient=through)))
        check_output(self.network, "vjp", y, (self.fan_out, *x.shape[1:]))
        channels = self._channels(y)
        colours, pull_color = self._colours_vjp(color, channels, ctx)

        def pullback(dy: Array) -> Array:
            dcolor, dchannels = unpack_pullback(self.color, pull_color(dy), channels.shape)
            pulled = pull_network(namespace(y).reshape(dchannels, y.shape))
            dnetwork, dx = unpack_pullback(self.network, pulled, x.shape if through else None)
            own = [parameter_gradient(self.network, dnetwork, network), parameter_gradient(self.color, dcolor, color)]
            return pack_gradient([*pull_encoders(dx), *own], like=theta)

        return colours, pullback

    def _colours_vjp(self, params: Params, channels: Array, ctx: Context) -> tuple[Array, Callable[[Array], Any]]:
        """The colours of channels, and the colour mode's pullback."""
        returned = self.color.rgba_vjp(params, channels, replace(ctx, input_gradient=True))
        colours, pull = unpack_vjp(self.color, returned)
        self._check_colours(colours, channels, "vjp")
        return colours, pull

    def jacobian(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Array, Array]:
        """From each colour back through the colour mode and the network; only the network may learn.

        Raises:
            NotImplementedError: another stage is trained too, or the network has no Jacobian.
        """
        if not isinstance(self.network, JacobianNetwork):
            raise NotImplementedError(f"the network {self.recipe.network.kind} has no Jacobian")
        for path, _, layout in self._param_owners:
            if path != "network" and bool(layout.trainable.any()):
                raise NotImplementedError(f"{path} learns too, and tells no derivatives point by point")
        xp = namespace(theta)
        ctx = replace(ctx, bounds=self.frame.bounds(ctx.size))
        x = self._encoded(theta, samples, ctx) if samples.features is None else samples.features
        span = self._spans[-2]
        channels, rows = self.network.jacobian(self._params(theta, -2), x, replace(ctx, input_gradient=False))
        colours, pull = self.color.rgba_vjp(self._params(theta, -1), channels, replace(ctx, input_gradient=True))
        out = xp.zeros((colours.shape[0], theta.shape[0], x.shape[1]), dtype=theta.dtype, device=device(theta))
        for i in range(colours.shape[0]):  # a colour mode looks at each point by itself: its pullback sums nothing
            one = xp.zeros_like(colours)
            one[i, :] = 1.0
            out[i, span, :] = rows(pull(one)[1])
        return colours, out

    def _channels(self, y: Array) -> Array:
        """The network's output as the colour mode takes it: channels ``(c, n)``."""
        return y

    def _encoded(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """The features of all encoders, one below the other."""
        moved, first = self._warped(theta, samples, ctx), len(self.warps)
        features = [e.forward(self._params(theta, first + i), moved, ctx) for i, e in enumerate(self.encoders)]
        self._check_features(features, moved, "forward")
        return features[0] if len(features) == 1 else namespace(theta).concat(features, axis=0)

    def _encoded_vjp(
        self, theta: Array, samples: Samples, ctx: Context
    ) -> tuple[Array, Callable[[Array], list[Array]]]:
        """The features, and their pullback to the warps' θ, which learn nothing, and to each encoder's."""
        if samples.features is not None:
            still = 0 * theta[: self._spans[-2].start]
            return samples.features, lambda dx: [still]  # noqa: ARG005
        moved, first = self._warped(theta, samples, ctx), len(self.warps)
        own = [self._params(theta, first + i) for i in range(len(self.encoders))]
        encoded = [unpack_vjp(e, e.vjp(params, moved, ctx)) for e, params in zip(self.encoders, own, strict=True)]
        self._check_features([features for features, _ in encoded], moved, "vjp")
        x = encoded[0][0] if len(encoded) == 1 else namespace(theta).concat([f for f, _ in encoded], axis=0)
        warped = sum(s.stop - s.start for s in self._spans[: len(self.warps)])

        def pullback(dx: Array) -> list[Array]:
            parts, row = [0 * theta[:warped]], 0
            for encoder, params, (features, pull) in zip(self.encoders, own, encoded, strict=True):
                k = features.shape[0]
                parts.append(parameter_gradient(encoder, pull(dx[row : row + k, :]), params))
                row += k
            return parts

        return x, pullback

    def _check_features(self, features: Sequence[Array], samples: Samples, method: str) -> None:
        """Refuse features of points that are not ``(k, n)``; the pictures of filters have sizes of their own."""
        if samples.images is None:
            for encoder, own, k in zip(self.encoders, features, self._num_features, strict=True):
                check_output(encoder, method, own, (k, samples.count))

    def _check_colours(self, colours: Array, channels: Array, method: str) -> None:
        """Refuse colours that are not ``(3, n)``, with a row more for the opacity that the colour mode adds."""
        check_output(self.color, method, colours, (3 + self.color.alpha, *channels.shape[1:]))

    def _warped(self, theta: Array, samples: Samples, ctx: Context) -> Samples:
        """The samples as the encoders see them."""
        assert samples.pixels is not None, "points lie on a canvas"
        xy = self.frame.forward(samples.pixels, ctx.size)
        for i, warp in enumerate(self.warps):
            moved = warp.forward(self._params(theta, i), xy, ctx)
            check_output(warp, "forward", moved, xy.shape)
            xy = moved
        return replace(samples, xy=xy)
