"""The image-to-image model: converts pictures to pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from limner.arrays.namespace import namespace
from limner.arrays.parameters import ParameterLayout, pack_gradient
from limner.errors import LimnerError
from limner.models.field import FieldModel
from limner.models.output_checks import check_images, parameter_gradient, unpack_pullback, unpack_vjp
from limner.models.parameter_owners import ParameterOwner
from limner.stages.image_filter import ImageFilter
from limner.stages.network import ImageNetwork

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.composition.recipe import SingleRecipe
    from limner.stages.context import Context, Samples
    from limner.stages.encoder import Encoder

Size = tuple[int, int]
MAX_FACTOR = 32
"""The largest divisor of the sides of a picture that messages suggest."""


class ImageToImageModel(FieldModel):
    """A model of filters, network and colour mode, from pictures ``(3, n, h, w)`` to pictures ``(3, n, h', w')``.

    The output is not clamped.
    Samples have either ``images``, which the filters convert to channels, or ``features``, precomputed channels.
    """

    is_renderable = False

    def __init__(self, recipe: SingleRecipe) -> None:
        super().__init__(recipe)
        if not isinstance(self.network, ImageNetwork):
            raise LimnerError(f"network {recipe.network.kind!r}: supports images; it must be an ImageNetwork")
        self.image_network: ImageNetwork = self.network
        self.output: Encoder = recipe.require_output().stage

    @cached_property
    def _param_owners(self) -> list[ParameterOwner]:
        """For each stage its path, the key of its random stream, and its layout, which is empty for encoders."""
        owners = super()._param_owners
        return [
            (path, name, ParameterLayout() if path.startswith("encoder") else layout) for path, name, layout in owners
        ]

    @property
    def generates_from_noise(self) -> bool:
        """Whether the model generates pictures from random noise: all its filters ignore the images."""
        return all(isinstance(encoder, ImageFilter) and encoder.ignores_images for encoder in self.encoders)

    @property
    def uses_batch_statistics(self) -> bool:
        """Whether an output depends on the whole batch during training."""
        return self.image_network.uses_batch_statistics()

    def feature_size(self, size: Size) -> Size:
        """Return width and height of the network's input for pictures of a size.

        Raises:
            LimnerError: the filters return channels of different sizes.
        """
        first, *others = [(spec.kind, filtered_size(spec.stage, size)) for spec in self.recipe.encoders]
        for kind, other in others:
            if other != first[1]:
                raise LimnerError(
                    f"pictures of {_size_text(size)}: the encoder {first[0]!r} returns {_size_text(first[1])} and "
                    f"{kind!r} {_size_text(other)}, which cannot be combined; remove one of them"
                )
        return first[1]

    def output_size(self, size: Size) -> Size:
        """Return width and height of the output for pictures of a size."""
        return self.image_network.output_size(self.feature_size(size))

    def check_sizes(self, size: Size) -> None:
        """Raise an error if the output for pictures of a size has another size than the target.

        Raises:
            LimnerError: the sizes differ; the message has those of input, output and target.
        """
        inside, actual, expected = self.feature_size(size), self.output_size(size), filtered_size(self.output, size)
        if actual != expected:
            names = ", ".join(spec.kind for spec in self.recipe.encoders)
            raise LimnerError(
                f"pictures of {_size_text(size)}: the network {self.recipe.network.kind!r} turns {names} of "
                f"{_size_text(inside)} into {_size_text(actual)}, but the output is {_size_text(expected)}; "
                f"{self._suggest_fix(size)}"
            )

    def _suggest_fix(self, size: Size) -> str:
        """Return how to fix sizes that do not match: sides that are multiples of a number, or else other stages."""

        def fits(sides: Size) -> bool:
            return self.output_size(sides) == filtered_size(self.output, sides)

        for factor in range(2, MAX_FACTOR + 1):
            near = (-(-size[0] // factor) * factor, -(-size[1] // factor) * factor)
            # The next multiples fit too: 12 is the next multiple of 3, but only multiples of 4 may fit.
            if near != size and fits(near) and fits((near[0] + factor, near[1] + factor)):
                return f"sides must be multiples of {factor}, for example `size` {_size_text(near)}"
        return "choose a filter and a network that match"

    def encode(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """Return the input channels of the network, ``(k, n, h, w)``."""
        return self._encoded(theta, samples, ctx) if samples.features is None else samples.features

    def forward(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """Return the output pictures, without storing what a gradient would need."""
        x = self.encode(theta, samples, ctx)
        y = self.network.forward(self._params(theta, -2), x, ctx)
        check_images(self.network, "forward", y, self.fan_out, x.shape[1])
        channels = _flatten_images(y)
        colours = self.color.rgba(self._params(theta, -1), channels, ctx)
        self._check_colours(colours, channels, "forward")
        return _to_images(colours, y)

    def vjp(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Array, Callable[[Array], Array]]:
        """Return the output pictures and the pullback to θ; the gradient of filters is 0."""
        x = self.encode(theta, samples, ctx)
        network, color = self._params(theta, -2), self._params(theta, -1)
        y, pull_network = unpack_vjp(self.network, self.network.vjp(network, x, replace(ctx, input_gradient=False)))
        check_images(self.network, "vjp", y, self.fan_out, x.shape[1])
        channels = _flatten_images(y)
        colours, pull_color = self._colours_vjp(color, channels, ctx)
        before = 0 * theta[: self._spans[-2].start]

        def pullback(dy: Array) -> Array:
            dcolor, dchannels = unpack_pullback(self.color, pull_color(_flatten_images(dy)), channels.shape)
            dnetwork, _ = unpack_pullback(self.network, pull_network(_to_images(dchannels, y)), None)
            rest = [parameter_gradient(self.network, dnetwork, network), parameter_gradient(self.color, dcolor, color)]
            return pack_gradient([before, *rest], like=theta)

        return _to_images(colours, y), pullback

    def with_batch_statistics(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """Return θ with the batch statistics of the network measured on these pictures."""
        span = self._spans[-2]
        x = self.encode(theta, samples, ctx)
        measured = self.image_network.with_batch_statistics(self._params(theta, -2), x, ctx)
        return pack_gradient([theta[: span.start], measured.flat, theta[span.stop :]], like=theta)

    def _warped(self, theta: Array, samples: Samples, ctx: Context) -> Samples:  # noqa: ARG002
        """Return the samples unchanged: images have no coordinates."""
        return samples


def _flatten_images(y: Array) -> Array:
    """Return images ``(c, n, h, w)`` in the shape that a colour mode takes, ``(c, n h w)``."""
    return namespace(y).reshape(y, (y.shape[0], -1))


def _to_images(flat: Array, like: Array) -> Array:
    """Return colours ``(c, n h w)`` as images of the shape of ``like``, ``(c, n, h, w)``."""
    return namespace(flat).reshape(flat, (flat.shape[0], *like.shape[1:]))


def filtered_size(stage: Encoder, size: Size) -> Size:
    """Return width and height of the channels that an encoder of the image domain returns for pictures of a size."""
    return stage.output_size(size) if isinstance(stage, ImageFilter) else size


def _size_text(size: Size) -> str:
    return f"{size[0]}x{size[1]}"
