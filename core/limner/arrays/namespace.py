"""The array namespace of an array: stages write their maths once, against the Python array API standard."""

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
    """Return the module (``xp``) whose functions take these arrays.

    Raises:
        TypeError: the arrays are of different libraries, or of none.
    """
    kinds = {type(array) for array in arrays}
    if len(kinds) == 1:
        (kind,) = kinds
        if issubclass(kind, Traced):  # its namespace belongs to the tape that records it
            return _own(arrays[0])
        if kind not in _KNOWN:  # it follows from the type, and finding it takes longer than many a tile's operation
            _KNOWN[kind] = cast("Namespace", array_api_compat.array_namespace(*arrays))
        return _KNOWN[kind]
    for array in arrays:
        if isinstance(array, Traced):
            return _own(array)
    return cast("Namespace", array_api_compat.array_namespace(*arrays))


def _own(array: Any) -> Namespace:
    return cast("Namespace", array.__array_namespace__())


_KNOWN: dict[type, Namespace] = {}


def is_array(x: Any) -> bool:
    """Return whether this is an array, plain or traced, rather than a Python number, a dtype or a key."""
    return isinstance(x, Traced) or (not isinstance(x, type) and array_api_compat.is_array_api_obj(x))


def device(array: Array) -> Any:
    """Return the device that an array lies on, as ``device=`` takes it for constants."""
    return array_api_compat.device(array)


def total(arrays: Iterable[Array]) -> Array:
    """Return the sum of arrays, of which there is at least one."""
    return cast("Array", sum(arrays))


def empty_theta(like: Array) -> Array:
    """Return a θ without entries, of the library, dtype and device of ``like``: a gradient of no parameters."""
    return namespace(like).zeros((0,), dtype=like.dtype, device=device(like))


def to_host(array: Array) -> np.ndarray:
    """Return an array of any library and device as a NumPy array, for libraries of the host.

    It may be the array itself, and is not to be written into.
    """
    if isinstance(array, np.ndarray):
        return array
    try:
        return np.asarray(array_api_compat.to_device(array, "cpu"))
    except (TypeError, ValueError):  # a library that calls its host something else: what it makes arrays on by itself
        info = namespace(array).__array_namespace_info__()
        return np.asarray(array_api_compat.to_device(array, info.default_device()))


def from_host(host: np.ndarray, like: Array) -> Array:
    """Return a host array in the library, dtype and device of another array."""
    return namespace(like).asarray(np.array(host), dtype=like.dtype, device=device(like))
