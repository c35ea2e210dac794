"""The primitives of a backend for traced arrays."""

from __future__ import annotations

from typing import Any

from limner.arrays.autodiff.operation import Operation
from limner.arrays.autodiff.structural import take_with
from limner.arrays.autodiff.tape import Tape
from limner.arrays.namespace import namespace
from limner.arrays.primitives import Primitives


class TracedPrimitives(Primitives):
    """Records the primitives that have a derivative; the others are composed of these.

    The gradient of ``take`` uses the ``scatter_add`` of the backend too.

    Args:
        primitives: the primitives of the backend, which compute the results.
        tape: the tape that records.
    """

    def __init__(self, primitives: Primitives, tape: Tape) -> None:
        p, self._tape = primitives, tape
        tape.replace(take_with(p.scatter_add))

        def by_weights(dy: Any, y: Any, weights: Any, x: Any, *_: Any) -> Any:
            return p.outer(dy, x)

        def by_points(dy: Any, y: Any, weights: Any, x: Any, *_: Any) -> Any:
            return p.product(weights.T, dy)

        self._product = Operation("product", p.product, (by_weights, by_points))
        self._affine = Operation(
            "affine",
            p.affine,
            (by_weights, by_points, lambda dy, y, weights, x, bias: namespace(dy).sum(dy, axis=1)),
        )
        self._outer = Operation(
            "outer",
            p.outer,
            (lambda d, y, dy, x: p.product(d, x), lambda d, y, dy, x: p.product(d.T, dy)),
        )
        self._scatter_add = Operation(
            "scatter_add",
            p.scatter_add,
            (None, lambda dy, y, index, values, size: namespace(dy).take(dy, index, axis=1)),
        )

    def product(self, weights: Any, x: Any) -> Any:
        """Record and return ``weights @ x``."""
        return self._tape.record(self._product, weights, x)

    def affine(self, weights: Any, x: Any, bias: Any) -> Any:
        """Record and return ``weights @ x + bias``."""
        return self._tape.record(self._affine, weights, x, bias)

    def outer(self, dy: Any, x: Any) -> Any:
        """Record and return ``dy @ x.T``."""
        return self._tape.record(self._outer, dy, x)

    def scatter_add(self, index: Any, values: Any, size: int) -> Any:
        """Record and return the sums of values with the same index."""
        return self._tape.record(self._scatter_add, index, values, size)
