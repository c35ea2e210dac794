"""The tape: records the operations of a function, and runs them backwards to compute gradients.

Reverse-mode differentiation: see A. Griewank and A. Walther, "Evaluating Derivatives", 2008, chapter 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from limner.arrays.autodiff.gradients import GradientSums, SlicedGradient
from limner.arrays.autodiff.namespace import TracedNamespace
from limner.arrays.autodiff.operation import Operation
from limner.arrays.autodiff.operators import Operators
from limner.arrays.autodiff.structural import unbroadcast, zeros_like
from limner.arrays.autodiff.table import OPERATIONS
from limner.arrays.autodiff.tracing_errors import tracing_error
from limner.arrays.namespace import device, is_array, namespace


class _Step(NamedTuple):
    """A recorded operation on plain arrays; ``inputs`` has the index and the place of each traced argument."""

    row: Operation
    inputs: tuple[tuple[int, int], ...]
    arguments: tuple[Any, ...]
    options: dict[str, Any]
    y: Any


class Tape:
    """Records operations on traced arrays.

    The ``place`` of an array is its number: variables come first, then the output of each recorded operation. Arrays
    that do not depend on a variable have no place; their operations are computed but not recorded.
    """

    def __init__(self) -> None:
        self._steps: list[_Step] = []
        self._variables: list[Any] = []
        self._replaced: dict[str, Operation] = {}

    def replace(self, row: Operation) -> None:
        """Replace the operation of the same name by ``row``, for example by a faster one of a backend."""
        self._replaced[row.name] = row

    def variable(self, value: Any) -> TracedArray:
        """Return a traced array to differentiate with respect to.

        Raises:
            ValueError: an operation has already been recorded.
        """
        if self._steps:
            raise ValueError("variables must be created before any operation")
        self._variables.append(value)
        return TracedArray(value, self, len(self._variables) - 1)

    @property
    def has_variables(self) -> bool:
        """Whether there are variables."""
        return bool(self._variables)

    def constant(self, value: Any) -> TracedArray:
        """Return a traced array that is not differentiated."""
        return TracedArray(value, self, None)

    def record(self, row: Operation, *arguments: Any, **options: Any) -> TracedArray:
        """Compute and return the output of an operation; record it if an argument depends on a variable."""
        row = self._replaced.get(row.name, row)
        traced = arguments[0] if row.of_list else arguments
        plain = [_plain(a) for a in traced]
        values = (plain, *arguments[1:]) if row.of_list else tuple(plain)
        if any(isinstance(option, TracedArray) for option in options.values()):
            raise tracing_error(f"{row.name} gets an array as a keyword argument; pass it by position")
        y = row.value(*values, **options)
        places = [(i, a.place) for i, a in enumerate(traced) if isinstance(a, TracedArray) and a.place is not None]
        inputs = tuple((i, place) for i, place in places if row.has_derivative(i))
        if not inputs:
            return TracedArray(y, self, None)
        self._steps.append(_Step(row, inputs, values, options, y))
        return TracedArray(y, self, len(self._variables) + len(self._steps) - 1)

    def gradients(self, y: Any, dy: Any) -> list[Any]:
        """Return the gradient of each variable, in order, given an output's gradient; zeros if there is no dependence.

        The tape is unchanged, so this can be called again with another ``dy``.
        """
        count = len(self._variables)
        sums, last = GradientSums(), -1
        if isinstance(y, TracedArray) and y.place is not None:
            last = y.place
            sums.add(last, dy)
        for place in range(last, count - 1, -1):
            gradient = sums.pop(place)
            if gradient is not None:
                self._backward(self._steps[place - count], gradient, sums)
        gradients = [sums.pop(place) for place in range(count)]
        return [zeros_like(x) if g is None else g for g, x in zip(gradients, self._variables, strict=True)]

    def _backward(self, step: _Step, dy: Any, sums: GradientSums) -> None:
        """Add the gradients of an operation's inputs to the sums."""
        for i, place in step.inputs:
            if step.row.of_list:
                like = step.arguments[0][i]
                gradient = step.row.derivatives[0](dy, step.y, i, *step.arguments, **step.options)  # type: ignore[misc]
            else:
                like = step.arguments[i]
                gradient = step.row.derivatives[i](dy, step.y, *step.arguments, **step.options)  # type: ignore[misc]
            if isinstance(gradient, SlicedGradient):
                sums.add_part(place, gradient, like)
            else:
                sums.add(place, unbroadcast(gradient, like))


class TracedArray(Operators):
    """An array whose operations a tape records; stages use it like any array of the standard."""

    __slots__ = ("place", "tape", "value")
    tape: Tape

    def __init__(self, value: Any, tape: Tape, place: int | None) -> None:
        self.value, self.tape, self.place = value, tape, place

    def recorded(self, row: Operation, *arguments: Any, **options: Any) -> TracedArray:
        """Record an operation on this array's tape."""
        return self.tape.record(row, *arguments, **options)

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        shape: tuple[int, ...] = self.value.shape
        return shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.value.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return int(self.value.size)

    @property
    def dtype(self) -> Any:
        """The dtype of the elements."""
        return self.value.dtype

    @property
    def device(self) -> Any:
        """The device of the plain array."""
        return device(self.value)

    @property
    def T(self) -> TracedArray:  # noqa: N802 - the standard's name
        """The transpose of a matrix."""
        return self.recorded(OPERATIONS["matrix_transpose"], self)

    @property
    def mT(self) -> TracedArray:  # noqa: N802 - the standard's name
        """The transpose of each matrix of a stack."""
        return self.recorded(OPERATIONS["matrix_transpose"], self)

    def __getitem__(self, key: Any) -> TracedArray:
        parts = key if isinstance(key, tuple) else (key,)
        if any(is_array(part) or isinstance(part, (list, tuple)) for part in parts):
            raise tracing_error("an array is indexed with an array; use xp.take(x, index, axis=...)")
        return self.recorded(OPERATIONS["getitem"], self, key)

    def __len__(self) -> int:
        return int(self.value.shape[0])

    def __iter__(self) -> Iterator[TracedArray]:
        return (self[i, ...] for i in range(len(self)))

    def __array_namespace__(self, api_version: str | None = None) -> TracedNamespace:
        return TracedNamespace(namespace(self.value), self.tape)

    def __repr__(self) -> str:
        return f"TracedArray(shape={self.shape}, dtype={self.dtype})"


def _plain(argument: Any) -> Any:
    return argument.value if isinstance(argument, TracedArray) else argument


def plain(array: Any) -> Any:
    """Return the plain array of a traced array; any other value unchanged."""
    return _plain(array)
