"""The example: pictures as a network is given them, and what is to come out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.stages.context import Samples


@dataclass(frozen=True)
class Example:
    """Some pictures of a set.

    Attributes:
        samples: they bring ``features``, ``(k, n, h, w)``, what the network is given.
        target: what is to come out, RGB ``(3, n, h', w')``.
    """

    samples: Samples
    target: Array

    @property
    def features(self) -> Array:
        """What the network is given."""
        return self.samples.features
