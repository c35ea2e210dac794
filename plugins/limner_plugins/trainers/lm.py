"""The trainer ``lm``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from limner.plugin import (
    Array,
    Context,
    LimnerError,
    Namespace,
    Problem,
    State,
    Step,
    Trainer,
    TrainerTraits,
    device,
    namespace,
)

if TYPE_CHECKING:
    pass

MAX_PARAMETERS = 6000


class Lm(Trainer):
    """Levenberg-Marquardt: damped Gauss-Newton steps δ with (JᵀJ + μ D) δ = -Jᵀr, where D is diagonal.

    JᵀJ approximates the curvature of a loss that is a sum of squares. A larger μ turns the step from Gauss-Newton
    towards a short step of gradient descent. A step that raises the loss is rejected, and μ grows until one lowers it.
    After an accepted step, μ is multiplied by max(1/5, 1 - (2ρ - 1)³), where ρ is the actual decrease divided by the
    decrease that the quadratic model predicts; Nielsen uses 1/3 instead of 1/5. Suited to networks of up to a few
    thousand trainable parameters: the time of a step grows with their square. Sources: D. Marquardt (1963);
    H. B. Nielsen, "Damping parameter in Marquardt's method" (1999).
    """

    damping: float = Field(default=1e-3, gt=0, le=1e6, description="initial damping μ, relative to the diagonal of JᵀJ")
    tries: int = Field(default=8, ge=1, le=100, description="maximum values of μ to try per step")
    floor: float = Field(
        default=1.0, ge=0, le=100, description="lower bound of D, relative to the mean diagonal of JᵀJ"
    )
    sample: int = Field(
        default=0,
        ge=0,
        le=2**31 - 1,
        description="number of random points per step, for large pictures; 0 for all points",
    )

    @classmethod
    def examples(cls) -> tuple[Lm, ...]:
        """Return examples with all points, and with a sample."""
        return cls(), cls(sample=2, damping=1.0)

    def traits(self) -> TrainerTraits:
        """Return the traits: without a sample, a step reports the loss over all points."""
        return TrainerTraits(divergence_setting="damping", full_batch=self.sample == 0)

    def samples_per_step(self, points: int) -> int:
        """Return ten times the points of a step: it costs at least three times as much as a gradient, often more."""
        return 10 * (min(self.sample, points) or points)

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:  # noqa: ARG002
        """Return a state of μ and its growth factor.

        Raises:
            LimnerError: there are too many trainable parameters.
        """
        count = int(problem.trainable.sum())
        if count > MAX_PARAMETERS:
            raise LimnerError(
                f"trainer lm: supports up to {MAX_PARAMETERS} trainable parameters, but this recipe has {count};"
                " choose a smaller network, or use `swap={'trainer': 'backprop'}`"
            )
        return State({}, {"mu": self.damping, "grows": 2.0})

    def step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        """Take a step that lowers the loss; if none is found, return θ unchanged with a larger μ.

        Raises:
            LimnerError: the network has no Jacobian, or the loss is not a sum of squares.
        """
        xp = namespace(theta)
        try:
            value, square, gradient = problem.normal_equations(theta, ctx, self.sample)
        except NotImplementedError as error:
            raise LimnerError(f"trainer lm: {error}; use `swap={{'trainer': 'backprop'}}`") from error
        loss, trainable = float(value), _trainable_indices(problem, theta)
        if trainable is not None:
            square = xp.take(xp.take(square, trainable, axis=0), trainable, axis=1)
            gradient = xp.take(gradient, trainable)
        diagonal = xp.linalg.diagonal(square)
        scale = xp.maximum(diagonal, self.floor * xp.mean(diagonal) + 1e-30)
        mu, growth = state.numbers["mu"], state.numbers["grows"]
        for _ in range(self.tries):
            delta = _solve(xp, square, scale, mu, gradient)
            moved = theta + _scatter(problem, theta, trainable, delta)
            gain = loss - float(problem.value(moved, ctx, self.sample))
            promised = 0.5 * float(xp.sum(delta * (mu * scale * delta - gradient)))
            if gain > 0:
                ratio = gain / promised if promised > 0 else 1.0
                mu = max(mu * max(0.2, 1 - (2 * min(ratio, 1.0) - 1) ** 3), 1e-12)
                return Step(moved, State({}, {"mu": mu, "grows": 2.0}), loss, {"damping": mu})
            mu, growth = min(mu * growth, 1e12), min(2 * growth, 2.0**20)
        return Step(theta, State({}, {"mu": mu, "grows": growth}), loss, {"damping": mu})


def _trainable_indices(problem: Problem, theta: Array) -> Array | None:
    """Return the indices of the trainable parameters; None if all are trainable."""
    if problem.trainable.all():
        return None
    xp = namespace(theta)
    return xp.asarray(problem.trainable.nonzero()[0], device=device(theta))


def _solve(xp: Namespace, square: Array, scale: Array, mu: float, gradient: Array) -> Array:
    """Return δ, solved with a diagonal scaled to about 1, which is most accurate in float32; NaN if singular."""
    root = 1.0 / xp.sqrt(scale)
    scaled = square * root[:, None] * root[None, :]
    scaled = scaled + mu * xp.eye(square.shape[0], dtype=square.dtype, device=device(square))
    try:
        delta: Array = -root * xp.linalg.solve(scaled, (root * gradient)[:, None])[:, 0]
    except np.linalg.LinAlgError:  # μ is too small for float32; the NaN rejects the step, and μ grows
        return xp.full_like(gradient, math.nan)
    return delta


def _scatter(problem: Problem, theta: Array, trainable: Array | None, delta: Array) -> Array:
    """Return δ with zeros inserted for frozen parameters."""
    if trainable is None:
        return delta
    xp = namespace(theta)
    order = (problem.trainable.cumsum() - 1).clip(0)
    scattered = xp.take(delta, xp.asarray(order, device=device(theta)))
    return scattered * xp.astype(xp.asarray(problem.trainable, device=device(theta)), theta.dtype)
