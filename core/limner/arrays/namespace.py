"""The array namespace of an array, with which stages are written once for all array libraries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import array_api_compat
import numpy as np

from limner.arrays.array import Array
from limner.arrays.standard import Namespace
from limner.arrays.traced import Traced

__all__ = ["Array", "device", "empty_theta", "from_host", "is_array", "namespace", "to_host", "total"]


def namespace(*arrays: Array) -> Namespace:
    """Return the module, ``xp``, whose functions take these arrays, by the Python array API standard.

    Raises:
        TypeError: the arrays are from different libraries, or not arrays.
    """
    kinds = {type(array) for array in arrays}
    if len(kinds) == 1:
        (kind,) = kinds
        if issubclass(kind, Traced):  # its namespace depends on the tape that records it
            return _namespace_of(arrays[0])
        if kind not in _KNOWN:  # cached by type, because the search takes longer than many operations
            _KNOWN[kind] = cast("Namespace", array_api_compat.array_namespace(*arrays))
        return _KNOWN[kind]
    for array in arrays:
        if isinstance(array, Traced):
            return _namespace_of(array)
    return cast("Namespace", array_api_compat.array_namespace(*arrays))


def _namespace_of(array: Any) -> Namespace:
    return cast("Namespace", array.__array_namespace__())


_KNOWN: dict[type, Namespace] = {}


def is_array(x: Any) -> bool:
    """Return whether a value is an array, plain or traced, not a Python number, a dtype or a key."""
    return isinstance(x, Traced) or (not isinstance(x, type) and array_api_compat.is_array_api_obj(x))


def device(array: Array) -> Any:
    """Return the device of an array, to pass as ``device=`` when making constants."""
    return array_api_compat.device(array)


def total(arrays: Iterable[Array]) -> Array:
    """Return the sum of one or more arrays."""
    return cast("Array", sum(arrays))


def empty_theta(like: Array) -> Array:
    """Return an empty θ with the library, dtype and device of ``like``, the gradient of a stage without parameters."""
    return namespace(like).zeros((0,), dtype=like.dtype, device=device(like))


def to_host(array: Array) -> np.ndarray:
    """Return an array of any library and device as a NumPy array.

    The result may share memory with the array: callers must not write into it.
    """
    if isinstance(array, np.ndarray):
        return array
    try:
        return np.asarray(array_api_compat.to_device(array, "cpu"))
    except (TypeError, ValueError):  # a library whose host is not called "cpu": use its default device
        info = namespace(array).__array_namespace_info__()
        return np.asarray(array_api_compat.to_device(array, info.default_device()))


def from_host(host: np.ndarray, like: Array) -> Array:
    """Return a NumPy array as an array with the library, dtype and device of ``like``."""
    return namespace(like).asarray(np.array(host), dtype=like.dtype, device=device(like))
