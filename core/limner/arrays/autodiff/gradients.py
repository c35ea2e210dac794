"""The gradients found so far on the way back, each summed over everything that the array was used for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from limner.arrays.namespace import namespace


@dataclass(frozen=True)
class SlicedGradient:
    """A gradient that is 0 outside of ``x[key]``.

    Written into a sum that is there already it costs no array of the size of ``x``, as for each row of a table.
    """

    key: Any
    gradient: Any

    def dense(self, x: Any) -> Any:
        """Return the gradient of ``x``, a new array."""
        whole = namespace(x).zeros_like(x)
        key, gradient = self._for_assignment(whole)
        whole[key] = gradient
        return whole

    def add_to(self, total: Any) -> None:
        """Add it to a sum in place."""
        key, gradient = self._for_assignment(total)
        total[key] += gradient

    def _for_assignment(self, whole: Any) -> tuple[Any, Any]:
        """Return key and gradient for writing: the standard has new axes only where arrays are read."""
        xp, key, gradient = namespace(whole), self.key if isinstance(self.key, tuple) else (self.key,), self.gradient
        if None in key:
            key = tuple(part for part in key if part is not None)
            gradient = xp.reshape(gradient, whole[key].shape)
        return key, gradient if gradient.dtype == whole.dtype else xp.astype(gradient, whole.dtype)


class GradientSums:
    """Gradients by the place of their array on the tape.

    A sum is written in place where this object made it; any other array may be somebody's, such as the gradient of the
    output, which an addition hands on to both its arguments.
    """

    def __init__(self) -> None:
        self._totals: dict[int, Any] = {}
        self._own: set[int] = set()

    def add(self, place: int, gradient: Any) -> None:
        """Add a gradient in the shape and dtype of the array."""
        total = self._totals.get(place)
        if total is None:
            total = gradient
        elif place in self._own:
            total += gradient
        else:
            total = total + gradient
        self._totals[place] = total

    def add_part(self, place: int, part: SlicedGradient, x: Any) -> None:
        """Add the gradient of a part of an array ``x``."""
        if place in self._own:
            part.add_to(self._totals[place])
            return
        whole = part.dense(x)
        if place in self._totals:
            whole += self._totals[place]
        self._totals[place] = whole
        self._own.add(place)

    def pop(self, place: int) -> Any:
        """Return the gradient of a place and forget it; None where there is none."""
        return self._totals.pop(place, None)
