"""Elementwise operations with their derivatives.

At a kink, the derivative of one side is used. Where the derivative is infinite, it is set to 0, because one non-finite
number would end a fit: for the square root, the logarithm, the reciprocal and powers of 0, for division by 0, and at
the ends of acos, asin, acosh and atanh. If the output is NaN, such as the root of -1, the gradient may be NaN too.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from math import log
from typing import Any

from limner.arrays.autodiff.operation import Derivative, Operation
from limner.arrays.namespace import is_array, namespace


def _standard_function(name: str) -> Callable[..., Any]:
    """Return a function that calls the standard's function of a name in the namespace of its arguments."""

    def value(*arguments: Any, **options: Any) -> Any:
        return getattr(namespace(*filter(is_array, arguments)), name)(*arguments, **options)

    value.__name__ = name
    return value


def row(name: str, *derivatives: Derivative | None, value: Callable[..., Any] | None = None) -> Operation:
    """Return the operation of a name; it computes ``value``, by default the standard's function of that name."""
    return Operation(name, value or _standard_function(name), derivatives)


def _where_or_zero(condition: Any, a: Any, like: Any) -> Any:
    """Return ``a`` where the condition holds, else 0."""
    xp = namespace(like)
    return xp.where(xp.asarray(condition), a, xp.zeros_like(like))  # the condition may be a NumPy scalar


def _nonzero(y: Any) -> Any:
    """Return ``y`` with 1 in place of 0, to divide by."""
    return y + namespace(y).astype(y == 0, y.dtype)


def _divide_or_zero(dy: Any, x: Any) -> Any:
    """Return ``dy / x``, and 0 where x is 0."""
    return _where_or_zero(x != 0, dy / _nonzero(x), dy) if is_array(x) else dy / x


UNARY = (
    row("abs", lambda dy, y, x: dy * namespace(x).sign(x)),
    row("acos", lambda dy, y, x: _divide_or_zero(-dy, namespace(x).sqrt(1.0 - x * x))),
    row("acosh", lambda dy, y, x: _divide_or_zero(dy, namespace(x).sqrt(x * x - 1.0))),
    row("asin", lambda dy, y, x: _divide_or_zero(dy, namespace(x).sqrt(1.0 - x * x))),
    row("asinh", lambda dy, y, x: dy / namespace(x).sqrt(x * x + 1.0)),
    row("atan", lambda dy, y, x: dy / (1.0 + x * x)),
    row("atanh", lambda dy, y, x: _divide_or_zero(dy, 1.0 - x * x)),
    row("cos", lambda dy, y, x: -dy * namespace(x).sin(x)),
    row("cosh", lambda dy, y, x: dy * namespace(x).sinh(x)),
    row("exp", lambda dy, y, x: dy * y),
    row("expm1", lambda dy, y, x: dy * (y + 1.0)),
    row("log", lambda dy, y, x: _divide_or_zero(dy, x)),
    row("log10", lambda dy, y, x: _divide_or_zero(dy, log(10.0) * x)),
    row("log1p", lambda dy, y, x: _divide_or_zero(dy, 1.0 + x)),
    row("log2", lambda dy, y, x: _divide_or_zero(dy, log(2.0) * x)),
    row("negative", lambda dy, y, x: -dy, value=operator.neg),
    row("positive", lambda dy, y, x: dy, value=operator.pos),
    row("reciprocal", lambda dy, y, x: _where_or_zero(x != 0, -dy * y * y, dy)),
    row("sin", lambda dy, y, x: dy * namespace(x).cos(x)),
    row("sinh", lambda dy, y, x: dy * namespace(x).cosh(x)),
    row("sqrt", lambda dy, y, x: 0.5 * dy * namespace(y).astype(y > 0, y.dtype) / _nonzero(y)),
    row("square", lambda dy, y, x: 2.0 * dy * x),
    row("tan", lambda dy, y, x: dy * (1.0 + y * y)),
    row("tanh", lambda dy, y, x: dy * (1.0 - y * y)),
)


def _exponent_gradient(dy: Any, y: Any, a: Any, b: Any) -> Any:
    if not is_array(a):
        return dy * y * log(a) if a > 0 else namespace(dy).zeros_like(dy)
    xp, positive = namespace(a), a > 0
    return _where_or_zero(positive, dy * y * xp.log(_where_or_zero(positive, a, a) + xp.astype(~positive, a.dtype)), dy)


def _base_gradient(dy: Any, y: Any, a: Any, b: Any) -> Any:
    if not is_array(b) and b >= 1:
        return dy * (b * a ** (b - 1))
    finite = (a != 0) | (b >= 1)
    return _where_or_zero(finite, dy * (b * (a + namespace(a).astype(~finite, a.dtype)) ** (b - 1)), dy)


def _first_argument_gradient(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Return the gradient of the first argument: ``dy`` where the output equals it, otherwise 0."""
    return dy * namespace(y).astype(y == a, y.dtype)


def _second_argument_gradient(dy: Any, y: Any, a: Any, b: Any) -> Any:
    return dy * namespace(y).astype(y != a, y.dtype)


def _clip_gradient(dy: Any, y: Any, x: Any, low: Any = None, high: Any = None, /, **options: Any) -> Any:
    low, high = options.get("min", low), options.get("max", high)
    if low is not None:
        dy = _where_or_zero(x >= low, dy, dy)
    return dy if high is None else _where_or_zero(x <= high, dy, dy)


def _clip_min_gradient(dy: Any, y: Any, x: Any, low: Any, *_: Any) -> Any:
    return _where_or_zero(x < low, dy, dy)


def _clip_max_gradient(dy: Any, y: Any, x: Any, low: Any, high: Any) -> Any:
    return _where_or_zero(x > high, dy, dy)


BINARY = (
    row("add", lambda dy, y, a, b: dy, lambda dy, y, a, b: dy, value=operator.add),
    row("subtract", lambda dy, y, a, b: dy, lambda dy, y, a, b: -dy, value=operator.sub),
    row("multiply", lambda dy, y, a, b: dy * b, lambda dy, y, a, b: dy * a, value=operator.mul),
    row(
        "divide",
        lambda dy, y, a, b: _divide_or_zero(dy, b),
        lambda dy, y, a, b: _divide_or_zero(-dy * y, b),
        value=operator.truediv,
    ),
    row("pow", _base_gradient, _exponent_gradient, value=operator.pow),
    row("remainder", lambda dy, y, a, b: dy, lambda dy, y, a, b: -dy * namespace(y).floor(a / b), value=operator.mod),
    row("maximum", _first_argument_gradient, _second_argument_gradient),
    row("minimum", _first_argument_gradient, _second_argument_gradient),
    row(
        "atan2",
        lambda dy, y, a, b: dy * b / _nonzero(a * a + b * b),
        lambda dy, y, a, b: -dy * a / _nonzero(a * a + b * b),
    ),
    row("hypot", lambda dy, y, a, b: dy * a / _nonzero(y), lambda dy, y, a, b: dy * b / _nonzero(y)),
    row(
        "logaddexp",
        lambda dy, y, a, b: dy * namespace(y).exp(a - y),
        lambda dy, y, a, b: dy * namespace(y).exp(b - y),
    ),
    row("copysign", lambda dy, y, a, b: dy * namespace(y).sign(y) * namespace(y).sign(a), None),
    row("clip", _clip_gradient, _clip_min_gradient, _clip_max_gradient),
    row(
        "where",
        None,
        lambda dy, y, c, a, b: _where_or_zero(c, dy, dy),
        lambda dy, y, c, a, b: _where_or_zero(~c, dy, dy),
    ),
)

ZERO_DERIVATIVE = (
    *(row(name) for name in ("ceil", "floor", "round", "sign", "trunc", "signbit", "isfinite", "isinf", "isnan")),
    *(row(name) for name in ("logical_and", "logical_or", "logical_xor", "logical_not")),
    row("floor_divide", value=operator.floordiv),
    row("equal", value=operator.eq),
    row("not_equal", value=operator.ne),
    row("less", value=operator.lt),
    row("less_equal", value=operator.le),
    row("greater", value=operator.gt),
    row("greater_equal", value=operator.ge),
    row("bitwise_and", value=operator.and_),
    row("bitwise_or", value=operator.or_),
    row("bitwise_xor", value=operator.xor),
    row("bitwise_invert", value=operator.invert),
)
"""Operations with piecewise constant output, whose derivative is 0."""
