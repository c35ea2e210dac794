"""Operations: functions of arrays, each with the derivative by every argument."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from limner.arrays.array import Array


from limner.arrays.traced import Traced

Derivative: TypeAlias = Callable[..., Any]
"""``derivative(dy, y, *arguments, **options)``: the gradient of one argument, from that of the output.

It may have the shape of ``dy`` where the argument was broadcast: the tape sums it over the axes that were stretched.
"""


@dataclass(frozen=True)
class Operation:
    """A row of the table of operations.

    Attributes:
        name: its name in messages; in the table, that of the array API standard.
        value: computes the output from plain arrays.
        derivatives: one for each array argument, in order; None for an argument without a derivative, such as an index.
        of_list: whether its first argument is a list of arrays. Then ``derivatives`` holds one function, of
            ``(dy, y, i, arrays, **options)``, which returns the gradient of the i-th array.
    """

    name: str
    value: Callable[..., Any]
    derivatives: tuple[Derivative | None, ...] = ()
    of_list: bool = False

    def has_derivative(self, i: int) -> bool:
        """Whether there is a derivative by the i-th array argument, or by the i-th array of the list."""
        i = 0 if self.of_list else i
        return i < len(self.derivatives) and self.derivatives[i] is not None

    def __call__(self, *arguments: Any, **options: Any) -> Array:
        """Compute the output; if an argument is traced, the tape records the operation."""
        first = arguments[0] if self.of_list and arguments else arguments
        for argument in first:
            if isinstance(argument, Traced):
                recorded: Array = argument.tape.record(self, *arguments, **options)
                return recorded
        y: Array = self.value(*arguments, **options)
        return y


def operation(value: Callable[..., Any], *derivatives: Derivative | None, name: str = "") -> Operation:
    """Return a function with derivatives of its own, for use in ``forward``.

    The tape then differentiates it as one step. Example, a step that has a slope nevertheless::

        hard_step = operation(
            lambda x: namespace(x).astype(x > 0, x.dtype),
            lambda dy, y, x: dy / (1.0 + x * x),
        )

    Args:
        value: a function of arrays that returns one array.
        derivatives: for each argument ``(dy, y, *arguments, **options) -> gradient``, or None if it has none.
        name: its name in messages; the name of ``value`` if omitted.
    """
    return Operation(name or getattr(value, "__name__", "operation"), value, derivatives)
