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
    """Levenberg and Marquardt's: Gauss and Newton's step, damped: (JᵀJ + μ D) δ = -Jᵀr, where D is diagonal.

    JᵀJ stands for the curvature of a loss that is a sum of squares; μ turns the step from Newton's towards a short one
    down the gradient. A step that makes the loss greater is not taken: μ grows until one makes it less. μ follows the
    gain ρ, how much of the fall that the quadratic model promised has come: it is multiplied by 1 - (2ρ - 1)³, and by
    1/5 at the least, where Nielsen has 1/3. For networks of up to a few thousand learned numbers: the time of a step
    goes with their square. Sources: D. Marquardt (1963); H. B. Nielsen, "Damping parameter in Marquardt's method"
    (1999).
    """

    damping: float = Field(default=1e-3, gt=0, le=1e6, description="μ at the start, relative to JᵀJ's diagonal")
    tries: int = Field(default=8, ge=1, le=100, description="values of μ that a step tries before it stands still")
    floor: float = Field(
        default=1.0, ge=0, le=100, description="the least that D counts a number for, relative to the mean diagonal"
    )
    sample: int = Field(
        default=0,
        ge=0,
        le=2**31 - 1,
        description="points that a step looks at, others at each; 0 is all of them. For large pictures",
    )

    @classmethod
    def examples(cls) -> tuple[Lm, ...]:
        """All points, and some."""
        return cls(), cls(sample=2, damping=1.0)

    def traits(self) -> TrainerTraits:
        """Raise the damping if the loss diverges; the loss is that of all points unless it looks at a sample."""
        return TrainerTraits(divergence_setting="damping", full_batch=self.sample == 0)

    def samples_per_step(self, points: int) -> int:
        """Return ten times the points: a step takes at least three times as long as a gradient, mostly longer."""
        return 10 * (min(self.sample, points) or points)

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:  # noqa: ARG002
        """μ and how fast it grows.

        Raises:
            LimnerError: there are too many learned numbers.
        """
        learned = int(problem.trainable.sum())
        if learned > MAX_PARAMETERS:
            raise LimnerError(
                f"trainer lm: solves for up to {MAX_PARAMETERS} learned numbers, and this recipe has {learned}; make its network"
                " smaller, or learn with `swap={'trainer': 'backprop'}`"
            )
        return State({}, {"mu": self.damping, "grows": 2.0})

    def step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        """One step that makes the loss less, or none.

        Raises:
            LimnerError: the network or the loss tells no Jacobian.
        """
        xp = namespace(theta)
        try:
            value, square, gradient = problem.normal_equations(theta, ctx, self.sample)
        except NotImplementedError as error:
            raise LimnerError(f"trainer lm: {error}; learn with `swap={{'trainer': 'backprop'}}`") from error
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
    """Return the places of the trainable parameters; None if all are."""
    if problem.trainable.all():
        return None
    xp = namespace(theta)
    return xp.asarray(problem.trainable.nonzero()[0], device=device(theta))


def _solve(xp: Namespace, square: Array, scale: Array, mu: float, gradient: Array) -> Array:
    """δ, by the equations scaled to a diagonal of about 1, which float32 solves best; no numbers where none is."""
    root = 1.0 / xp.sqrt(scale)
    scaled = square * root[:, None] * root[None, :]
    scaled = scaled + mu * xp.eye(square.shape[0], dtype=square.dtype, device=device(square))
    try:
        delta: Array = -root * xp.linalg.solve(scaled, (root * gradient)[:, None])[:, 0]
    except np.linalg.LinAlgError:  # μ is too small for float32; no loss comes of it, so that μ grows
        return xp.full_like(gradient, math.nan)
    return delta


def _scatter(problem: Problem, theta: Array, trainable: Array | None, delta: Array) -> Array:
    """δ at the learned places of θ, and 0 at the others."""
    if trainable is None:
        return delta
    xp = namespace(theta)
    order = (problem.trainable.cumsum() - 1).clip(0)
    scattered = xp.take(delta, xp.asarray(order, device=device(theta)))
    return scattered * xp.astype(xp.asarray(problem.trainable, device=device(theta)), theta.dtype)
