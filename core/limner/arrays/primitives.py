"""Operations that the array API standard lacks or makes slow, written in the standard for backends to override."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from limner.arrays.namespace import device, namespace

if TYPE_CHECKING:
    from limner.arrays.namespace import Array

Item = TypeVar("Item")
Result = TypeVar("Result")
Taps: TypeAlias = tuple[tuple[int, int, int], ...]
"""The positions of a kernel's taps, in nested levels: each has a count, and the step in rows and columns."""


class Primitives:
    """Portable operations. A backend inherits them and overrides those that its library can do faster."""

    def product(self, weights: Array, x: Array) -> Array:
        """Return ``weights @ x``, a new array, for weights ``(c, k)`` and many points x, ``(k, n)``."""
        return weights @ x

    def affine(self, weights: Array, x: Array, bias: Array) -> Array:
        """Return ``weights @ x + bias``, a new array, for weights ``(c, k)``, x ``(k, n)`` and bias ``(c,)``."""
        z = self.product(weights, x)
        z += bias[:, None]  # in place: the product is a new array
        return z

    def outer(self, dy: Array, x: Array) -> Array:
        """Return ``dy @ x.T``, a sum over many points, for dy ``(c, n)`` and x ``(k, n)``."""
        return dy @ x.T

    def write_outer(self, flat: Array, start: int, dy: Array, x: Array) -> None:
        """Write ``dy @ x.T`` into the vector ``flat`` from index ``start`` on, row by row."""
        sums = self.outer(dy, x)
        stop = start + sums.shape[0] * sums.shape[1]
        flat[start:stop] = namespace(sums).reshape(sums, (-1,))

    def scatter_add(self, index: Array, values: Array, size: int) -> Array:
        """Return the sums ``(f, size)`` of values ``(f, m)`` with the same index, integers ``(m,)``, 0 to size - 1."""
        return scatter_add(index, values, size)

    def convolve(self, weights: Array, x: Array, taps: Taps, n: int) -> Array:
        """Return the convolution of x, ``(rows, columns)``, with a kernel, a new array ``(d, n)``.

        Each tap multiplies its weights, ``(d, k)`` of ``(d, *counts, k)``, by k rows and n columns of x from its
        position; the result is the sum of the products. Pictures are arranged in rows of x with zeros between them.
        """
        y: Array | None = None
        k = weights.shape[-1]
        for at, row, column in tap_offsets(taps):
            part = self.product(weights[:, *at, :], x[row : row + k, column : column + n])
            y = part if y is None else y + part
        assert y is not None, "a kernel has at least one tap"
        return y

    def write_kernel_gradient(self, flat: Array, start: int, dy: Array, x: Array, taps: Taps, k: int) -> None:
        """Write the weights' gradient, ``(d, *counts, k)``, for dy ``(d, n)``, into ``flat`` from ``start`` on."""
        xp, n = namespace(dy), dy.shape[1]
        sums = [self.outer(dy, x[row : row + k, column : column + n]) for _, row, column in tap_offsets(taps)]
        flat[start : start + dy.shape[0] * len(sums) * k] = xp.reshape(xp.stack(sums, axis=1), (-1,))

    def parallel_map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """Return the result of ``function`` for each item, in order; backends may run items in parallel.

        Items are few, large parts of the work of one stage. Inside a tile of a runner, they run one after the other in
        the thread of that tile.
        """
        return list(map(function, items))


def scatter_add(index: Array, values: Array, size: int) -> Array:
    """Return the sums ``(f, size)`` of the values ``(f, m)`` with the same index ``(m,)``, from 0 to size - 1.

    The standard has no such function: this sorts by index, computes the cumulative sum and takes differences. The
    result has the rounding error of the cumulative sum, so backends override this if their library has the operation.
    """
    xp = namespace(values)
    order = xp.argsort(index, stable=True)
    running = xp.cumulative_sum(xp.take(values, order, axis=1), axis=1, include_initial=True)
    starts = xp.arange(size + 1, dtype=index.dtype, device=device(index))
    ends = xp.searchsorted(xp.take(index, order), starts)
    sums = xp.take(running, ends, axis=1)
    return sums[:, 1:] - sums[:, :-1]


def tap_offsets(taps: Taps) -> Iterator[tuple[tuple[int, ...], int, int]]:
    """Yield each tap: its number on each level, and the row and column of its position."""
    for at in product(*(range(count) for count, _, _ in taps)):
        steps = [(i * row, i * column) for i, (_, row, column) in zip(at, taps, strict=True)]
        yield at, sum(row for row, _ in steps), sum(column for _, column in steps)


STANDARD_PRIMITIVES = Primitives()
"""The portable operations, for stages that are called without a backend."""
