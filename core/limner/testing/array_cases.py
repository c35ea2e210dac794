"""The arrays that stages are tried with: NumPy's, read-only ones, and those of a library on a device of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from limner.arrays.namespace import device
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.stages.backend import Backend


class ArrayCase(ABC):
    """A kind of array: how one is made of a host array, and what to mend where a stage chokes on it."""

    name: str
    fix: ClassVar[str] = ""

    def missing(self) -> str:
        """Return why this machine cannot try the case; empty if it can."""
        return ""

    def dtypes(self) -> tuple[str, ...]:
        """Return the dtypes that these arrays have."""
        return ("float32", "float64")

    @abstractmethod
    def asarray(self, host: np.ndarray) -> Array:
        """Return a host array, copied, as an array of this case."""

    @abstractmethod
    def to_host(self, array: Array) -> np.ndarray:
        """Return an array of this case as a NumPy array."""

    def __repr__(self) -> str:
        return f"<array case {self.name}>"


class NumPyCase(ArrayCase):
    """NumPy's arrays; read-only ones give away a stage that writes into what it was handed."""

    def __init__(self, *, read_only: bool = False) -> None:
        self.name = "numpy_readonly" if read_only else "numpy"
        self.read_only = read_only

    def asarray(self, host: np.ndarray) -> Array:
        """A copy, read-only where that is the case."""
        array = np.array(host)
        array.flags.writeable = not self.read_only
        return array

    def to_host(self, array: Array) -> np.ndarray:
        """The array itself."""
        return np.asarray(array)


class StrictCase(ArrayCase):
    """array-api-strict: the Python array API standard and nothing else, on devices that refuse to mix."""

    fix: ClassVar[str] = (
        "use what the Python array API standard has, by way of namespace(x), "
        "and make constants with dtype=x.dtype, device=device(x)"
    )

    def __init__(self, name: str, device_name: str) -> None:
        self.name = name
        self.device_name = device_name

    def missing(self) -> str:
        """Whether array-api-strict is there, and has the device."""
        if find_spec("array_api_strict") is None:
            return f"array-api-strict is not installed, so no {self.name} arrays; pip install array-api-strict"
        import array_api_strict as xp

        try:
            xp.Device(self.device_name)
        except ValueError:
            return f"array-api-strict {xp.__version__} has no {self.device_name}; pip install -U array-api-strict"
        return ""

    def dtypes(self) -> tuple[str, ...]:
        """No float64 on the device that has none."""
        return ("float32",) if self.device_name == "no_float64" else super().dtypes()

    def asarray(self, host: np.ndarray) -> Array:
        """A copy on the device."""
        import array_api_strict as xp

        return xp.asarray(np.array(host), device=xp.Device(self.device_name))

    def to_host(self, array: Array) -> np.ndarray:
        """A copy from the device."""
        import array_api_strict as xp

        own: Any = array
        return np.array(own.to_device(xp.Device("CPU_DEVICE")))


class BackendCase(ArrayCase):
    """The arrays of a backend, registered under a name or handed in: its author can run every stage on it."""

    fix: ClassVar[str] = StrictCase.fix

    def __init__(self, backend: str | Backend) -> None:
        self.name = backend if isinstance(backend, str) else type(backend).__name__.lower()
        self._backend = None if isinstance(backend, str) else backend

    def missing(self) -> str:
        """Whether the backend is there, and runs here."""
        try:
            return type(self._loaded()).missing()
        except LimnerError as error:
            return str(error)

    def dtypes(self) -> tuple[str, ...]:
        """Return the dtypes that the backend keeps."""
        return tuple(d for d in super().dtypes() if self._keeps(d))

    def asarray(self, host: np.ndarray) -> Array:
        """Return a host array as an array of the backend."""
        return self._loaded().asarray(np.array(host))

    def to_host(self, array: Array) -> np.ndarray:
        """Return an array of the backend as a NumPy array."""
        return self._loaded().to_host(array)

    def _keeps(self, dtype: str) -> bool:
        try:
            return array_type(self.asarray(np.zeros(1, dtype=dtype)))[1] == dtype
        except (TypeError, ValueError, RuntimeError):  # what libraries raise for a dtype that a device has not
            return False

    def _loaded(self) -> Backend:
        from limner.registry.registry import registry
        from limner.stages.backend import Backend

        if self._backend is None:
            self._backend = registry().load("backend", self.name, Backend)()
        return self._backend


NUMPY = NumPyCase()
READ_ONLY = NumPyCase(read_only=True)
STRICT = StrictCase("strict", "CPU_DEVICE")
SECOND_DEVICE = StrictCase("strict_device1", "device1")
NO_FLOAT64 = StrictCase("strict_no_float64", "no_float64")  # as on Apple's GPUs
CASES: tuple[ArrayCase, ...] = (NUMPY, READ_ONLY, STRICT, SECOND_DEVICE, NO_FLOAT64)
"""What every stage is tried with."""


def array_type(array: Any) -> tuple[str, str, str]:
    """The library, dtype and device of an array, in words that compare."""
    return type(array).__module__.partition(".")[0], str(array.dtype).rpartition(".")[2], str(device(array))
