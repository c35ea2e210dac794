"""The warp: moves the points before any encoder sees them."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from limner.stages.base import PointStage

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.stages.context import Context


class Warp(PointStage):
    """Moves points: a mirror, a seamless tile, a swirl. Warps run in the recipe's order, each on what the last left.

    A warp may own entries of θ (a noise lattice, say), but none that are learned.
    """

    @abstractmethod
    def forward(self, theta: Array, xy: Array, ctx: Context) -> Array:
        """The moved points ``(2, n)`` of the points ``xy``, ``(2, n)``, of the same dtype and device."""
