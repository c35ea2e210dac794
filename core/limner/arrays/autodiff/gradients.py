"""Sums of gradients during the backward pass, over all uses of each array."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from limner.arrays.namespace import namespace


@dataclass(frozen=True)
class SlicedGradient:
    """A gradient that is 0 outside of ``x[key]``.

    Adding it to an existing sum needs no array of the size of ``x``, which matters if every row of a table is read.
    """

    key: Any
    gradient: Any

    def dense(self, x: Any) -> Any:
        """Return the gradient in the shape of ``x``, a new array."""
        dense = namespace(x).zeros_like(x)
        key, gradient = self._for_assignment(dense)
        dense[key] = gradient
        return dense

    def add_to(self, total: Any) -> None:
        """Add this gradient to a sum, in place."""
        key, gradient = self._for_assignment(total)
        total[key] += gradient

    def _for_assignment(self, whole: Any) -> tuple[Any, Any]:
        """Return key and gradient without new axes, which the standard allows for reading only."""
        xp, key, gradient = namespace(whole), self.key if isinstance(self.key, tuple) else (self.key,), self.gradient
        if None in key:
            key = tuple(part for part in key if part is not None)
            gradient = xp.reshape(gradient, whole[key].shape)
        return key, gradient if gradient.dtype == whole.dtype else xp.astype(gradient, whole.dtype)


class GradientSums:
    """Sums of gradients by the number of their array on the tape.

    Only sums that this object has created are changed in place. Other arrays may be shared: an addition, for example,
    passes the gradient of its output to both arguments.
    """

    def __init__(self) -> None:
        self._totals: dict[int, Any] = {}
        self._own: set[int] = set()

    def add(self, place: int, gradient: Any) -> None:
        """Add a gradient that has the shape and dtype of the array."""
        total = self._totals.get(place)
        if total is None:
            total = gradient
        elif place in self._own:
            total += gradient
        else:
            total = total + gradient
        self._totals[place] = total

    def add_part(self, place: int, part: SlicedGradient, x: Any) -> None:
        """Add the gradient of a slice of the array ``x``."""
        if place in self._own:
            part.add_to(self._totals[place])
            return
        dense = part.dense(x)
        if place in self._totals:
            dense += self._totals[place]
        self._totals[place] = dense
        self._own.add(place)

    def pop(self, place: int) -> Any:
        """Remove and return the sum of an array; None if there is none."""
        return self._totals.pop(place, None)
