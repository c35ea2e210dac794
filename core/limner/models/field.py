"""The field model: computes colours point by point, with the stages of one recipe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from limner.arrays.namespace import Array, device, namespace
from limner.arrays.parameters import Params, pack_gradient
from limner.models.masking import masked
from limner.models.output_checks import (
    check_output,
    parameter_gradient,
    unpack_pullback,
    unpack_vjp,
)
from limner.models.single import SingleModel
from limner.stages.context import Samples
from limner.stages.network import JacobianNetwork

if TYPE_CHECKING:
    from limner.stages.context import Context

MASK_FLOATS = 40
"""The approximate number of floats per sample that a mask needs: coordinates, colours, and the pixels of a raster."""


class FieldModel(SingleModel):
    """A model of frame, warps, encoders, network, colour mode and mask, applied in this order to points."""

    def inference_floats(self) -> int:
        """Return the floats per sample of the network, plus those of its inputs and outputs."""
        network = self.network.inference_floats(self.fan_in, self.fan_out)
        return network + 2 * self.fan_in + 4 * self.color.channels() + 16 + MASK_FLOATS * (self.mask is not None)

    def features(self, theta: Array, samples: Samples, ctx: Context) -> Array | None:
        """Return the features of the samples, if no warp or encoder has trainable parameters; otherwise None."""
        before = [layout for path, _, layout in self._param_owners if path.startswith(("warp", "encoder"))]
        if any(bool(layout.trainable.any()) for layout in before):
            return None
        return self._encoded(theta, samples, replace(ctx, bounds=self.frame.bounds(ctx.size)))

    def forward(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """Return the colours of the samples, without storing what a gradient would need."""
        return self._masked(theta, self._unmasked(theta, samples, ctx), samples, ctx)

    def _masked(self, theta: Array, colours: Array, samples: Samples, ctx: Context) -> Array:
        """Return the colours of points after the mask, if the recipe has one."""
        if self.mask is None:
            return colours
        return masked(self.mask, self._params(theta, -3), colours, samples, ctx)

    def _refuse_mask(self) -> None:
        if self.mask is not None:
            raise NotImplementedError("a recipe with a mask is not trained")

    def _unmasked(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """Return the colours of the samples before the mask."""
        ctx = replace(ctx, bounds=self.frame.bounds(ctx.size))
        x = self._encoded(theta, samples, ctx) if samples.features is None else samples.features
        y = self.network.forward(self._params(theta, -2), x, ctx)
        check_output(self.network, "forward", y, (self.fan_out, *x.shape[1:]))
        channels = self._channels(y)
        colours = self.color.rgba(self._params(theta, -1), channels, ctx)
        self._check_colours(colours, channels, "forward")
        return colours

    def vjp(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Array, Callable[[Array], Array]]:
        """Return the colours and the pullback to the parameters of every stage.

        Raises:
            NotImplementedError: the recipe has a mask.
        """
        self._refuse_mask()
        ctx = replace(ctx, bounds=self.frame.bounds(ctx.size))
        x, pull_encoders = self._encoded_vjp(theta, samples, ctx)
        network, color = self._params(theta, -2), self._params(theta, -1)
        encoders_run = samples.features is None
        y, pull_network = unpack_vjp(
            self.network, self.network.vjp(network, x, replace(ctx, input_gradient=encoders_run))
        )
        check_output(self.network, "vjp", y, (self.fan_out, *x.shape[1:]))
        channels = self._channels(y)
        colours, pull_color = self._colours_vjp(color, channels, ctx)

        def pullback(dy: Array) -> Array:
            dcolor, dchannels = unpack_pullback(self.color, pull_color(dy), channels.shape)
            pulled = pull_network(namespace(y).reshape(dchannels, y.shape))
            dnetwork, dx = unpack_pullback(self.network, pulled, x.shape if encoders_run else None)
            rest = [parameter_gradient(self.network, dnetwork, network), parameter_gradient(self.color, dcolor, color)]
            return pack_gradient([*pull_encoders(dx), *rest], like=theta)

        return colours, pullback

    def _colours_vjp(self, params: Params, channels: Array, ctx: Context) -> tuple[Array, Callable[[Array], Any]]:
        """Return the colours of the channels, and the pullback of the colour mode."""
        returned = self.color.rgba_vjp(params, channels, replace(ctx, input_gradient=True))
        colours, pull = unpack_vjp(self.color, returned)
        self._check_colours(colours, channels, "vjp")
        return colours, pull

    def jacobian(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Array, Array]:
        """Return the colours and their derivatives; only the network may have trainable parameters.

        Raises:
            NotImplementedError: another stage has trainable parameters, the network has no Jacobian, or the recipe has
                a mask.
        """
        self._refuse_mask()
        if not isinstance(self.network, JacobianNetwork):
            raise NotImplementedError(f"the network {self.recipe.network.kind} has no Jacobian")
        for path, _, layout in self._param_owners:
            if path != "network" and bool(layout.trainable.any()):
                raise NotImplementedError(f"{path} has trainable parameters, but no Jacobian")
        xp = namespace(theta)
        ctx = replace(ctx, bounds=self.frame.bounds(ctx.size))
        x = self._encoded(theta, samples, ctx) if samples.features is None else samples.features
        span = self._spans[-2]
        channels, rows = self.network.jacobian(self._params(theta, -2), x, replace(ctx, input_gradient=False))
        colours, pull = self.color.rgba_vjp(self._params(theta, -1), channels, replace(ctx, input_gradient=True))
        out = xp.zeros((colours.shape[0], theta.shape[0], x.shape[1]), dtype=theta.dtype, device=device(theta))
        for i in range(colours.shape[0]):  # the colour mode's pullback does not sum over points: they are independent
            one = xp.zeros_like(colours)
            one[i, :] = 1.0
            out[i, span, :] = rows(pull(one)[1])
        return colours, out

    def _channels(self, y: Array) -> Array:
        """Return the output of the network in the shape that the colour mode takes: channels ``(c, n)``."""
        return y

    def _encoded(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """Return the features of all encoders, stacked."""
        moved, first = self._warped(theta, samples, ctx), len(self.warps)
        features = [e.forward(self._params(theta, first + i), moved, ctx) for i, e in enumerate(self.encoders)]
        self._check_features(features, moved, "forward")
        return features[0] if len(features) == 1 else namespace(theta).concat(features, axis=0)

    def _encoded_vjp(
        self, theta: Array, samples: Samples, ctx: Context
    ) -> tuple[Array, Callable[[Array], list[Array]]]:
        """Return the features and the pullback to the θ of warps and encoders; the gradient of warps is 0."""
        if samples.features is not None:
            zeros = 0 * theta[: self._spans[-2].start]
            return samples.features, lambda dx: [zeros]  # noqa: ARG005
        moved, first = self._warped(theta, samples, ctx), len(self.warps)
        encoder_params = [self._params(theta, first + i) for i in range(len(self.encoders))]
        encoded = [unpack_vjp(e, e.vjp(p, moved, ctx)) for e, p in zip(self.encoders, encoder_params, strict=True)]
        self._check_features([features for features, _ in encoded], moved, "vjp")
        x = encoded[0][0] if len(encoded) == 1 else namespace(theta).concat([f for f, _ in encoded], axis=0)
        warped = sum(s.stop - s.start for s in self._spans[: len(self.warps)])

        def pullback(dx: Array) -> list[Array]:
            parts, row = [0 * theta[:warped]], 0
            for encoder, params, (features, pull) in zip(self.encoders, encoder_params, encoded, strict=True):
                k = features.shape[0]
                parts.append(parameter_gradient(encoder, pull(dx[row : row + k, :]), params))
                row += k
            return parts

        return x, pullback

    def _check_features(self, features: Sequence[Array], samples: Samples, method: str) -> None:
        """Raise an error if features of points are not ``(k, n)``; channels of filters may have any size."""
        if samples.images is None:
            for encoder, array, k in zip(self.encoders, features, self._num_features, strict=True):
                check_output(encoder, method, array, (k, samples.count))

    def _check_colours(self, colours: Array, channels: Array, method: str) -> None:
        """Raise an error if colours are not ``(3, n)``, or ``(4, n)`` if the colour mode adds opacity."""
        check_output(self.color, method, colours, (3 + self.color.alpha, *channels.shape[1:]))

    def _warped(self, theta: Array, samples: Samples, ctx: Context) -> Samples:
        """Return the samples with ``xy``: the coordinates of their pixels, moved by the warps."""
        assert samples.pixels is not None, "samples of points need pixel positions"
        xy = self.frame.forward(samples.pixels, ctx.size)
        for i, warp in enumerate(self.warps):
            moved = warp.forward(self._params(theta, i), xy, ctx)
            check_output(warp, "forward", moved, xy.shape)
            xy = moved
        return replace(samples, xy=xy)
