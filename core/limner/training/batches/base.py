"""The interface of a batch, and helpers of its implementations."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

import numpy as np

from limner.arrays.namespace import Array
from limner.stages.context import Samples

if TYPE_CHECKING:
    from limner.stages.backend import Backend
    from limner.training.filename_codes import ButtonCodes


class Batch(ABC):
    """Inputs of a model and the target values.

    Attributes:
        samples: the inputs.
    """

    samples: Samples

    @property
    @abstractmethod
    def count(self) -> int:
        """The number of samples."""

    @property
    @abstractmethod
    def num_values(self) -> int:
        """The number of values in each channel of the targets."""

    @abstractmethod
    def targets(self) -> Array:
        """Return the target values, ``(c, num_values)``."""

    @abstractmethod
    def weighted(self, y: Array) -> Array:
        """Return channels ``(c, num_values)`` multiplied by the weights of the values."""

    @abstractmethod
    def tiles(self, tile: int) -> Iterator[Batch]:
        """Yield the batch in tiles of about ``tile`` values."""

    @abstractmethod
    def take(self, index: Array) -> Batch:
        """Return the samples at these indices."""

    @abstractmethod
    def with_features(self, features: Array) -> Batch:
        """Return the batch with precomputed features of its samples, ``(k, count)``."""

    @abstractmethod
    def packed(self) -> BatchSource:
        """Return the samples in a form that is fast to look up."""


class BatchSource(Protocol):
    """A source that looks samples up by their indices."""

    def take(self, index: Array) -> Batch:
        """Return the samples at these indices."""


def select(samples: Samples, columns: Callable[[Array], Array]) -> Samples:
    """Return samples with ``columns`` applied to each of their arrays."""

    def select_columns(array: Array | None) -> Array | None:
        return None if array is None else columns(array)

    index = None if samples.index is None else columns(samples.index[None, :])[0, :]
    return Samples(
        pixels=select_columns(samples.pixels),
        index=index,
        code=select_columns(samples.code),
        features=select_columns(samples.features),
    )


def code_columns(codes: ButtonCodes, which: np.ndarray, backend: Backend) -> Array:
    """Return the codes of images as columns, ``(m, n)``."""
    return backend.asarray(np.ascontiguousarray(codes.table[which].T, dtype=np.float32))


def opacity_weights(images: np.ndarray) -> np.ndarray | None:
    """Return the weight of each value, ``(p, c, h w)``: opacity for colours, 1 for alpha; None if all is opaque."""
    count, channels = images.shape[:2]
    alpha = images[:, -1:]
    if channels not in (2, 4) or not bool((alpha < 1).any()):
        return None
    weight = np.concatenate([np.repeat(alpha, channels - 1, axis=1), np.ones_like(alpha)], axis=1)
    return np.ascontiguousarray(weight.reshape(count, channels, -1), dtype=np.float32)
