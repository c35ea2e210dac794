"""The backend: whose arrays a run uses, and how its tiles are spread over the machine."""

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
    """Spreads tiles over the machine, as long as it is open."""

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield ``function`` of each item, in order."""


class SerialRunner:
    """The runner that takes one item after the other."""

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield ``function`` of each item, in order."""
        return map(function, items)


class Backend(Primitives, Stage):
    """An array library on a device. Stages are written in the Python array API standard; this is all they lack."""

    tile: ClassVar[int] = 16_384
    """Samples in a tile. A constant: matrix products change their last bits with their width, pictures must not."""

    @classmethod
    @abstractmethod
    def missing(cls) -> str:
        """Return why this machine cannot run the backend, and the fix; empty if it can."""

    @abstractmethod
    def describe(self) -> str:
        """Return the library, its version and the device, in a few words."""

    @abstractmethod
    def xp(self) -> Namespace:
        """Return the array namespace."""

    def device(self) -> Any:
        """Return the device that arrays are made on; None is the library's own choice."""
        return None

    def asarray(self, array: np.ndarray) -> Array:
        """Return a host array on this device."""
        return self.xp().asarray(array, device=self.device())

    @abstractmethod
    def to_host(self, array: Array) -> np.ndarray:
        """Return an array of this backend as a NumPy array."""

    def open_runner(self) -> AbstractContextManager[Runner]:
        """Yield a runner until the block ends. Override to run several items at once; look only a few ahead.

        What is costly to start, threads and limits on a library's own, is started once a block and not once a tile.
        """
        return nullcontext(SerialRunner())

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield ``function`` of each item, in order, with a runner of its own."""
        with self.open_runner() as runner:
            yield from runner.map(function, items)

    def parallelism(self) -> int:
        """Return how many items a runner holds at once; the memory estimate asks for it."""
        return 1
