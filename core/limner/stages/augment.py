"""The augmentation: pictures changed a little, at random, so that few of them teach more."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from limner.stages import derived
from limner.stages.base import Stage

if TYPE_CHECKING:
    import numpy as np

    from limner.arrays.namespace import Array

AugmentPullback: TypeAlias = "Callable[[Array], Array]"
"""Takes the gradient of the changed pictures to that of those that came in."""


class Augment(Stage):
    """Changes pictures ``(c, n, h, w)``, from 0 to 1, into others of the same shape; it clamps nothing.

    What is drawn for a picture comes from its generator, and is the same whatever the pictures' channels and size are:
    so a source and its target are changed alike when each is handed fresh generators of the same seeds. The change is
    differentiable, for an adversary that is shown changed pictures alone.
    """

    @abstractmethod
    def forward(self, images: Array, rngs: Sequence[np.random.Generator]) -> Array:
        """Return the changed pictures.

        Args:
            images: pictures of any number of channels.
            rngs: a generator for each picture.
        """

    def vjp(self, images: Array, rngs: Sequence[np.random.Generator]) -> tuple[Array, AugmentPullback]:
        """Return the changed pictures, and the pullback ``dy -> dimages``; derived from ``forward`` by default."""
        y, pull = derived.arrays_vjp(self, [images], lambda arrays: self.forward(arrays[0], rngs))
        return y, lambda dy: pull(dy)[0]
