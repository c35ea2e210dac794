"""Operations: functions of arrays with their derivatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from limner.arrays.array import Array


from limner.arrays.traced import Traced

Derivative: TypeAlias = Callable[..., Any]
"""``derivative(dy, y, *arguments, **options)``: returns the gradient of one argument, given that of the output.

If the argument was broadcast, the result may have the shape of ``dy``: the tape sums it over the broadcast axes.
"""


@dataclass(frozen=True)
class Operation:
    """A function of arrays that a tape can record and differentiate.

    Attributes:
        name: its name in messages; for functions of the array API standard, their name there.
        value: computes the output from plain arrays.
        derivatives: one per array argument, in order; None for arguments without a derivative, such as an index.
        of_list: whether its first argument is a list of arrays. If so, ``derivatives`` holds one function, of
            ``(dy, y, i, arrays, **options)``, which returns the gradient of the i-th array.
    """

    name: str
    value: Callable[..., Any]
    derivatives: tuple[Derivative | None, ...] = ()
    of_list: bool = False

    def has_derivative(self, i: int) -> bool:
        """Return whether there is a derivative for the i-th array argument, or for the i-th array of the list."""
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
    """Return a function with custom derivatives, for use in ``forward``.

    The tape differentiates it as one step. Example, a step function with a surrogate gradient::

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
