"""Operations that rearrange or reduce arrays, and matrix products, with their derivatives."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from limner.arrays.autodiff.elementwise import row
from limner.arrays.autodiff.gradients import SlicedGradient
from limner.arrays.autodiff.operation import Operation
from limner.arrays.autodiff.tracing_errors import tracing_error
from limner.arrays.namespace import device, namespace
from limner.arrays.primitives import scatter_add


def _axes(axis: int | Sequence[int] | None, ndim: int) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(ndim))
    return tuple(a % ndim for a in ((axis,) if isinstance(axis, int) else axis))


def _with_kept_axes(reduced: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    """Return the result of a reduction with the reduced axes kept, to broadcast against its input."""
    if keepdims:
        return reduced
    shape = tuple(1 if a in _axes(axis, x.ndim) else length for a, length in enumerate(x.shape))
    return namespace(reduced).reshape(reduced, shape)


def _sum_gradient(dy: Any, y: Any, x: Any, *, axis: Any = None, keepdims: bool = False, **_: Any) -> Any:
    return namespace(dy).broadcast_to(_with_kept_axes(dy, x, axis, keepdims), x.shape)


def _mean_gradient(dy: Any, y: Any, x: Any, *, axis: Any = None, keepdims: bool = False, **_: Any) -> Any:
    count = prod(x.shape[a] for a in _axes(axis, x.ndim))
    return namespace(dy).broadcast_to(_with_kept_axes(dy, x, axis, keepdims) / count, x.shape)


def _extremum_gradient(dy: Any, y: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Return the gradient of max or min: it goes to the extreme number; equal numbers share it."""
    xp = namespace(dy)
    hit = xp.astype(x == _with_kept_axes(y, x, axis, keepdims), dy.dtype)
    return _with_kept_axes(dy, x, axis, keepdims) * hit / xp.sum(hit, axis=axis, keepdims=True)


def _prod_gradient(dy: Any, y: Any, x: Any, *, axis: Any = None, keepdims: bool = False, **_: Any) -> Any:
    """Return ``dy`` times the product of the other factors; if one factor is 0, only it has a gradient."""
    xp = namespace(x)
    zero = xp.astype(x == 0, x.dtype)
    count = xp.sum(zero, axis=axis, keepdims=True)
    others = xp.prod(x + zero, axis=axis, keepdims=True) / (x + zero)
    return _with_kept_axes(dy, x, axis, keepdims) * others * xp.astype(count == zero, x.dtype)


def _cumulative_sum_gradient(
    dy: Any, y: Any, x: Any, *, axis: int | None = None, include_initial: bool = False, **_: Any
) -> Any:
    xp, axis = namespace(dy), axis or 0
    if include_initial:
        dy = dy[(*(slice(None),) * (axis % x.ndim), slice(1, None), ...)]
    return xp.flip(xp.cumulative_sum(xp.flip(dy, axis=axis), axis=axis), axis=axis)


REDUCTIONS = (
    row("sum", _sum_gradient),
    row("mean", _mean_gradient),
    row("prod", _prod_gradient),
    row("max", _extremum_gradient),
    row("min", _extremum_gradient),
    row("cumulative_sum", _cumulative_sum_gradient),
    *(row(name) for name in ("all", "any", "argmax", "argmin", "argsort", "count_nonzero", "searchsorted")),
)


def _reshape_gradient(dy: Any, y: Any, x: Any, *_: Any, **__: Any) -> Any:
    return namespace(dy).reshape(dy, x.shape)


def _roll_gradient(dy: Any, y: Any, x: Any, shift: Any, *, axis: Any = None) -> Any:
    back = -shift if isinstance(shift, int) else tuple(-s for s in shift)
    return namespace(dy).roll(dy, back, axis=axis)


def _permute_gradient(dy: Any, y: Any, x: Any, axes: Sequence[int]) -> Any:
    back = sorted(range(len(axes)), key=lambda a: axes[a] % len(axes))
    return namespace(dy).permute_dims(dy, tuple(back))


def _take(x: Any, index: Any, *, axis: int | None = None) -> Any:
    if getattr(index, "ndim", None) != 1:
        raise tracing_error("take needs an index with one axis; flatten the index and reshape the result")
    if axis is None and x.ndim != 1:
        raise tracing_error("take needs an axis; pass axis=0, for example")
    return namespace(x).take(x, index, axis=axis)


def take_with(add: Callable[[Any, Any, int], Any]) -> Operation:
    """Return the operation ``take``, whose gradient uses ``add`` to sum over equal indices."""

    def scattered(dy: Any, y: Any, x: Any, index: Any, *, axis: int | None = None) -> Any:
        xp, axis = namespace(x), (0 if axis is None else axis) % x.ndim
        rows, index = xp.moveaxis(dy, axis, -1), xp.where(index < 0, index + x.shape[axis], index)
        flat = add(index, xp.reshape(rows, (-1, index.shape[0])), x.shape[axis])
        return xp.moveaxis(xp.reshape(flat, (*rows.shape[:-1], x.shape[axis])), -1, axis)

    return row("take", scattered, None, value=_take)


def _concat_gradient(dy: Any, y: Any, i: int, arrays: Sequence[Any], *, axis: int | None = 0) -> Any:
    if axis is None:
        start = sum(prod(array.shape) for array in arrays[:i])
        return namespace(dy).reshape(dy[start : start + prod(arrays[i].shape)], arrays[i].shape)
    start = sum(array.shape[axis] for array in arrays[:i])
    return dy[(*(slice(None),) * (axis % dy.ndim), slice(start, start + arrays[i].shape[axis]), ...)]


def _stack_gradient(dy: Any, y: Any, i: int, arrays: Sequence[Any], *, axis: int = 0) -> Any:
    return dy[(*(slice(None),) * (axis % dy.ndim), i, ...)]


def _of_list(name: str) -> Callable[..., Any]:
    return lambda arrays, **options: getattr(namespace(*arrays), name)(arrays, **options)


def _astype_gradient(dy: Any, y: Any, x: Any, dtype: Any, **_: Any) -> Any:
    xp = namespace(x)
    return xp.astype(dy, x.dtype) if xp.isdtype(dtype, "real floating") else xp.zeros_like(x)


def _triangular_part(name: str) -> Operation:
    return row(name, lambda dy, y, x, *, k=0: getattr(namespace(dy), name)(dy, k=k))


SHAPES = (
    row("reshape", _reshape_gradient),
    row("squeeze", _reshape_gradient),
    row("expand_dims", _reshape_gradient),
    row("broadcast_to", lambda dy, y, x, shape: dy),
    row("flip", lambda dy, y, x, *, axis=None: namespace(dy).flip(dy, axis=axis)),
    row("roll", _roll_gradient),
    row("permute_dims", _permute_gradient),
    row("moveaxis", lambda dy, y, x, source, destination: namespace(dy).moveaxis(dy, destination, source)),
    row("matrix_transpose", lambda dy, y, x: namespace(dy).matrix_transpose(dy)),
    row("astype", _astype_gradient),
    take_with(scatter_add),
    row("getitem", lambda dy, y, x, key: SlicedGradient(key, dy), value=operator.getitem),
    _triangular_part("tril"),
    _triangular_part("triu"),
    Operation(
        "concat",
        lambda arrays, **options: namespace(*arrays).concat(arrays, **options),
        (_concat_gradient,),
        of_list=True,
    ),
    Operation(
        "stack", lambda arrays, **options: namespace(*arrays).stack(arrays, **options), (_stack_gradient,), of_list=True
    ),
)


def _matmul_left_gradient(dy: Any, y: Any, a: Any, b: Any) -> Any:
    xp = namespace(dy)
    if b.ndim == 1:
        return dy[..., None] * b if a.ndim > 1 else dy * b
    return dy @ xp.matrix_transpose(b) if a.ndim > 1 else xp.sum(b * dy[..., None, :], axis=-1)


def _matmul_right_gradient(dy: Any, y: Any, a: Any, b: Any) -> Any:
    xp = namespace(dy)
    if a.ndim == 1:
        return a[:, None] * dy[..., None, :] if b.ndim > 1 else dy * a
    if b.ndim == 1:
        return xp.sum(xp.reshape(a * dy[..., None], (-1, a.shape[-1])), axis=0)
    return xp.matrix_transpose(a) @ dy


PRODUCTS = (row("matmul", _matmul_left_gradient, _matmul_right_gradient, value=operator.matmul),)


def unbroadcast(gradient: Any, like: Any) -> Any:
    """Return a gradient in the shape and dtype of its array, summed over broadcast axes."""
    xp = namespace(like)
    if gradient.shape != like.shape:
        extra = gradient.ndim - like.ndim
        if extra > 0:
            gradient = xp.sum(gradient, axis=tuple(range(extra)))
        axes = tuple(a for a, n in enumerate(like.shape) if n == 1 and gradient.shape[a] != 1)
        if axes:
            gradient = xp.sum(gradient, axis=axes, keepdims=True)
        if gradient.shape != like.shape:
            gradient = xp.broadcast_to(gradient, like.shape) + xp.zeros_like(like)
    return gradient if gradient.dtype == like.dtype else xp.astype(gradient, like.dtype)


def zeros_like(array: Any) -> Any:
    """Return zeros with the shape, dtype and device of an array."""
    return namespace(array).zeros(array.shape, dtype=array.dtype, device=device(array))
