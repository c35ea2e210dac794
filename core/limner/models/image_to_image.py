"""The translator: the model of a recipe that takes pictures to pictures."""

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
from limner.stages.image_filter import ImageFilter
from limner.stages.network import ImageNetwork

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.composition.recipe import SingleRecipe
    from limner.stages.context import Context, Samples
    from limner.stages.encoder import Encoder

Size = tuple[int, int]
MAX_FACTOR = 32
"""By which pictures are made smaller or larger, at most."""


class ImageToImageModel(FieldModel):
    """Filters, network and colour mode: pictures ``(3, n, h, w)`` in, pictures ``(3, n, h', w')`` out, not clamped.

    Samples bring ``images``, which the filters look at, or ``features``, channels that were made before.
    """

    paints = False

    def __init__(self, recipe: SingleRecipe) -> None:
        super().__init__(recipe)
        if not isinstance(self.network, ImageNetwork):
            raise LimnerError(f"network {recipe.network.kind!r}: supports images, but is no ImageNetwork")
        self.image_network: ImageNetwork = self.network
        self.output: Encoder = recipe.require_output().stage

    @cached_property
    def _param_owners(self) -> list[tuple[str, str, ParameterLayout]]:
        """Filters own no θ; an encoder that paints points as well leaves its own at home."""
        chain = super()._param_owners
        return [(path, name, ParameterLayout() if path.startswith("encoder") else own) for path, name, own in chain]

    @property
    def generates_from_noise(self) -> bool:
        """Does it make its pictures of what filters draw, and look at none?"""
        return all(isinstance(encoder, ImageFilter) and encoder.ignores_images for encoder in self.encoders)

    @property
    def uses_batch_statistics(self) -> bool:
        """Does training look at the pictures of a batch together?"""
        return self.image_network.uses_batch_statistics()

    def feature_size(self, size: Size) -> Size:
        """Width and height of what the network is given for pictures of a size.

        Raises:
            LimnerError: the filters make channels of several sizes.
        """
        first, *others = [(spec.kind, filtered_size(spec.stage, size)) for spec in self.recipe.encoders]
        for kind, other in others:
            if other != first[1]:
                raise LimnerError(
                    f"of {_size_text(size)} the encoder {first[0]!r} makes {_size_text(first[1])} and {kind!r} {_size_text(other)}: they "
                    "cannot be stacked; leave one of them out"
                )
        return first[1]

    def output_size(self, size: Size) -> Size:
        """Width and height of what comes out for pictures of a size."""
        return self.image_network.output_size(self.feature_size(size))

    def check_sizes(self, size: Size) -> None:
        """Refuse pictures whose translation has not the size of what is to be learned.

        Raises:
            LimnerError: it has not; the message tells all three sizes.
        """
        inside, got, wanted = self.feature_size(size), self.output_size(size), filtered_size(self.output, size)
        if got != wanted:
            names = ", ".join(spec.kind for spec in self.recipe.encoders)
            raise LimnerError(
                f"of {_size_text(size)} the input ({names}) is {_size_text(inside)}, the network {self.recipe.network.kind!r} makes "
                f"{_size_text(got)} of it, and the output is {_size_text(wanted)}: {self._suggest_fix(size)}"
            )

    def _suggest_fix(self, size: Size) -> str:
        """What helps where sizes do not fit: sides without a remainder, or else other stages."""
        for factor in range(2, MAX_FACTOR + 1):
            near = (-(-size[0] // factor) * factor, -(-size[1] // factor) * factor)
            if near != size and self.output_size(near) == filtered_size(self.output, near):
                return f"the sides must be multiples of {factor}, `size` {_size_text(near)} say"
        return "choose filters and a network that go together"

    def encode(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """The channels that the network is given, ``(k, n, h, w)``."""
        return self._encoded(theta, samples, ctx) if samples.features is None else samples.features

    def forward(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """The pictures, keeping nothing."""
        x = self.encode(theta, samples, ctx)
        y = self.network.forward(self._params(theta, -2), x, ctx)
        check_images(self.network, "forward", y, self.fan_out, x.shape[1])
        channels = _flatten_images(y)
        colours = self.color.rgba(self._params(theta, -1), channels, ctx)
        self._check_colours(colours, channels, "forward")
        return _to_images(colours, y)

    def vjp(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Array, Callable[[Array], Array]]:
        """The pictures, and the pullback to θ: filters learn nothing, network and colour mode may."""
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
            own = [parameter_gradient(self.network, dnetwork, network), parameter_gradient(self.color, dcolor, color)]
            return pack_gradient([before, *own], like=theta)

        return _to_images(colours, y), pullback

    def with_batch_statistics(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """θ with what the network measures, and does not learn, taken from these pictures."""
        span = self._spans[-2]
        x = self.encode(theta, samples, ctx)
        measured = self.image_network.with_batch_statistics(self._params(theta, -2), x, ctx)
        return pack_gradient([theta[: span.start], measured.flat, theta[span.stop :]], like=theta)

    def _warped(self, theta: Array, samples: Samples, ctx: Context) -> Samples:  # noqa: ARG002
        """A picture lies nowhere."""
        return samples


def _flatten_images(y: Array) -> Array:
    """``(c, n, h, w)`` as a colour mode takes it, ``(c, n h w)``."""
    return namespace(y).reshape(y, (y.shape[0], -1))


def _to_images(flat: Array, like: Array) -> Array:
    return namespace(flat).reshape(flat, (flat.shape[0], *like.shape[1:]))


def filtered_size(stage: Encoder, size: Size) -> Size:
    """Width and height of what an encoder of the image domain makes of pictures of a size."""
    return stage.output_size(size) if isinstance(stage, ImageFilter) else size


def _size_text(size: Size) -> str:
    return f"{size[0]}x{size[1]}"
