"""Batches of points of images."""

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
    """A batch of points of one or more images; a sample is one point.

    Attributes:
        samples: pixel coordinates, and features if they are cached.
        target: the image's planes at the points, ``(c, n)``.
        weight: the weight of each value, ``(c, n)``: opacity for colours, 1 for alpha; None if all is opaque.
    """

    samples: Samples
    target: Array
    weight: Array | None

    @property
    def count(self) -> int:
        """The number of points."""
        return int(self.target.shape[1])

    @property
    def num_values(self) -> int:
        """The number of values in each channel."""
        return self.count

    def targets(self) -> Array:
        """Return the target values, ``(c, n)``."""
        return self.target

    def weighted(self, y: Array) -> Array:
        """Return channels ``(c, n)`` multiplied by the weights."""
        return y if self.weight is None else y * self.weight

    def tiles(self, tile: int) -> Iterator[PointBatch]:
        """Yield tiles of ``tile`` points; they are views if the array library supports these."""
        for start in range(0, self.count, tile):
            yield self._map(partial(_columns, at=slice(start, min(start + tile, self.count))))

    def take(self, index: Array) -> PointBatch:
        """Return the points at these indices."""
        return self._map(lambda a: namespace(a).take(a, index, axis=1))

    def _map(self, selection: Callable[[Array], Array]) -> PointBatch:
        weight = None if self.weight is None else selection(self.weight)
        return PointBatch(select(self.samples, selection), selection(self.target), weight)

    def with_features(self, features: Array) -> PointBatch:
        """Return the batch with precomputed features."""
        return replace(self, samples=replace(self.samples, features=features))

    def with_colours(self, function: Callable[[Array], Array]) -> PointBatch:
        """Return the batch with another target: a function of the colours; the opacity, if any, is unchanged."""
        colours, rest = function(self.target[:3, :]), self.target[3:, :]
        return replace(self, target=namespace(colours).concat([colours, rest], axis=0) if rest.shape[0] else colours)

    def packed(self) -> PackedPoints:
        """Return the points in packed form."""
        return PackedPoints.of(self)


@dataclass(frozen=True)
class PackedPoints:
    """Points as the rows of one table, so that looking a point up reads contiguous memory.

    Attributes:
        table: ``(n, columns)``: pixels, index, code, features, target and weight, as far as they are present.
        widths: the number of columns of each of these six; 0 for one that is absent.
    """

    table: Array
    widths: tuple[int, ...]

    @staticmethod
    def of(points: PointBatch) -> PackedPoints:
        """Pack points into rows."""
        samples = points.samples
        xp, like = namespace(points.target), points.target if samples.features is None else samples.features
        # Floats hold the indices exactly: there are few images.
        index = None if samples.index is None else xp.astype(samples.index, like.dtype)[None, :]
        parts = [samples.pixels, index, samples.code, samples.features, points.target, points.weight]
        present = [part for part in parts if part is not None]
        columns = sum(part.shape[0] for part in present)
        # Written into a new array: a copy of the transposed one might keep its order in memory.
        table, start = xp.empty((points.count, columns), dtype=like.dtype, device=device(like)), 0
        for part in present:
            table[:, start : start + part.shape[0]] = xp.permute_dims(part, (1, 0))
            start += part.shape[0]
        return PackedPoints(table, tuple(0 if part is None else part.shape[0] for part in parts))

    def take(self, index: Array) -> PointBatch:
        """Return the points at these indices, as views ``(k, n)`` of their rows."""
        xp = namespace(self.table)
        columns = xp.permute_dims(xp.take(self.table, index, axis=0), (1, 0))
        ends = list(accumulate(self.widths))
        parts = [columns[end - width : end, :] if width else None for width, end in zip(self.widths, ends, strict=True)]
        pixels, which, code, features, target, weight = parts
        assert target is not None, "every point has a target"
        which = None if which is None else xp.astype(which[0, :], xp.int64)
        return PointBatch(Samples(pixels=pixels, index=which, code=code, features=features), target, weight)


def point_batch(images: np.ndarray, codes: ButtonCodes | None, backend: Backend) -> PointBatch:
    """Return all points of images ``(p, c, h, w)`` with their codes, image by image and row by row."""
    count, channels, height, width = images.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32) + np.float32(0.5)
    pixels = np.stack([np.tile(columns.ravel(), count), np.tile(rows.ravel(), count)])
    samples = Samples(pixels=backend.asarray(pixels))
    if codes is not None:
        samples = _with_codes(samples, codes, np.repeat(np.arange(count), height * width), backend)
    planes = np.ascontiguousarray(images.reshape(count, channels, -1).transpose(1, 0, 2), dtype=np.float32)
    weight = opacity_weights(images)
    return PointBatch(
        samples,
        backend.asarray(planes.reshape(channels, -1)),
        None if weight is None else backend.asarray(weight.transpose(1, 0, 2).reshape(channels, -1)),
    )


def _with_codes(samples: Samples, codes: ButtonCodes, which: np.ndarray, backend: Backend) -> Samples:
    """Return samples with the codes of their images: an index if each image has its own button, else the weights."""
    if codes.is_one_hot:
        return replace(samples, index=backend.asarray(which))
    return replace(samples, code=code_columns(codes, which, backend))


def _columns(array: Array, at: slice) -> Array:
    return array[:, at]
