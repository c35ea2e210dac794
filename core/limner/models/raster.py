"""The raster model: its network outputs all pixels of a picture for a code."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from limner.arrays.interpolation import sample_bicubic
from limner.arrays.namespace import Array, device, namespace
from limner.errors import LimnerError
from limner.models.field import MASK_FLOATS, FieldModel
from limner.stages.context import Samples

if TYPE_CHECKING:
    from limner.composition.recipe import SingleRecipe
    from limner.stages.context import Context


class RasterModel(FieldModel):
    """A model of encoders, network and colour mode, whose network outputs a raster of pixels for each code.

    For samples with pixel positions, the model interpolates colours in the raster of the recipe's conditioning weights.
    For samples with codes, as in training, it returns all pixels of each: ``(c, h w n)``, with codes as the last,
    contiguous axis.
    """

    def __init__(self, recipe: SingleRecipe) -> None:
        super().__init__(recipe)
        size = self.frame.raster()
        if size is None:
            raise LimnerError(f"frame {recipe.frame.kind!r}: supports codes; its raster() must return a size")
        self.size = self.raster_size = size

    @property
    def fan_out(self) -> int:
        """The number of values that the network outputs per code: one per channel and pixel, channel by channel."""
        width, height = self.size
        return self.color.channels() * width * height

    def inference_floats(self) -> int:
        """Return the floats per sample that the interpolation of 16 neighbours needs, without the raster itself."""
        return 8 * self.color.channels() + 32 + MASK_FLOATS * (self.mask is not None)

    def raster(self, theta: Array, ctx: Context) -> Array:
        """Return the picture of the recipe's conditioning weights, ``(c, h, w)``."""
        width, height = self.size
        xp = namespace(theta)
        one = Samples(pixels=xp.zeros((2, 1), dtype=theta.dtype, device=device(theta)))
        colours = self._rasters_of(theta, one, ctx)
        return xp.reshape(colours, (colours.shape[0], height, width))

    def forward(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """Return the colours of points, or of all pixels of each code."""
        if samples.pixels is None:
            return self._rasters_of(theta, samples, ctx)
        raster = self.raster(theta, ctx) if samples.raster is None else samples.raster
        colours = sample_bicubic(raster, self.frame.forward(samples.pixels, ctx.size))
        return self._masked(theta, colours, samples, ctx)

    def vjp(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Array, Callable[[Array], Array]]:
        """Return the colours and the pullback to θ, for samples with codes.

        Raises:
            NotImplementedError: the samples have pixel positions; interpolated colours are not trained.
        """
        if samples.pixels is not None:
            raise NotImplementedError("a raster model is trained on whole pictures, from codes")
        return super().vjp(theta, samples, ctx)

    def jacobian(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Array, Array]:
        """Raise an error, because the network has too many outputs for a Jacobian.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("a network that outputs all pixels at once has no Jacobian")

    def _rasters_of(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """Return all pixels of each code of the samples, ``(c, h w n)``."""
        return self._unmasked(theta, samples, ctx)

    def _warped(self, theta: Array, samples: Samples, ctx: Context) -> Samples:  # noqa: ARG002
        """Return the samples unchanged: codes have no coordinates."""
        return samples

    def _channels(self, y: Array) -> Array:
        """Return the output of the network, ``(c h w, n)``, as channels ``(c, h w n)``."""
        return namespace(y).reshape(y, (self.color.channels(), -1))
