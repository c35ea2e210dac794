"""The warp: moves points before the encoders evaluate them."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from limner.stages.base import PointStage

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.arrays.parameters import Params
    from limner.stages.context import Context


class Warp(PointStage):
    """Moves points, for example to mirror a picture, to make it tile seamlessly, or to swirl it.

    Warps run in the order of the recipe, each on the output of the previous one. A warp may have parameters, such as a
    noise lattice, but they must all be ``fixed``: warps are not trained.
    """

    @abstractmethod
    def forward(self, params: Params, xy: Array, ctx: Context) -> Array:
        """Return the points ``xy``, ``(2, n)``, moved: an array of the same shape, dtype and device."""
