"""The plate: the model of a recipe whose network answers a code with a whole picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from limner.arrays.interpolation import sample_bicubic
from limner.arrays.namespace import Array, device, namespace
from limner.errors import LimnerError
from limner.models.field import FieldModel
from limner.stages.context import Samples

if TYPE_CHECKING:
    from limner.composition.recipe import SingleRecipe
    from limner.stages.context import Context


class RasterModel(FieldModel):
    """Encoders, network and colour mode; the network's output is a raster of pixels for each code.

    Samples that bring pixels are looked up in the raster of what the recipe says is pressed, and a fit's, which bring
    codes, are answered with all pixels of each: ``(c, h w n)``, the code changing fastest.
    """

    def __init__(self, recipe: SingleRecipe) -> None:
        super().__init__(recipe)
        size = self.frame.raster()
        if size is None:
            raise LimnerError(f"frame {recipe.frame.kind!r}: supports codes, but its raster() gives no size")
        self.size = self.raster_size = size

    @property
    def fan_out(self) -> int:
        """A number for each channel of each pixel, channel by channel."""
        width, height = self.size
        return self.color.channels() * width * height

    def inference_floats(self) -> int:
        """Sixteen neighbours' colours at a time; the raster itself is counted with θ, which is larger."""
        return 8 * self.color.channels() + 32

    def raster(self, theta: Array, ctx: Context) -> Array:
        """The picture of what is pressed."""
        width, height = self.size
        xp = namespace(theta)
        one = Samples(pixels=xp.zeros((2, 1), dtype=theta.dtype, device=device(theta)))
        colours = self._rasters_of(theta, one, ctx)
        return xp.reshape(colours, (colours.shape[0], height, width))

    def forward(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """Colours at points, or of all pixels of each code."""
        if samples.pixels is None:
            return self._rasters_of(theta, samples, ctx)
        raster = self.raster(theta, ctx) if samples.raster is None else samples.raster
        return sample_bicubic(raster, self.frame.forward(samples.pixels, ctx.size))

    def vjp(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Array, Callable[[Array], Array]]:
        """Through every stage and back, for samples that bring codes.

        Raises:
            NotImplementedError: they bring pixels: what is looked up is not learned from.
        """
        if samples.pixels is not None:
            raise NotImplementedError("a raster is learned as a whole, from codes")
        return super().vjp(theta, samples, ctx)

    def jacobian(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Array, Array]:
        """None: there are too many outputs.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("a raster's network gives all pixels at once, and tells no derivatives of each")

    def _rasters_of(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        return super().forward(theta, samples, ctx)

    def _warped(self, theta: Array, samples: Samples, ctx: Context) -> Samples:  # noqa: ARG002
        """A code lies nowhere."""
        return samples

    def _channels(self, y: Array) -> Array:
        """What the network gave, ``(c h w, n)``, as ``(c, h w n)``."""
        return namespace(y).reshape(y, (self.color.channels(), -1))
