"""What the Python array API standard lacks, or leaves slow: each written in the standard, for backends to override."""

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
"""Where a kernel's taps look, level within level: how many there are, and the rows and columns from one to the next."""


class Primitives:
    """A few operations; a backend inherits them and overrides those that its library has a better way for."""

    def product(self, weights: Array, x: Array) -> Array:
        """``weights @ x``, a new array: weights ``(c, k)``, few; x ``(k, n)``, many points."""
        return weights @ x

    def affine(self, weights: Array, x: Array, bias: Array) -> Array:
        """``weights @ x + bias``, a new array: weights ``(c, k)``, x ``(k, n)``, bias ``(c,)``."""
        z = self.product(weights, x)
        z += bias[:, None]  # in place: the product is a new array
        return z

    def outer(self, dy: Array, x: Array) -> Array:
        """``dy @ x.T``, summed over many points: dy ``(c, n)``, x ``(k, n)``."""
        return dy @ x.T

    def write_outer(self, flat: Array, start: int, dy: Array, x: Array) -> None:
        """The same, written into a vector from a place on, row by row."""
        sums = self.outer(dy, x)
        stop = start + sums.shape[0] * sums.shape[1]
        flat[start:stop] = namespace(sums).reshape(sums, (-1,))

    def scatter_add(self, index: Array, values: Array, size: int) -> Array:
        """The sums, ``(f, size)``, of the values ``(f, m)`` that share an index: integers ``(m,)``, 0 to size - 1."""
        return scatter_add(index, values, size)

    def convolve(self, weights: Array, x: Array, taps: Taps, n: int) -> Array:
        """A kernel slid along the columns of x ``(rows, columns)``, a new array ``(d, n)``.

        Each tap has weights ``(d, k)`` of ``(d, *counts, k)``, and sees k rows and n columns from where it looks:
        the sum of their products. It is a convolution, of pictures that lie in a row with zeros between.
        """
        y: Array | None = None
        k = weights.shape[-1]
        for at, row, column in tap_offsets(taps):
            part = self.product(weights[:, *at, :], x[row : row + k, column : column + n])
            y = part if y is None else y + part
        assert y is not None, "a kernel has a tap"
        return y

    def write_kernel_gradient(self, flat: Array, start: int, dy: Array, x: Array, taps: Taps, k: int) -> None:
        """The gradient of the weights, ``(d, *counts, k)``, for dy ``(d, n)``, written into a vector as above."""
        xp, n = namespace(dy), dy.shape[1]
        sums = [self.outer(dy, x[row : row + k, column : column + n]) for _, row, column in tap_offsets(taps)]
        flat[start : start + dy.shape[0] * len(sums) * k] = xp.reshape(xp.stack(sums, axis=1), (-1,))

    def parallel_map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """``function`` of each item, in order: pieces of one stage's work, few and large; side by side where that pays.

        What is asked for within a tile of a runner is done by its thread, one after the other.
        """
        return list(map(function, items))


def scatter_add(index: Array, values: Array, size: int) -> Array:
    """Return the sums ``(f, size)`` of the values ``(f, m)`` that share an index ``(m,)``, from 0 to size - 1.

    The standard lacks it: sort, sum up, and take differences.

    Sums run over all values in the order of their indices, so they carry the rounding of the whole: backends that
    have an instruction for it override this.
    """
    xp = namespace(values)
    order = xp.argsort(index, stable=True)
    running = xp.cumulative_sum(xp.take(values, order, axis=1), axis=1, include_initial=True)
    starts = xp.arange(size + 1, dtype=index.dtype, device=device(index))
    ends = xp.searchsorted(xp.take(index, order), starts)
    sums = xp.take(running, ends, axis=1)
    return sums[:, 1:] - sums[:, :-1]


def tap_offsets(taps: Taps) -> Iterator[tuple[tuple[int, ...], int, int]]:
    """Each tap's number on each level, and the row and column that it looks from."""
    for at in product(*(range(count) for count, _, _ in taps)):
        steps = [(i * row, i * column) for i, (_, row, column) in zip(at, taps, strict=True)]
        yield at, sum(row for row, _ in steps), sum(column for _, column in steps)


STANDARD_PRIMITIVES = Primitives()
"""The standard alone, for a stage that is called on its own."""
