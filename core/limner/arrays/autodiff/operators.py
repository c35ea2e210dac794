"""Python's operators on traced arrays, which are recorded or raise an error if they cannot be traced."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from limner.arrays.autodiff.operation import Operation
from limner.arrays.autodiff.table import OPERATIONS
from limner.arrays.autodiff.tracing_errors import tracing_error, unknown_operation
from limner.arrays.traced import Traced


def _binary(name: str) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    row = OPERATIONS[name]

    def forward(self: Operators, other: Any) -> Any:
        return self.recorded(row, self, other)

    def reverse(self: Operators, other: Any) -> Any:
        return self.recorded(row, other, self)

    return forward, reverse


def _unary(name: str) -> Callable[[Any], Any]:
    row = OPERATIONS[name]

    def of(self: Operators) -> Any:
        return self.recorded(row, self)

    return of


def _raises(problem: str) -> Callable[..., NoReturn]:
    def of(self: Operators, *arguments: Any, **options: Any) -> NoReturn:
        raise tracing_error(problem)

    return of


IN_PLACE = "an array is changed in place; write z = z + b, not z += b, and build arrays with concat, stack or where"
BRANCH = "a Python condition depends on the values of an array; choose with xp.where(condition, a, b)"
CONVERSION = "an array is converted to a Python number; keep it an array"
DIVMOD = "divmod returns two arrays at once; write x // y and x % y"
ROUNDING = "an array is rounded to a Python number; use round, floor, ceil or trunc from namespace(x)"
NUMPY = "an array is passed to a NumPy function; use the function of namespace(x)"

STANDARD_NAMES: Mapping[str, str] = {
    "absolute": "abs",
    "power": "pow",
    "rint": "round",
    "invert": "bitwise_invert",
    **{f"arc{name}": f"a{name}" for name in ("cos", "cosh", "sin", "sinh", "tan", "tanh", "tan2")},
}
"""The standard's names of functions that NumPy names differently."""


class Operators(Traced, ABC):
    """The operators of traced arrays, which record operations."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    @abstractmethod
    def recorded(self, row: Operation, *arguments: Any, **options: Any) -> Any:
        """Record an operation and return its output."""

    __add__, __radd__ = _binary("add")
    __sub__, __rsub__ = _binary("subtract")
    __mul__, __rmul__ = _binary("multiply")
    __truediv__, __rtruediv__ = _binary("divide")
    __floordiv__, __rfloordiv__ = _binary("floor_divide")
    __mod__, __rmod__ = _binary("remainder")
    __pow__, __rpow__ = _binary("pow")
    __matmul__, __rmatmul__ = _binary("matmul")
    __and__, __rand__ = _binary("bitwise_and")
    __or__, __ror__ = _binary("bitwise_or")
    __xor__, __rxor__ = _binary("bitwise_xor")
    __lt__, __gt__ = _binary("less")[0], _binary("greater")[0]
    __le__, __ge__ = _binary("less_equal")[0], _binary("greater_equal")[0]
    __eq__ = _binary("equal")[0]
    __ne__ = _binary("not_equal")[0]
    __neg__, __pos__, __abs__ = _unary("negative"), _unary("positive"), _unary("abs")
    __invert__ = _unary("bitwise_invert")

    __setitem__ = __iadd__ = __isub__ = __imul__ = __itruediv__ = __ipow__ = __imatmul__ = _raises(IN_PLACE)
    __ifloordiv__ = __imod__ = __iand__ = __ior__ = __ixor__ = _raises(IN_PLACE)
    __bool__ = _raises(BRANCH)
    __float__ = __int__ = __complex__ = __index__ = _raises(CONVERSION)
    __divmod__ = __rdivmod__ = _raises(DIVMOD)
    __round__ = __floor__ = __ceil__ = __trunc__ = _raises(ROUNDING)
    __array__ = __array_function__ = _raises(NUMPY)

    def __getattr__(self, name: str) -> NoReturn:
        """Raise an error for methods that are not in the standard, such as ``x.sum()``."""
        if name.startswith("__"):
            raise AttributeError(name)
        raise unknown_operation(f"arrays of the standard have no attribute {name}; use functions of namespace(x)")

    def __array_ufunc__(self, ufunc: Any, method: str, *arguments: Any, **options: Any) -> Any:
        """Record an operator whose left side is a NumPy array or number."""
        name = getattr(ufunc, "__name__", "")
        row = OPERATIONS.get(STANDARD_NAMES.get(name, name))
        if row is None or method != "__call__" or options:
            raise tracing_error(NUMPY)
        return self.recorded(row, *arguments)
