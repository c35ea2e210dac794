"""The mask: makes parts of a picture transparent."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from limner.arrays.namespace import namespace
from limner.stages.base import Domain, PointStage

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.arrays.parameters import Params
    from limner.stages.context import Context


class Mask(PointStage):
    """The opacity of each point, from 0 to 1: the outline of a sticker, for example.

    A mask gets points in coordinates of its own, so that neither the frame nor warps move its outline: the origin is
    the centre of the picture, x points right and y down, and the shorter side of the picture has the length 1.
    ``ctx.bounds`` holds the edges of the picture in these coordinates.

    A subclass implements ``forward``. The model calls ``rgba``, which multiplies the opacity of the colour mode by that
    of the mask; override it to change colours too. A mask may have parameters, such as the pixels of a picture, but
    they must all be ``fixed``: recipes with a mask are not trained.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code"})

    @abstractmethod
    def forward(self, params: Params, xy: Array, rgb: Array, ctx: Context) -> Array:
        """Return the opacity ``(1, n)`` of the points ``xy``, ``(2, n)``, whose colours are ``rgb``, ``(3, n)``."""

    def rgba(self, params: Params, xy: Array, colours: Array, ctx: Context) -> Array:
        """Return RGBA ``(4, n)`` of the points ``xy``, ``(2, n)``, whose colours are RGB or RGBA."""
        rgb = colours[:3, :]
        opacity = self.forward(params, xy, rgb, ctx)
        if colours.shape[0] == 4:
            opacity = opacity * colours[3:, :]
        return namespace(colours).concat([rgb, opacity], axis=0)

    def pixel(self, ctx: Context) -> float:
        """Return the side of a pixel in the coordinates of masks."""
        return 1.0 / min(ctx.size)
