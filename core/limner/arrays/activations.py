"""Activation functions with their pullbacks; networks look them up by name here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import pi, sqrt, tau
from typing import TYPE_CHECKING, Literal, TypeAlias

from limner.arrays.autodiff.operation import Operation
from limner.arrays.namespace import namespace

if TYPE_CHECKING:
    from limner.arrays.namespace import Array


class Activation(Operation):
    """An activation function on arrays with features first, ``(k, n)``, and its pullback ``(x, y, dy) -> dx``.

    It is an operation, so a tape records it as one step.
    """

    def __init__(
        self,
        forward: Callable[[Array], Array],
        pullback: Callable[[Array, Array, Array], Array],
        name: str = "activation",
    ) -> None:
        super().__init__(name, forward, (lambda dy, y, x: pullback(x, y, dy),))
        object.__setattr__(self, "pullback", pullback)

    pullback: Callable[[Array, Array, Array], Array]

    def forward(self, x: Array) -> Array:
        """Return the activation of ``x``, in its shape."""
        return self(x)


def _sigmoid(x: Array) -> Array:
    return 0.5 * namespace(x).tanh(0.5 * x) + 0.5  # tanh does not overflow, an exponential could


def _softmax(x: Array) -> Array:
    xp = namespace(x)
    e = xp.exp(x - xp.max(x, axis=0, keepdims=True))
    return e / xp.sum(e, axis=0, keepdims=True)


def _softplus(x: Array) -> Array:
    xp = namespace(x)
    return xp.log1p(xp.exp(-xp.abs(x))) + _relu(x)


def _relu(x: Array) -> Array:
    return namespace(x).maximum(x, 0.0)


def _leaky_relu(x: Array) -> Array:
    return namespace(x).maximum(x, LEAK * x)


def _swish(x: Array) -> Array:
    return x * _sigmoid(x)


def _swish_pullback(x: Array, y: Array, dy: Array) -> Array:  # noqa: ARG001
    s = _sigmoid(x)
    return dy * (s * (1.0 + x * (1.0 - s)))


def _gelu(x: Array) -> Array:
    return 0.5 * x * (1.0 + namespace(x).tanh(_GELU * (x + _GELU_CUBE * x * x * x)))


def _gelu_pullback(x: Array, y: Array, dy: Array) -> Array:  # noqa: ARG001
    t = namespace(x).tanh(_GELU * (x + _GELU_CUBE * x * x * x))
    return dy * (0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * _GELU * (1.0 + 3.0 * _GELU_CUBE * x * x))


def _phase(x: Array, shift: float) -> Array:
    """Return the phase of ``x`` in its period of 2π, from 0 to 1, shifted by ``shift`` periods."""
    turns = x * (1.0 / tau) + shift
    return turns - namespace(x).floor(turns)


def _triangle(x: Array) -> Array:
    return 1.0 - 4.0 * namespace(x).abs(_phase(x, 0.25) - 0.5)


def _triangle_pullback(x: Array, y: Array, dy: Array) -> Array:  # noqa: ARG001
    return dy * (2.0 / pi) * namespace(x).sign(0.5 - _phase(x, 0.25))


def _sawtooth(x: Array) -> Array:
    return 2.0 * _phase(x, 0.5) - 1.0


LEAK = 0.01
_GELU, _GELU_CUBE = sqrt(2.0 / pi), 0.044715


def _step(x: Array) -> Array:
    """Return 1 where ``x`` is positive and 0 elsewhere, in the dtype of ``x``."""
    return namespace(x).astype(x > 0, x.dtype)


ActivationName: TypeAlias = Literal[
    "tanh",
    "sigmoid",
    "relu",
    "identity",
    "softsign",
    "sin",
    "cos",
    "softmax",
    "gaussian",
    "softplus",
    "abs",
    "raised-cosine",
    "leaky-relu",
    "gelu",
    "swish",
    "triangle",
    "sawtooth",
]

ACTIVATIONS: Mapping[str, Activation] = {
    "tanh": Activation(lambda x: namespace(x).tanh(x), lambda x, y, dy: dy * (1.0 - y * y)),  # noqa: ARG005
    "sigmoid": Activation(_sigmoid, lambda x, y, dy: dy * y * (1.0 - y)),  # noqa: ARG005
    "relu": Activation(_relu, lambda x, y, dy: dy * _step(x)),  # noqa: ARG005
    "identity": Activation(lambda x: x, lambda x, y, dy: dy),  # noqa: ARG005
    "softsign": Activation(
        lambda x: x / (1.0 + namespace(x).abs(x)),
        lambda x, y, dy: dy * (1.0 - namespace(x).abs(y)) ** 2,
    ),
    "sin": Activation(lambda x: namespace(x).sin(x), lambda x, y, dy: dy * namespace(x).cos(x)),  # noqa: ARG005
    "cos": Activation(lambda x: namespace(x).cos(x), lambda x, y, dy: -dy * namespace(x).sin(x)),  # noqa: ARG005
    "softmax": Activation(
        _softmax,
        lambda x, y, dy: y * (dy - namespace(x).sum(dy * y, axis=0, keepdims=True)),
    ),
    "gaussian": Activation(
        lambda x: namespace(x).exp(-0.5 * x * x),
        lambda x, y, dy: -dy * x * y,
    ),
    "softplus": Activation(_softplus, lambda x, y, dy: dy * _sigmoid(x)),  # noqa: ARG005
    "abs": Activation(lambda x: namespace(x).abs(x), lambda x, y, dy: dy * namespace(x).sign(x)),  # noqa: ARG005
    "raised-cosine": Activation(
        lambda x: 0.5 - 0.5 * namespace(x).cos(x),
        lambda x, y, dy: 0.5 * dy * namespace(x).sin(x),  # noqa: ARG005
    ),
    "leaky-relu": Activation(_leaky_relu, lambda x, y, dy: dy * (LEAK + (1.0 - LEAK) * _step(x))),  # noqa: ARG005
    "gelu": Activation(_gelu, _gelu_pullback),
    "swish": Activation(_swish, _swish_pullback),
    "triangle": Activation(_triangle, _triangle_pullback),
    "sawtooth": Activation(_sawtooth, lambda x, y, dy: dy * (1.0 / pi)),  # noqa: ARG005
}
"""The activations by name.

- ``gaussian`` is exp(-x²/2).
- ``raised-cosine`` is (1 - cos x)/2, which does not saturate at 0 or 1 as a sigmoid does.
- ``softmax`` normalises over the features of each point; all others work on each number separately.
- ``gelu`` is the tanh form of D. Hendrycks and K. Gimpel (2016), ``swish`` x σ(x) (also called SiLU), ``leaky-relu``
  is 0.01 x below 0.
- ``triangle`` and ``sawtooth`` are waves from -1 to 1 with the period of the sine; both rise through 0 at 0.
"""
