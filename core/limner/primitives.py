"""What the Python array API standard lacks, or leaves slow: each written in the standard, for backends to override."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from limner.namespace import namespace
from limner.scatter import scatter_add

if TYPE_CHECKING:
    from limner.namespace import Array

Item = TypeVar("Item")
Result = TypeVar("Result")


class Primitives:
    """A few operations; a backend inherits them and overrides those that its library has a better way for."""

    def product(self, weights: Array, x: Array) -> Array:
        """``weights @ x``, a new array: weights ``(c, k)``, few; x ``(k, n)``, many points."""
        return weights @ x

    def outer(self, dy: Array, x: Array) -> Array:
        """``dy @ x.T``, summed over many points: dy ``(c, n)``, x ``(k, n)``."""
        return dy @ x.T

    def put_outer(self, flat: Array, start: int, dy: Array, x: Array) -> None:
        """The same, written into a vector from a place on, row by row."""
        sums = self.outer(dy, x)
        stop = start + sums.shape[0] * sums.shape[1]
        flat[start:stop] = namespace(sums).reshape(sums, (-1,))

    def scatter_add(self, index: Array, values: Array, size: int) -> Array:
        """The sums, ``(f, size)``, of the values ``(f, m)`` that share an index: integers ``(m,)``, 0 to size - 1."""
        return scatter_add(index, values, size)

    def spread(self, function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """``function`` of each item, in order: pieces of one stage's work, few and large; side by side where that pays.

        What is asked for within a tile of a runner is done by its thread, one after the other.
        """
        return list(map(function, items))


PLAIN = Primitives()
"""The standard alone, for a stage that is called on its own."""
