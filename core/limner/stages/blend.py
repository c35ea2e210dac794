"""The blend: several pictures into one."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from limner.stages import derived
from limner.stages.base import Stage

if TYPE_CHECKING:
    from limner.arrays.namespace import Array

BlendPullback: TypeAlias = "Callable[[Array], list[Array]]"
"""Takes the gradient of the blended colours to that of each layer's."""


class Blend(Stage):
    """Blends layers of colours ``(3, n)``, the first at the bottom; opacity is the caller's affair."""

    min_layers: ClassVar[int] = 2
    max_layers: ClassVar[int] = 64

    @abstractmethod
    def forward(self, layers: Sequence[Array]) -> Array:
        """Return the blended colours ``(3, n)``."""

    def vjp(self, layers: Sequence[Array]) -> tuple[Array, BlendPullback]:
        """Return the blended colours, and the pullback ``dy -> [dlayer, ...]``; derived by default."""
        return derived.arrays_vjp(self, layers, self.forward)
