"""The array namespace of traced arrays: functions of the standard that a tape records."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from limner.arrays.autodiff.table import CREATION, FUNCTIONS, INSPECTION, OPERATIONS
from limner.arrays.autodiff.tracing_errors import tracing_error, unknown_operation
from limner.arrays.traced import Traced


class TracedNamespace:
    """The functions of an array library for traced arrays.

    Args:
        xp: the namespace of the plain arrays.
        tape: the tape that records.
    """

    __slots__ = ("_tape", "_xp")

    def __init__(self, xp: Any, tape: Any) -> None:
        self._xp, self._tape = xp, tape

    def __getattr__(self, name: str) -> Any:
        row = OPERATIONS.get(name)
        if row is not None:
            tape = self._tape
            return lambda *arguments, **options: tape.record(row, *arguments, **options)
        if name in FUNCTIONS:
            return FUNCTIONS[name]
        if name in CREATION:
            return lambda *arguments, **options: self._created(name, arguments, options)
        if name in INSPECTION:
            function = getattr(self._xp, name)
            return lambda *arguments, **options: function(*map(self._plain, arguments), **options)
        if name == "linalg":
            return _Linalg(self)
        attribute = getattr(self._xp, name, None)
        if attribute is not None and (isinstance(attribute, type) or not callable(attribute)):
            return attribute  # a dtype or a number such as pi
        near = get_close_matches(name, [*OPERATIONS, *FUNCTIONS, *CREATION], n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise unknown_operation(f"limner cannot differentiate {name}{hint or _ALTERNATIVE}")

    def _created(self, name: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        if name == "asarray" and isinstance(arguments[0], Traced):
            array, dtype = arguments[0], options.get("dtype")
            return array if dtype in (None, array.value.dtype) else self.astype(array, dtype)
        values = arguments[1:] if name.endswith("_like") else arguments
        if any(isinstance(argument, Traced) and argument.place is not None for argument in values):
            raise tracing_error(
                f"{name} drops the gradient of an array; build arrays with broadcast_to, concat or stack"
            )
        created = getattr(self._xp, name)(*map(self._plain, arguments), **options)
        if isinstance(created, (list, tuple)):
            return [self._tape.constant(array) for array in created]
        return self._tape.constant(created)

    @staticmethod
    def _plain(argument: Any) -> Any:
        return argument.value if isinstance(argument, Traced) else argument


_ALTERNATIVE = "; write vjp by hand, or define a derivative with limner.plugin.operation"


class _Linalg:
    """The part of the standard's extension ``linalg`` that can be differentiated."""

    __slots__ = ("_xp",)

    def __init__(self, xp: TracedNamespace) -> None:
        self._xp = xp

    def __getattr__(self, name: str) -> Any:
        if name in ("matmul", "matrix_transpose", "vecdot"):
            return getattr(self._xp, name)
        if name == "vector_norm":
            return self._vector_norm
        raise unknown_operation(f"limner cannot differentiate linalg.{name}{_ALTERNATIVE}")

    def _vector_norm(self, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
        """Return the Euclidean norm along axes."""
        return self._xp.sqrt(self._xp.sum(x * x, axis=axis, keepdims=keepdims))
