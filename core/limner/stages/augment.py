"""The augmentation: small random changes of training pictures, so that a network learns more from few of them."""

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
"""Maps the gradient of the augmented pictures to the gradient of the original ones."""


class Augment(Stage):
    """A random change of pictures ``(c, n, h, w)``, from 0 to 1, which keeps their shape and does not clamp values.

    The random numbers for a picture come from its own generator and do not depend on its channels or size. A source and
    its target therefore change in the same way if each gets fresh generators of the same seeds. The change is
    differentiable, because a discriminator may see augmented pictures only.
    """

    @abstractmethod
    def forward(self, images: Array, rngs: Sequence[np.random.Generator]) -> Array:
        """Return the augmented pictures.

        Args:
            images: pictures ``(c, n, h, w)`` of any number of channels.
            rngs: one random generator per picture.
        """

    def vjp(self, images: Array, rngs: Sequence[np.random.Generator]) -> tuple[Array, AugmentPullback]:
        """Return the augmented pictures and the pullback ``dy -> dimages``; derived from ``forward`` by default."""
        y, pull = derived.arrays_vjp(self, [images], lambda arrays: self.forward(arrays[0], rngs))
        return y, lambda dy: pull(dy)[0]
