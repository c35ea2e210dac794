"""The critic: a network that tells real pictures from those that another network made."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from limner.stages.network import Network

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.stages.base import Domain


class Critic(Network):
    """Pictures ``(k, n, h, w)`` in, ``(1, n, h', w')`` out: the higher, the surer that what it sees is real.

    It owns no output activation: what its numbers mean is the contest's affair. ``paired`` critics are shown the source
    with the picture, its channels before the picture's three; others the picture alone.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"image"})
    paired: ClassVar[bool] = True

    def refreshed(self, theta: Array) -> Array:
        """θ with what is measured of the weights themselves (their spectral norms) taken anew: before each step."""
        return theta

    def is_bounded(self) -> bool:
        """Whether its slope has a bound of its own, so that a Wasserstein loss needs no gradient penalty."""
        return False

    @abstractmethod
    def receptive_field(self) -> int:
        """Pixels of a side of what each of its numbers looks at."""
