"""The interface of a batch, and what its implementations share."""

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
    def num_values(self) -> int:
        """How many numbers each channel of the answer has."""

    @abstractmethod
    def targets(self) -> Array:
        """What it should have said, ``(c, numbers)``."""

    @abstractmethod
    def weighted(self, y: Array) -> Array:
        """Channels ``(c, numbers)`` by what they count for."""

    @abstractmethod
    def tiles(self, tile: int) -> Iterator[Batch]:
        """The same in pieces of about so many numbers."""

    @abstractmethod
    def take(self, index: Array) -> Batch:
        """The samples at these places."""

    @abstractmethod
    def with_features(self, features: Array) -> Batch:
        """The same with what the encoders say of the samples, ``(k, count)``."""

    @abstractmethod
    def packed(self) -> BatchSource:
        """The same, as a batch looks its samples up."""


class BatchSource(Protocol):
    """Gives samples by their places."""

    def take(self, index: Array) -> Batch:
        """Those at these places."""


def select(samples: Samples, chosen: Callable[[Array], Array]) -> Samples:
    """Return some columns of every array that samples hold."""

    def of(array: Array | None) -> Array | None:
        return None if array is None else chosen(array)

    index = None if samples.index is None else chosen(samples.index[None, :])[0, :]
    return Samples(pixels=of(samples.pixels), index=index, code=of(samples.code), features=of(samples.features))


def code_columns(codes: ButtonCodes, which: np.ndarray, backend: Backend) -> Array:
    """Return the codes of images as columns, ``(m, n)``."""
    return backend.asarray(np.ascontiguousarray(codes.table[which].T, dtype=np.float32))


def opacity_weights(pictures: np.ndarray) -> np.ndarray | None:
    """Return the weight of each number, ``(p, c, h w)``: colours by their opacity; None if everything is opaque."""
    count, channels = pictures.shape[:2]
    alpha = pictures[:, -1:]
    if channels not in (2, 4) or not bool((alpha < 1).any()):
        return None
    weight = np.concatenate([np.repeat(alpha, channels - 1, axis=1), np.ones_like(alpha)], axis=1)
    return np.ascontiguousarray(weight.reshape(count, channels, -1), dtype=np.float32)
