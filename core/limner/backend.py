"""The backend: whose arrays a run uses, and how its tiles are spread over the machine."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from limner.stage import Stage

if TYPE_CHECKING:
    import numpy as np

    from limner.namespace import Array

Item = TypeVar("Item")
Result = TypeVar("Result")


class Backend(Stage):
    """An array library on a device. Stages are written in the Python array API standard; this is all they lack."""

    tile: ClassVar[int] = 16_384
    """Samples in a tile. A constant: matrix products change their last bits with their width, pictures must not."""

    @classmethod
    @abstractmethod
    def missing(cls) -> str:
        """Why this machine cannot run the backend, and the mend; empty where it can."""

    @abstractmethod
    def describe(self) -> str:
        """The library, its version and the device, in a few words."""

    @abstractmethod
    def xp(self) -> Any:
        """The array namespace."""

    def device(self) -> Any:
        """The device that arrays are made on; None is the library's own choice."""
        return None

    def asarray(self, array: np.ndarray) -> Array:
        """A host array on this device."""
        return self.xp().asarray(array, device=self.device())

    @abstractmethod
    def to_host(self, array: Array) -> np.ndarray:
        """An array of this backend as a NumPy array."""

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """``function`` of each item, in order. Override to run several at once; look only a few items ahead."""
        return map(function, items)

    def parallelism(self) -> int:
        """How many items ``map`` holds at once; the memory estimate asks for it."""
        return 1
