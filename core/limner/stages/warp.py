"""The warp: moves the points before any encoder sees them."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from limner.stages.base import PointStage

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.arrays.parameters import Params
    from limner.stages.context import Context


class Warp(PointStage):
    """Moves points: a mirror, a seamless tile, a swirl. Warps run in the recipe's order, each on what the last left.

    A warp may own parameters (a noise lattice, say), but none that are trained: all are ``fixed``.
    """

    @abstractmethod
    def forward(self, params: Params, xy: Array, ctx: Context) -> Array:
        """Return the moved points ``(2, n)`` of the points ``xy``, ``(2, n)``, of the same dtype and device."""
