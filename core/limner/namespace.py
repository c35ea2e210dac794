"""The array namespace of an array: stages write their maths once, against the Python array API standard."""

from __future__ import annotations

from typing import Any, TypeAlias

import array_api_compat

Array: TypeAlias = Any
"""An array of any library that speaks the Python array API standard (or is wrapped by array-api-compat)."""


def namespace(*arrays: Array) -> Any:
    """The module (``xp``) whose functions take these arrays.

    Raises:
        TypeError: the arrays are of different libraries, or of none.
    """
    kinds = {type(array) for array in arrays}
    if len(kinds) == 1:
        (kind,) = kinds
        if kind not in _KNOWN:  # it follows from the type, and finding it takes longer than many a tile's operation
            _KNOWN[kind] = array_api_compat.array_namespace(*arrays)
        return _KNOWN[kind]
    return array_api_compat.array_namespace(*arrays)


_KNOWN: dict[type, Any] = {}


def device(array: Array) -> Any:
    """The device that an array lies on, as ``device=`` wants it for constants."""
    return array_api_compat.device(array)


def empty_theta(like: Array) -> Array:
    """A θ of no entries in the namespace, dtype and device of ``like``: the gradient of a stage without parameters."""
    return namespace(like).zeros((0,), dtype=like.dtype, device=device(like))
