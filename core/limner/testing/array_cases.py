"""The arrays that stages are tested with: NumPy arrays, read-only ones, and arrays of other libraries and devices."""

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
    """A type of array to test stages with.

    Attributes:
        name: the name that check ids contain.
        fix: the usual fix for a stage that fails with these arrays.
    """

    name: str
    fix: ClassVar[str] = ""

    def missing(self) -> str:
        """Return why this machine cannot test the case, or an empty string if it can."""
        return ""

    def dtypes(self) -> tuple[str, ...]:
        """Return the floating-point dtypes that these arrays support."""
        return ("float32", "float64")

    @abstractmethod
    def asarray(self, host: np.ndarray) -> Array:
        """Return a copy of a host array as an array of this case."""

    @abstractmethod
    def to_host(self, array: Array) -> np.ndarray:
        """Return an array of this case as a NumPy array."""

    def __repr__(self) -> str:
        return f"<array case {self.name}>"


class NumPyCase(ArrayCase):
    """NumPy arrays; read-only ones reveal a stage that writes into its inputs."""

    def __init__(self, *, read_only: bool = False) -> None:
        self.name = "numpy_readonly" if read_only else "numpy"
        self.read_only = read_only

    def asarray(self, host: np.ndarray) -> Array:
        """Return a copy of a host array, read-only if the case is."""
        array = np.array(host)
        array.flags.writeable = not self.read_only
        return array

    def to_host(self, array: Array) -> np.ndarray:
        """Return the array itself."""
        return np.asarray(array)


class StrictCase(ArrayCase):
    """Arrays of array-api-strict: the Python array API standard alone, on devices that refuse to mix."""

    fix: ClassVar[str] = (
        "use only functions of the Python array API standard, from namespace(x), "
        "and create constants with dtype=x.dtype, device=device(x)"
    )

    def __init__(self, name: str, device_name: str) -> None:
        self.name = name
        self.device_name = device_name

    def missing(self) -> str:
        """Return which package or device is missing, or an empty string."""
        if find_spec("array_api_strict") is None:
            return (
                f"array-api-strict is not installed, so {self.name} arrays are not tested; pip install array-api-strict"
            )
        import array_api_strict as xp

        try:
            xp.Device(self.device_name)
        except ValueError:
            return f"array-api-strict {xp.__version__} has no {self.device_name}; pip install -U array-api-strict"
        return ""

    def dtypes(self) -> tuple[str, ...]:
        """Return float32 and, unless the device lacks it, float64."""
        return ("float32",) if self.device_name == "no_float64" else super().dtypes()

    def asarray(self, host: np.ndarray) -> Array:
        """Return a copy of a host array on the device."""
        import array_api_strict as xp

        return xp.asarray(np.array(host), device=xp.Device(self.device_name))

    def to_host(self, array: Array) -> np.ndarray:
        """Return a copy of the array on the host."""
        import array_api_strict as xp

        strict_array: Any = array
        return np.array(strict_array.to_device(xp.Device("CPU_DEVICE")))


class BackendCase(ArrayCase):
    """Arrays of a backend, given by name or as an instance, so that its author can test every stage on it."""

    fix: ClassVar[str] = StrictCase.fix

    def __init__(self, backend: str | Backend) -> None:
        self.name = backend if isinstance(backend, str) else type(backend).__name__.lower()
        self._backend = None if isinstance(backend, str) else backend

    def missing(self) -> str:
        """Return why the backend does not run here, or an empty string if it does."""
        try:
            return type(self._loaded()).missing()
        except LimnerError as error:
            return str(error)

    def dtypes(self) -> tuple[str, ...]:
        """Return the floating-point dtypes that survive the transfer to the backend."""
        return tuple(d for d in super().dtypes() if self._supports(d))

    def asarray(self, host: np.ndarray) -> Array:
        """Return a host array as an array of the backend."""
        return self._loaded().asarray(np.array(host))

    def to_host(self, array: Array) -> np.ndarray:
        """Return an array of the backend as a NumPy array."""
        return self._loaded().to_host(array)

    def _supports(self, dtype: str) -> bool:
        try:
            return array_type(self.asarray(np.zeros(1, dtype=dtype)))[1] == dtype
        except (TypeError, ValueError, RuntimeError):  # what libraries raise for a dtype that a device lacks
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
"""The cases that every stage is tested with by default."""


def library_name(kind: tuple[str, str, str]) -> str:
    """Return the name of the library in a result of ``array_type``, as its documentation spells it."""
    module = kind[0]
    return {"numpy": "NumPy", "cupy": "CuPy", "torch": "PyTorch"}.get(module, module.replace("_", "-"))


def array_type(array: Any) -> tuple[str, str, str]:
    """Return the library, dtype and device of an array as strings that can be compared."""
    return type(array).__module__.partition(".")[0], str(array.dtype).rpartition(".")[2], str(device(array))
