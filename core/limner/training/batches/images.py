"""Batches of whole images, for models that output all pixels of a code at once."""

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
    """A batch of whole images; a sample is one image.

    Attributes:
        samples: a code or an index for each image, and features if they are cached.
        planes: the planes of each image, ``(n, c, h w)``.
        weights: the weight of each value, ``(n, c, h w)``; None if all is opaque.
    """

    samples: Samples
    planes: Array
    weights: Array | None

    def targets(self) -> Array:
        """Return the planes in the order of a model's output: ``(c, h w n)``, images as the last axis."""
        return _image_fastest(self.planes)

    @property
    def count(self) -> int:
        """The number of images."""
        return int(self.planes.shape[0])

    @property
    def num_values(self) -> int:
        """The number of values in each channel."""
        return self.count * int(self.planes.shape[2])

    def weighted(self, y: Array) -> Array:
        """Return channels ``(c, h w n)`` multiplied by the weights."""
        return y if self.weights is None else y * _image_fastest(self.weights)

    def tiles(self, tile: int) -> Iterator[ImageBatch]:
        """Yield tiles of about ``tile`` values, at least one image each."""
        step = max(1, tile // int(self.planes.shape[2]))
        for start in range(0, self.count, step):
            yield self._map(partial(_slice, stretch=slice(start, min(start + step, self.count))))

    def take(self, index: Array) -> ImageBatch:
        """Return the images at these indices."""
        return self._map(lambda a, axis: namespace(a).take(a, index, axis=axis))

    def with_features(self, features: Array) -> ImageBatch:
        """Return the batch with precomputed features."""
        return replace(self, samples=replace(self.samples, features=features))

    def packed(self) -> ImageBatch:
        """Return the batch itself: the values of an image are contiguous already."""
        return self

    def _map(self, selection: Callable[[Array, int], Array]) -> ImageBatch:
        samples = select(self.samples, lambda a: selection(a, 1))
        return ImageBatch(
            samples, selection(self.planes, 0), None if self.weights is None else selection(self.weights, 0)
        )


def image_batch(images: np.ndarray, codes: ButtonCodes, backend: Backend) -> ImageBatch:
    """Return images ``(p, c, h, w)`` and their codes as a batch."""
    count, channels = images.shape[:2]
    weight = opacity_weights(images)
    return ImageBatch(
        Samples(code=code_columns(codes, np.arange(count), backend)),
        backend.asarray(np.ascontiguousarray(images.reshape(count, channels, -1), dtype=np.float32)),
        None if weight is None else backend.asarray(weight),
    )


def _image_fastest(planes: Array) -> Array:
    """Return ``(n, c, h w)`` as ``(c, h w n)``."""
    xp = namespace(planes)
    return xp.reshape(xp.permute_dims(planes, (1, 2, 0)), (planes.shape[1], -1))


def _slice(array: Array, axis: int, stretch: slice) -> Array:
    return array[stretch, ...] if axis == 0 else array[:, stretch]
