"""Ways through the values of a setting: numbers, lists of numbers and colours."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from limner_apps.animations.moves.colors import colour_coordinates, colour_text
from limner_apps.animations.moves.easing import easing
from limner_apps.animations.moves.monotone import curve_at, monotone_slopes


class Track:
    """A way through values, at equal shares of the way from 0 to 1.

    Args:
        values: the values, at least two: numbers or colours, or lists of them that are equally long.
        between: how they are mixed; see ``Move.between``.
        closed: whether the last value is like the first, so that the way is a loop.
    """

    def __init__(self, values: Sequence[Any], between: str, *, closed: bool) -> None:
        self.values, self.between, self.closed = values, between, closed
        self.is_list = isinstance(values[0], tuple)

    @cached_property
    def rows(self) -> np.ndarray:
        """The values as coordinates in which they are mixed, ``(n, d)``."""
        lists = [value if self.is_list else (value,) for value in self.values]
        if self.between in ("colour", "hue"):
            return colour_coordinates(lists, polar=self.between == "hue")
        rows = np.array(lists, dtype=np.float64)
        return np.log(rows) if self.between == "logarithmic" else rows

    @cached_property
    def _slopes(self) -> np.ndarray:
        return monotone_slopes(self.rows, closed=self.closed)

    def smooth(self, share: float) -> Any:
        """Return the value at a share of the way, on a curve without corners."""
        if len(self.values) == 2:
            return self.eased(share, "linear")
        if share in (0.0, 1.0):
            return self.values[round(share) * (len(self.values) - 1)]
        return self._value(curve_at(self.rows, self._slopes, share))

    def eased(self, share: float, ease: str) -> Any:
        """Return the value at a share of the way, on straight lines between the values, each with an easing."""
        place = share * (len(self.values) - 1)
        left = min(int(place), len(self.values) - 2)
        amount = easing(ease)(place - left)
        if amount in (0.0, 1.0):
            return self.values[left + round(amount)]
        return self._value(self.rows[left] + amount * (self.rows[left + 1] - self.rows[left]))

    def _value(self, row: np.ndarray) -> Any:
        """Return the value with these coordinates."""
        if self.between in ("colour", "hue"):
            found: list[Any] = [colour_text(one, polar=self.between == "hue") for one in row.reshape(-1, 3)]
        elif self.between == "whole":
            found = [int(one) for one in np.floor(row + 0.5)]
        else:
            found = (np.exp(row) if self.between == "logarithmic" else row).tolist()
        return tuple(found) if self.is_list else found[0]
