"""The blend: combines several pictures into one."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from limner.stages import derived
from limner.stages.base import Stage

if TYPE_CHECKING:
    from limner.arrays.namespace import Array

BlendPullback: TypeAlias = "Callable[[Array], list[Array]]"
"""Maps the gradient of the blended colours to the gradients of the layers' colours."""


class Blend(Stage):
    """Blends layers of RGB colours ``(3, n)``; the first layer is at the bottom.

    By default a blend does not handle opacity: limner does, and the result has the largest of the layers. A blend that
    sets ``blends_opacity`` gets RGBA layers ``(4, n)`` instead, and returns such colours, if any layer has an opacity.
    ``min_layers`` and ``max_layers`` bound the number of layers; ``layer_bounds`` can narrow them by the settings.
    """

    min_layers: ClassVar[int] = 2
    max_layers: ClassVar[int] = 64

    @property
    def layer_bounds(self) -> tuple[int, int]:
        """The smallest and the largest number of layers with these settings; by default those of the class."""
        return self.min_layers, self.max_layers

    @property
    def blends_opacity(self) -> bool:
        """Whether the blend takes and returns RGBA if any layer has an opacity; an opaque layer then has 1."""
        return False

    @abstractmethod
    def forward(self, layers: Sequence[Array]) -> Array:
        """Return the blended colours ``(3, n)`` of the layers, each ``(3, n)``, from bottom to top."""

    def vjp(self, layers: Sequence[Array]) -> tuple[Array, BlendPullback]:
        """Return the blended colours and the pullback ``dy -> [dlayer, ...]``; derived from ``forward`` by default."""
        return derived.arrays_vjp(self, layers, self.forward)
