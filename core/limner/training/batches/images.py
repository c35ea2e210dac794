"""Whole images as a batch, for models that output all pixels of a code at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from limner.arrays.namespace import Array, namespace
from limner.stages.context import Samples
from limner.training.batches.base import Batch, code_columns, opacity_weights, select

if TYPE_CHECKING:
    from limner.stages.backend import Backend
    from limner.training.filename_codes import ButtonCodes


@dataclass(frozen=True)
class ImageBatch(Batch):
    """Some of several pictures, each to be answered whole: what ``Points`` is where a code gives all pixels at once.

    Attributes:
        samples: a code, or an index, and perhaps features for each picture.
        each: all planes of each picture, ``(n, c, h w)``.
        weights: what each number counts for, likewise; None where nothing is clear.
    """

    samples: Samples
    each: Array
    weights: Array | None

    def targets(self) -> Array:
        """The planes as a model gives them: ``(c, h w n)``, the picture changing fastest."""
        return _fastest(self.each)

    @property
    def count(self) -> int:
        """How many pictures these are."""
        return int(self.each.shape[0])

    @property
    def num_values(self) -> int:
        """How many numbers each channel has."""
        return self.count * int(self.each.shape[2])

    def weighted(self, y: Array) -> Array:
        """Channels ``(c, h w n)`` by what they count for."""
        return y if self.weights is None else y * _fastest(self.weights)

    def tiles(self, tile: int) -> Iterator[ImageBatch]:
        """About so many points at once, one picture at the least."""
        step = max(1, tile // int(self.each.shape[2]))
        for start in range(0, self.count, step):
            yield self._map(partial(_stretch, at=slice(start, min(start + step, self.count))))

    def take(self, index: Array) -> ImageBatch:
        """The pictures at these places."""
        return self._map(lambda a, axis: namespace(a).take(a, index, axis=axis))

    def with_features(self, features: Array) -> ImageBatch:
        """The same, with features."""
        return replace(self, samples=replace(self.samples, features=features))

    def packed(self) -> ImageBatch:
        """The same: a picture is one stretch of memory already."""
        return self

    def _map(self, chosen: Callable[[Array, int], Array]) -> ImageBatch:
        samples = select(self.samples, lambda a: chosen(a, 1))
        return ImageBatch(samples, chosen(self.each, 0), None if self.weights is None else chosen(self.weights, 0))


def image_batch(pictures: np.ndarray, codes: ButtonCodes, backend: Backend) -> ImageBatch:
    """The pictures ``(p, c, h, w)``, each behind its code."""
    count, channels = pictures.shape[:2]
    weight = opacity_weights(pictures)
    return ImageBatch(
        Samples(code=code_columns(codes, np.arange(count), backend)),
        backend.asarray(np.ascontiguousarray(pictures.reshape(count, channels, -1), dtype=np.float32)),
        None if weight is None else backend.asarray(weight),
    )


def _fastest(each: Array) -> Array:
    """``(n, c, h w)`` as ``(c, h w n)``."""
    xp = namespace(each)
    return xp.reshape(xp.permute_dims(each, (1, 2, 0)), (each.shape[1], -1))


def _stretch(array: Array, axis: int, at: slice) -> Array:
    return array[at, ...] if axis == 0 else array[:, at]
