"""The backend: the array library and device of a run, and its worker pool."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from limner.arrays.primitives import Primitives
from limner.stages.base import Stage

if TYPE_CHECKING:
    import numpy as np

    from limner.arrays.namespace import Array
    from limner.arrays.standard import Namespace

Item = TypeVar("Item")
Result = TypeVar("Result")


class Runner(Protocol):
    """A worker pool."""

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield the result of ``function`` for each item, in order."""


class SerialRunner:
    """A runner that processes one item after the other."""

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield the result of ``function`` for each item, in order."""
        return map(function, items)


class Backend(Primitives, Stage):
    """An array library on a device.

    Stages are written in the Python array API standard. A backend supplies the array namespace, and what the standard
    lacks: conversion to and from the host, parallel work, and a few primitives.
    """

    tile: ClassVar[int] = 16_384
    """The number of samples in a tile.

    It is a constant, because the last bits of a matrix product depend on its width, and a picture must not depend on
    the machine.
    """

    @classmethod
    @abstractmethod
    def missing(cls) -> str:
        """Return why this machine cannot run the backend and how to fix it; empty if it can."""

    @abstractmethod
    def describe(self) -> str:
        """Return the library, its version and the device in a few words."""

    @abstractmethod
    def xp(self) -> Namespace:
        """Return the array namespace, whose functions take the arrays of this backend."""

    def device(self) -> Any:
        """Return the device on which new arrays are made; None for the library's default."""
        return None

    def asarray(self, array: np.ndarray) -> Array:
        """Return a NumPy array as an array of this backend, on its device."""
        return self.xp().asarray(array, device=self.device())

    @abstractmethod
    def to_host(self, array: Array) -> np.ndarray:
        """Return an array of this backend as a NumPy array."""

    def open_runner(self) -> AbstractContextManager[Runner]:
        """Return a context manager that opens a runner and closes it when the block ends.

        Override this to run several items at once. Such a runner should take only a few items in advance. Start what is
        costly here, such as threads or limits on the threads of a library: once per block instead of once per tile.
        """
        return nullcontext(SerialRunner())

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield the result of ``function`` for each item, in order, with a runner that is open only for this call."""
        with self.open_runner() as runner:
            yield from runner.map(function, items)

    def parallelism(self) -> int:
        """Return how many items a runner processes at once; the memory estimate uses it."""
        return 1
