"""Points of a picture, on a backend: what a model is asked there, and what it should have said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from limner.namespace import Array, device, namespace
from limner.samples import Samples

if TYPE_CHECKING:
    from limner.backend import Backend


def _columns(array: Array, at: slice) -> Array:
    return array[:, at]


@dataclass(frozen=True)
class Points:
    """Some of a picture's points, on the backend: what the model is asked, and what it should have said.

    Attributes:
        samples: pixels, and features where they are kept.
        target: the picture's planes there, ``(c, n)``.
        weight: what each channel counts for, ``(c, n)``: colours by their opacity; None where nothing is clear.
    """

    samples: Samples
    target: Array
    weight: Array | None

    @property
    def count(self) -> int:
        """How many points these are."""
        return int(self.target.shape[1])

    def weighted(self, y: Array) -> Array:
        """Channels ``(c, n)`` by what they count for."""
        return y if self.weight is None else y * self.weight

    def cut(self, tile: int) -> Iterator[Points]:
        """The points in tiles; views, where the array library makes them."""
        for start in range(0, self.count, tile):
            yield self._map(partial(_columns, at=slice(start, min(start + tile, self.count))))

    def take(self, index: Array) -> Points:
        """The points at these places."""
        return self._map(lambda a: namespace(a).take(a, index, axis=1))

    def _map(self, chosen: Callable[[Array], Array]) -> Points:
        kept = self.samples.features
        samples = replace(
            self.samples,
            pixels=chosen(self.samples.pixels),
            features=None if kept is None else chosen(kept),
        )
        return Points(samples, chosen(self.target), None if self.weight is None else chosen(self.weight))


@dataclass(frozen=True)
class Rows:
    """All that is known of each point, beside each other: a point that is looked up is one stretch of memory.

    Attributes:
        table: ``(n, columns)``: pixels, features, target and weight.
        features: how many columns are features, and so on.
    """

    table: Array
    features: int
    target: int

    @staticmethod
    def of(points: Points) -> Rows:
        """The rows of points."""
        samples = points.samples
        parts = [samples.pixels, samples.features, points.target, points.weight]
        there = [part for part in parts if part is not None]
        xp, like = namespace(points.target), points.target if samples.features is None else samples.features
        columns = sum(part.shape[0] for part in there)
        # Written into a new array: a copy of the transposed one might keep its order in memory.
        table, start = xp.empty((points.count, columns), dtype=like.dtype, device=device(like)), 0
        for part in there:
            table[:, start : start + part.shape[0]] = xp.permute_dims(part, (1, 0))
            start += part.shape[0]
        kept = 0 if samples.features is None else samples.features.shape[0]
        return Rows(table, kept, points.target.shape[0])

    def take(self, index: Array) -> Points:
        """The points at these places, as views ``(k, n)`` of their rows."""
        xp = namespace(self.table)
        columns = xp.permute_dims(xp.take(self.table, index, axis=0), (1, 0))
        first, last = 2 + self.features, 2 + self.features + self.target
        samples = Samples(pixels=columns[:2, :], features=columns[2:first, :] if self.features else None)
        return Points(samples, columns[first:last, :], columns[last:, :] if columns.shape[0] > last else None)


def points_of(planes: np.ndarray, backend: Backend) -> Points:
    """All points of a picture, row by row."""
    channels, height, width = planes.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32) + np.float32(0.5)
    pixels = np.stack([columns.ravel(), rows.ravel()])
    clear = channels in (2, 4) and bool((planes[-1] < 1).any())
    weight = np.empty((0, 0))
    if clear:
        weight = np.concatenate([np.repeat(planes[-1:], channels - 1, axis=0), np.ones_like(planes[-1:])])
    return Points(
        Samples(pixels=backend.asarray(pixels)),
        backend.asarray(np.ascontiguousarray(planes.reshape(channels, -1), dtype=np.float32)),
        backend.asarray(weight.reshape(channels, -1)) if clear else None,
    )
