"""What a fit asks a model, on a backend, and what it should have said: points of pictures, or whole ones."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

import numpy as np

from limner.arrays.namespace import Array, device, namespace
from limner.stages.context import Samples

if TYPE_CHECKING:
    from limner.stages.backend import Backend
    from limner.training.filename_codes import Codes


def _stretch(array: Array, axis: int, at: slice) -> Array:
    return array[at, ...] if axis == 0 else array[:, at]


def _columns(array: Array, at: slice) -> Array:
    return array[:, at]


class Lesson(ABC):
    """What a model is asked, and what it should have said.

    Attributes:
        samples: what it is asked.
    """

    samples: Samples

    @property
    @abstractmethod
    def count(self) -> int:
        """How many samples these are."""

    @property
    @abstractmethod
    def numbers(self) -> int:
        """How many numbers each channel of the answer has."""

    @abstractmethod
    def answer(self) -> Array:
        """What it should have said, ``(c, numbers)``."""

    @abstractmethod
    def weighted(self, y: Array) -> Array:
        """Channels ``(c, numbers)`` by what they count for."""

    @abstractmethod
    def cut(self, tile: int) -> Iterator[Lesson]:
        """The same in pieces of about so many numbers."""

    @abstractmethod
    def take(self, index: Array) -> Lesson:
        """The samples at these places."""

    @abstractmethod
    def told(self, features: Array) -> Lesson:
        """The same with what the encoders say of the samples, ``(k, count)``."""

    @abstractmethod
    def rows(self) -> Lookup:
        """The same, as a batch looks its samples up."""


class Lookup(Protocol):
    """Gives samples by their places."""

    def take(self, index: Array) -> Lesson:
        """Those at these places."""


@dataclass(frozen=True)
class Points(Lesson):
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
    def numbers(self) -> int:
        """How many numbers each channel has."""
        return self.count

    def answer(self) -> Array:
        """The target."""
        return self.target

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
        weight = None if self.weight is None else chosen(self.weight)
        return Points(_chosen(self.samples, chosen), chosen(self.target), weight)

    def told(self, features: Array) -> Points:
        """The same, with features."""
        return replace(self, samples=replace(self.samples, features=features))

    def rows(self) -> Rows:
        """The same, as a batch looks them up."""
        return Rows.of(self)


@dataclass(frozen=True)
class Plates(Lesson):
    """Some of several pictures, each to be answered whole: what ``Points`` is where a code gives all pixels at once.

    Attributes:
        samples: a code, or an index, and perhaps features for each picture.
        each: all planes of each picture, ``(n, c, h w)``.
        weights: what each number counts for, likewise; None where nothing is clear.
    """

    samples: Samples
    each: Array
    weights: Array | None

    def answer(self) -> Array:
        """The planes as a model gives them: ``(c, h w n)``, the picture changing fastest."""
        return _fastest(self.each)

    @property
    def count(self) -> int:
        """How many pictures these are."""
        return int(self.each.shape[0])

    @property
    def numbers(self) -> int:
        """How many numbers each channel has."""
        return self.count * int(self.each.shape[2])

    def weighted(self, y: Array) -> Array:
        """Channels ``(c, h w n)`` by what they count for."""
        return y if self.weights is None else y * _fastest(self.weights)

    def cut(self, tile: int) -> Iterator[Plates]:
        """About so many points at once, one picture at the least."""
        step = max(1, tile // int(self.each.shape[2]))
        for start in range(0, self.count, step):
            yield self._map(partial(_stretch, at=slice(start, min(start + step, self.count))))

    def take(self, index: Array) -> Plates:
        """The pictures at these places."""
        return self._map(lambda a, axis: namespace(a).take(a, index, axis=axis))

    def told(self, features: Array) -> Plates:
        """The same, with features."""
        return replace(self, samples=replace(self.samples, features=features))

    def rows(self) -> Plates:
        """The same: a picture is one stretch of memory already."""
        return self

    def _map(self, chosen: Callable[[Array, int], Array]) -> Plates:
        samples = _chosen(self.samples, lambda a: chosen(a, 1))
        return Plates(samples, chosen(self.each, 0), None if self.weights is None else chosen(self.weights, 0))


@dataclass(frozen=True)
class Rows:
    """All that is known of each point, beside each other: a point that is looked up is one stretch of memory.

    Attributes:
        table: ``(n, columns)``: pixels, index, code, features, target and weight, as far as they are there.
        widths: how many columns each of these six has.
    """

    table: Array
    widths: tuple[int, ...]

    @staticmethod
    def of(points: Points) -> Rows:
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
        return Rows(table, tuple(0 if part is None else part.shape[0] for part in parts))

    def take(self, index: Array) -> Points:
        """The points at these places, as views ``(k, n)`` of their rows."""
        xp = namespace(self.table)
        columns = xp.permute_dims(xp.take(self.table, index, axis=0), (1, 0))
        ends = list(accumulate(self.widths))
        parts = [columns[end - width : end, :] if width else None for width, end in zip(self.widths, ends, strict=True)]
        pixels, which, code, features, target, weight = parts
        which = None if which is None else xp.astype(which[0, :], xp.int64)
        return Points(Samples(pixels=pixels, index=which, code=code, features=features), target, weight)


def _chosen(samples: Samples, chosen: Callable[[Array], Array]) -> Samples:
    """Some columns of all that samples hold."""

    def of(array: Array | None) -> Array | None:
        return None if array is None else chosen(array)

    index = None if samples.index is None else chosen(samples.index[None, :])[0, :]
    return Samples(pixels=of(samples.pixels), index=index, code=of(samples.code), features=of(samples.features))


def _fastest(each: Array) -> Array:
    """``(n, c, h w)`` as ``(c, h w n)``."""
    xp = namespace(each)
    return xp.reshape(xp.permute_dims(each, (1, 2, 0)), (each.shape[1], -1))


def points_of(pictures: np.ndarray, codes: Codes | None, backend: Backend) -> Points:
    """All points of pictures ``(p, c, h, w)``, one picture after the other, row by row; each knows whose it is."""
    count, channels, height, width = pictures.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32) + np.float32(0.5)
    pixels = np.stack([np.tile(columns.ravel(), count), np.tile(rows.ravel(), count)])
    samples = Samples(pixels=backend.asarray(pixels))
    if codes is not None:
        samples = _coded(samples, codes, np.repeat(np.arange(count), height * width), backend)
    planes = np.ascontiguousarray(pictures.reshape(count, channels, -1).transpose(1, 0, 2), dtype=np.float32)
    weight = _weight(pictures)
    return Points(
        samples,
        backend.asarray(planes.reshape(channels, -1)),
        None if weight is None else backend.asarray(weight.transpose(1, 0, 2).reshape(channels, -1)),
    )


def plates_of(pictures: np.ndarray, codes: Codes, backend: Backend) -> Plates:
    """The pictures ``(p, c, h, w)``, each behind its code."""
    count, channels = pictures.shape[:2]
    weight = _weight(pictures)
    return Plates(
        Samples(code=_columns_of(codes, np.arange(count), backend)),
        backend.asarray(np.ascontiguousarray(pictures.reshape(count, channels, -1), dtype=np.float32)),
        None if weight is None else backend.asarray(weight),
    )


def _coded(samples: Samples, codes: Codes, which: np.ndarray, backend: Backend) -> Samples:
    """Samples that know their pictures: by the index where each has a button of its own, by the code elsewhere."""
    if codes.plain:
        return replace(samples, index=backend.asarray(which))
    return replace(samples, code=_columns_of(codes, which, backend))


def _columns_of(codes: Codes, which: np.ndarray, backend: Backend) -> Array:
    return backend.asarray(np.ascontiguousarray(codes.table[which].T, dtype=np.float32))


def _weight(pictures: np.ndarray) -> np.ndarray | None:
    """What each number counts for, ``(p, c, h w)``: colours by their opacity; None where nothing is clear."""
    count, channels = pictures.shape[:2]
    alpha = pictures[:, -1:]
    if channels not in (2, 4) or not bool((alpha < 1).any()):
        return None
    weight = np.concatenate([np.repeat(alpha, channels - 1, axis=1), np.ones_like(alpha)], axis=1)
    return np.ascontiguousarray(weight.reshape(count, channels, -1), dtype=np.float32)
