"""The rules of ``backprop``: from θ, its gradient and what the rule remembers to the next of them.

Each is what torch.optim has under the name, up to rounding. They go over whole arrays: in pieces that fit the cache,
a step of 500,000 numbers took longer, not less.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from limner.plugin import Array, namespace

Moved: TypeAlias = tuple[Array, ...]
"""The next θ, then the next of each array that the rule remembers."""


class Coefficients(Protocol):
    """The coefficients of the rules, which the trainers that use them have as settings."""

    @property
    def momentum(self) -> float:
        """μ of ``momentum`` and ``nesterov``."""

    @property
    def rho(self) -> float:
        """The decay of the mean square of ``rmsprop``."""

    @property
    def beta1(self) -> float:
        """The decay of the mean gradient of ``adam`` and ``adamw``."""

    @property
    def beta2(self) -> float:
        """The decay of the mean square of ``adam`` and ``adamw``."""

    @property
    def epsilon(self) -> float:
        """ε, which is added to the roots that are divided by."""

    @property
    def weight_decay(self) -> float:
        """λ of ``adamw``."""


@dataclass(frozen=True)
class Optimizer:
    """A rule and the names of what it remembers, all 0 at the start.

    ``move(settings, rate, t, theta, gradient, *remembered)``; t counts steps from 1.
    """

    remembers: tuple[str, ...]
    move: Callable[..., Moved]


def _sgd(s: Coefficients, rate: float, t: int, theta: Array, g: Array) -> Moved:  # noqa: ARG001
    """Steepest descent: θ - ηg, written over the gradient, which nobody asks for again."""
    g *= -rate
    g += theta
    return (g,)


def _momentum(s: Coefficients, rate: float, t: int, theta: Array, g: Array, v: Array) -> Moved:  # noqa: ARG001
    """The heavy ball of B. Polyak (1964): v ← μv + g, θ - ηv."""
    v = s.momentum * v + g
    return theta - rate * v, v


def _nesterov(s: Coefficients, rate: float, t: int, theta: Array, g: Array, v: Array) -> Moved:  # noqa: ARG001
    """Y. Nesterov (1983), in the form of I. Sutskever et al. (2013): v ← μv + g, θ - η(g + μv)."""
    v = s.momentum * v + g
    return theta - rate * (g + s.momentum * v), v


def _rmsprop(s: Coefficients, rate: float, t: int, theta: Array, g: Array, square: Array) -> Moved:  # noqa: ARG001
    """G. Hinton's lecture 6e (2012): θ - ηg / (√E[g²] + ε)."""
    xp = namespace(g)
    square = s.rho * square + ((1.0 - s.rho) * g) * g
    return theta - rate * g / (xp.sqrt(square) + s.epsilon), square


def _adam(s: Coefficients, rate: float, t: int, theta: Array, g: Array, mean: Array, square: Array) -> Moved:
    """D. Kingma and J. Ba (2015): θ - ηm̂ / (√v̂ + ε).

    Both corrections of the bias are folded into two numbers: m̂ / (√v̂ + ε) = (√c₂ / c₁) m / (√v + ε√c₂).
    """
    xp = namespace(g)
    mean = s.beta1 * mean + (1.0 - s.beta1) * g
    square = s.beta2 * square + ((1.0 - s.beta2) * g) * g
    corrected = (1.0 - s.beta2**t) ** 0.5
    rate = rate * corrected / (1.0 - s.beta1**t)
    return theta - rate * mean / (xp.sqrt(square) + s.epsilon * corrected), mean, square


def _adamw(s: Coefficients, rate: float, t: int, theta: Array, g: Array, mean: Array, square: Array) -> Moved:
    """I. Loshchilov and F. Hutter (2019): Adam from θ(1 - ηλ), so that the decay is not divided by √v̂."""
    return _adam(s, rate, t, (1.0 - rate * s.weight_decay) * theta, g, mean, square)


OPTIMIZERS: Mapping[str, Optimizer] = {
    "sgd": Optimizer((), _sgd),
    "momentum": Optimizer(("velocity",), _momentum),
    "nesterov": Optimizer(("velocity",), _nesterov),
    "rmsprop": Optimizer(("square",), _rmsprop),
    "adam": Optimizer(("mean", "square"), _adam),
    "adamw": Optimizer(("mean", "square"), _adamw),
}
