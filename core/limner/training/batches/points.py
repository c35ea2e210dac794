"""Points of images as a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from limner.arrays.namespace import Array, device, namespace
from limner.stages.context import Samples
from limner.training.batches.base import Batch, code_columns, opacity_weights, select

if TYPE_CHECKING:
    from limner.stages.backend import Backend
    from limner.training.filename_codes import ButtonCodes


@dataclass(frozen=True)
class PointBatch(Batch):
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

    @property
    def num_values(self) -> int:
        """How many numbers each channel has."""
        return self.count

    def targets(self) -> Array:
        """The target."""
        return self.target

    def weighted(self, y: Array) -> Array:
        """Channels ``(c, n)`` by what they count for."""
        return y if self.weight is None else y * self.weight

    def tiles(self, tile: int) -> Iterator[PointBatch]:
        """The points in tiles; views, where the array library makes them."""
        for start in range(0, self.count, tile):
            yield self._map(partial(_columns, at=slice(start, min(start + tile, self.count))))

    def take(self, index: Array) -> PointBatch:
        """The points at these places."""
        return self._map(lambda a: namespace(a).take(a, index, axis=1))

    def _map(self, chosen: Callable[[Array], Array]) -> PointBatch:
        weight = None if self.weight is None else chosen(self.weight)
        return PointBatch(select(self.samples, chosen), chosen(self.target), weight)

    def with_features(self, features: Array) -> PointBatch:
        """The same, with features."""
        return replace(self, samples=replace(self.samples, features=features))

    def packed(self) -> PackedPoints:
        """The same, as a batch looks them up."""
        return PackedPoints.of(self)


@dataclass(frozen=True)
class PackedPoints:
    """All that is known of each point, beside each other: a point that is looked up is one stretch of memory.

    Attributes:
        table: ``(n, columns)``: pixels, index, code, features, target and weight, as far as they are there.
        widths: how many columns each of these six has.
    """

    table: Array
    widths: tuple[int, ...]

    @staticmethod
    def of(points: PointBatch) -> PackedPoints:
        """The rows of points."""
        samples = points.samples
        xp, like = namespace(points.target), points.target if samples.features is None else samples.features
        index = None if samples.index is None else xp.astype(samples.index, like.dtype)[None, :]  # exact: few pictures
        parts = [samples.pixels, index, samples.code, samples.features, points.target, points.weight]
        there = [part for part in parts if part is not None]
        columns = sum(part.shape[0] for part in there)
        # Written into a new array: a copy of the transposed one might keep its order in memory.
        table, start = xp.empty((points.count, columns), dtype=like.dtype, device=device(like)), 0
        for part in there:
            table[:, start : start + part.shape[0]] = xp.permute_dims(part, (1, 0))
            start += part.shape[0]
        return PackedPoints(table, tuple(0 if part is None else part.shape[0] for part in parts))

    def take(self, index: Array) -> PointBatch:
        """The points at these places, as views ``(k, n)`` of their rows."""
        xp = namespace(self.table)
        columns = xp.permute_dims(xp.take(self.table, index, axis=0), (1, 0))
        ends = list(accumulate(self.widths))
        parts = [columns[end - width : end, :] if width else None for width, end in zip(self.widths, ends, strict=True)]
        pixels, which, code, features, target, weight = parts
        assert target is not None, "every point has a target"
        which = None if which is None else xp.astype(which[0, :], xp.int64)
        return PointBatch(Samples(pixels=pixels, index=which, code=code, features=features), target, weight)


def point_batch(pictures: np.ndarray, codes: ButtonCodes | None, backend: Backend) -> PointBatch:
    """All points of pictures ``(p, c, h, w)``, one picture after the other, row by row; each knows whose it is."""
    count, channels, height, width = pictures.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32) + np.float32(0.5)
    pixels = np.stack([np.tile(columns.ravel(), count), np.tile(rows.ravel(), count)])
    samples = Samples(pixels=backend.asarray(pixels))
    if codes is not None:
        samples = _coded(samples, codes, np.repeat(np.arange(count), height * width), backend)
    planes = np.ascontiguousarray(pictures.reshape(count, channels, -1).transpose(1, 0, 2), dtype=np.float32)
    weight = opacity_weights(pictures)
    return PointBatch(
        samples,
        backend.asarray(planes.reshape(channels, -1)),
        None if weight is None else backend.asarray(weight.transpose(1, 0, 2).reshape(channels, -1)),
    )


def _coded(samples: Samples, codes: ButtonCodes, which: np.ndarray, backend: Backend) -> Samples:
    """Samples that know their pictures: by the index where each has a button of its own, by the code elsewhere."""
    if codes.is_one_hot:
        return replace(samples, index=backend.asarray(which))
    return replace(samples, code=code_columns(codes, which, backend))


def _columns(array: Array, at: slice) -> Array:
    return array[:, at]
