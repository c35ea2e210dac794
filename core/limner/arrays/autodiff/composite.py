"""Functions of the standard that are composed of other operations, and so need no derivative."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

from limner.arrays.namespace import namespace


def _var(x: Any, *, axis: Any = None, correction: float = 0.0, keepdims: bool = False) -> Any:
    xp = namespace(x)
    deviation = x - xp.mean(x, axis=axis, keepdims=True)
    total = xp.sum(deviation * deviation, axis=axis, keepdims=keepdims)
    return total / (prod(x.shape) / max(1, prod(total.shape)) - correction)


def _std(x: Any, **options: Any) -> Any:
    return namespace(x).sqrt(_var(x, **options))


def _vecdot(a: Any, b: Any, *, axis: int = -1) -> Any:
    return namespace(a, b).sum(a * b, axis=axis)


def _unstack(x: Any, *, axis: int = 0) -> tuple[Any, ...]:
    return tuple(x[(*(slice(None),) * (axis % x.ndim), i, ...)] for i in range(x.shape[axis]))


def _tile(x: Any, repetitions: Sequence[int]) -> Any:
    xp = namespace(x)
    repetitions = (1,) * (x.ndim - len(repetitions)) + tuple(repetitions)
    x = xp.reshape(x, (1,) * (len(repetitions) - x.ndim) + x.shape)
    for axis, count in enumerate(repetitions):
        if count != 1:
            x = xp.concat([x] * count, axis=axis)
    return x


def _broadcast_arrays(*arrays: Any) -> list[Any]:
    xp, total = namespace(*arrays), arrays[0]
    for array in arrays[1:]:
        total = total + 0 * array
    return [xp.broadcast_to(array, total.shape) for array in arrays]


COMPOSITES: Mapping[str, Callable[..., Any]] = {
    "var": _var,
    "std": _std,
    "vecdot": _vecdot,
    "unstack": _unstack,
    "tile": _tile,
    "broadcast_arrays": _broadcast_arrays,
}
