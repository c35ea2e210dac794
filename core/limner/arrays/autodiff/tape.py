"""The tape: records what a function does to arrays, and runs it backwards for their gradients.

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
    """One recorded operation, on plain arrays; ``inputs`` says which of its arguments are traced, and where from."""

    row: Operation
    inputs: tuple[tuple[int, int], ...]
    arguments: tuple[Any, ...]
    options: dict[str, Any]
    y: Any


class Tape:
    """Records operations on traced arrays.

    ``place`` numbers what is differentiated: the variables first, then each recorded output. What depends on no
    variable has no place, and is computed but not recorded.
    """

    def __init__(self) -> None:
        self._steps: list[_Step] = []
        self._variables: list[Any] = []
        self._replaced: dict[str, Operation] = {}

    def replace(self, row: Operation) -> None:
        """Record ``row`` from now on where the operation of its name is asked for: a backend may have a faster one."""
        self._replaced[row.name] = row

    def variable(self, value: Any) -> TracedArray:
        """Return an array whose gradient can be asked for.

        Raises:
            ValueError: an operation has been recorded already.
        """
        if self._steps:
            raise ValueError("variables come before operations")
        self._variables.append(value)
        return TracedArray(value, self, len(self._variables) - 1)

    @property
    def has_variables(self) -> bool:
        """Whether anything is differentiated."""
        return bool(self._variables)

    def constant(self, value: Any) -> TracedArray:
        """Return an array that is followed, but not differentiated."""
        return TracedArray(value, self, None)

    def record(self, row: Operation, *arguments: Any, **options: Any) -> TracedArray:
        """Compute an operation's output; keep what its derivatives need if an argument depends on a variable."""
        row = self._replaced.get(row.name, row)
        traced = arguments[0] if row.of_list else arguments
        plain = [_plain(a) for a in traced]
        values = (plain, *arguments[1:]) if row.of_list else tuple(plain)
        if any(isinstance(option, TracedArray) for option in options.values()):
            raise tracing_error(f"{row.name} is given an array by name; pass it by position")
        y = row.value(*values, **options)
        places = [(i, a.place) for i, a in enumerate(traced) if isinstance(a, TracedArray) and a.place is not None]
        inputs = tuple((i, place) for i, place in places if row.has_derivative(i))
        if not inputs:
            return TracedArray(y, self, None)
        self._steps.append(_Step(row, inputs, values, options, y))
        return TracedArray(y, self, len(self._variables) + len(self._steps) - 1)

    def gradients(self, y: Any, dy: Any) -> list[Any]:
        """Return the gradient of each variable, in order, from that of an output; zeros where it does not depend on it.

        The tape stays as it is: another ``dy`` can follow.
        """
        count = len(self._variables)
        found, last = GradientSums(), -1
        if isinstance(y, TracedArray) and y.place is not None:
            last = y.place
            found.add(last, dy)
        for place in range(last, count - 1, -1):
            gradient = found.pop(place)
            if gradient is not None:
                self._backward(self._steps[place - count], gradient, found)
        ends = [found.pop(place) for place in range(count)]
        return [zeros_like(x) if end is None else end for end, x in zip(ends, self._variables, strict=True)]

    def _backward(self, step: _Step, dy: Any, found: GradientSums) -> None:
        """Add a step's gradients to those of its inputs."""
        for i, place in step.inputs:
            if step.row.of_list:
                like = step.arguments[0][i]
                gradient = step.row.derivatives[0](dy, step.y, i, *step.arguments, **step.options)  # type: ignore[misc]
            else:
                like = step.arguments[i]
                gradient = step.row.derivatives[i](dy, step.y, *step.arguments, **step.options)  # type: ignore[misc]
            if isinstance(gradient, SlicedGradient):
                found.add_part(place, gradient, like)
            else:
                found.add(place, unbroadcast(gradient, like))


class TracedArray(Operators):
    """An array whose operations a tape records; to a stage it is an array of the standard."""

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
            raise tracing_error("an array is indexed by an array; look rows up with xp.take(x, index, axis=...)")
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
    """Return the plain array of a traced one; any other argument as it is."""
    return _plain(array)
