"""Checks of a trainer on a small problem with a known solution: ½ Σ sᵢ (θᵢ - tᵢ)²."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest import SkipTest

import numpy as np

from limner.arrays.namespace import device, namespace, to_host
from limner.stages.optimization.problem import Problem
from limner.stages.optimization.state import State
from limner.stages.optimization.trainer import Step
from limner.testing.array_cases import NUMPY, ArrayCase, array_type
from limner.testing.dependencies import needs
from limner.testing.probe import CONTEXT
from limner.testing.subject import Subject, calling, require
from limner.utils.validation import with_article

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limner.arrays.namespace import Array
    from limner.stages.context import Context
    from limner.stages.optimization.trainer import Trainer

SCALES = np.asarray([1.0, 0.5, 0.25, 0.8, 1.0])
TARGET = np.asarray([0.5, -0.25, 1.0, 0.0, 2.0])
START = np.asarray([-0.5, 0.5, 0.0, 0.75, -1.0])
STEPS = 60


class Quadratic(Problem):
    """A convex problem with five parameters, the last of which is frozen."""

    trainable = np.asarray([True, True, True, True, False])
    units = np.asarray([0, 0, 1, 1, 2])
    points = 4

    def __init__(self, like: Array, *, wild: bool = False) -> None:
        self.like, self.wild = like, wild

    def reinitialize(self, number: int) -> Array:
        """Return another initial θ; the frozen parameter is unchanged."""
        fresh = np.random.default_rng(number).uniform(-1.0, 1.0, START.size)
        return _like(np.where(self.trainable, fresh, START), self.like)

    def value(self, theta: Array, ctx: Context, batch: int = 0) -> Array:  # noqa: ARG002
        """Return the loss of θ, or of each row of a population."""
        xp = namespace(theta)
        scale, target = _like(SCALES, theta), _like(TARGET, theta)
        return 0.5 * xp.sum(scale * (theta - target) ** 2, axis=-1)

    def value_and_grad(self, theta: Array, ctx: Context, batch: int = 0) -> tuple[Array, Array]:  # noqa: ARG002
        """Return the loss and sᵢ (θᵢ - tᵢ), or NaN for the frozen parameter if ``wild``; all batches are equal."""
        gradient = _like(SCALES, theta) * (theta - _like(TARGET, theta))
        if self.wild:
            gradient = gradient + _like(np.where(self.trainable, 0.0, np.nan), theta)
        return self.value(theta, ctx), gradient

    def normal_equations(self, theta: Array, ctx: Context, batch: int = 0) -> tuple[Array, Array, Array]:
        """Return the loss, JᵀJ = diag s, and the gradient Jᵀr."""
        value, gradient = self.value_and_grad(theta, ctx, batch)
        return value, _like(np.diag(SCALES), theta), gradient


def _like(host: np.ndarray, like: Array) -> Array:
    return namespace(like).asarray(host.tolist(), dtype=like.dtype, device=device(like))


def _path(
    subject: Subject[Trainer], case: ArrayCase, dtype: str = "float32", steps: int = 4, *, wild: bool = False
) -> Iterator[Step]:
    """Yield the initial θ and state as a step, then each step of the trainer."""
    trainer = subject.stage
    ctx = replace(CONTEXT, training=True)
    theta = case.asarray(START.astype(dtype))
    problem = Quadratic(theta, wild=wild)
    try:
        with calling(subject, ("init", "step"), case):
            done = Step(theta, trainer.init(problem, theta, ctx), 0.0)
            yield done
            for step in range(steps):
                step_ctx = replace(ctx, step=step, progress=step / steps)
                done = trainer.take_step(problem, done.theta, done.state, step_ctx)
                yield done
    except AssertionError as error:
        if isinstance(error.__cause__, NotImplementedError):
            raise SkipTest(f"{subject} needs more than a plain problem: {error.__cause__}") from error
        raise


def check_step_array_types(subject: Subject[Trainer], case: ArrayCase) -> None:
    """Require that θ keeps its shape and array type, and that loss, metrics and state use Python numbers."""
    for dtype in case.dtypes():
        expected = array_type(case.asarray(START.astype(dtype)))
        for done in _path(subject, case, dtype):
            theta, state = done.theta, done.state
            got = array_type(theta)
            require(
                theta.shape == START.shape and got == expected,
                f"{subject}: step turns θ from {expected} {START.shape} into {got} {theta.shape}; keep both",
            )
            require(
                isinstance(state, State),
                f"{subject}: the state is {with_article(type(state).__name__)}; return a State",
            )
            numbers = (done.loss, *state.numbers.values(), *done.metrics.values())
            plain = all(isinstance(number, (int, float)) for number in numbers)
            require(plain, f"{subject}: the loss, the metrics and the state's numbers must be plain Python numbers")


@needs("step_array_types")
def check_step_keeps_inputs(subject: Subject[Trainer], case: ArrayCase) -> None:
    """Require that a step writes into neither θ nor the arrays of the state."""
    last: list[tuple[Array, np.ndarray]] = []
    for done in _path(subject, case):
        for array, before in last:
            unchanged = np.array_equal(case.to_host(array), before, equal_nan=True)
            require(unchanged, f"{subject}: step changed its input in place; work on a copy")
        last = [(a, case.to_host(a).copy()) for a in (done.theta, *done.state.arrays.values())]


@needs("step_array_types")
def check_step_repeats(subject: Subject[Trainer], case: ArrayCase) -> None:
    """Require bit-identical results for the same problem, θ, state and step number."""
    for one, two in zip(_path(subject, case), _path(subject, case), strict=True):
        same = np.array_equal(case.to_host(one.theta), case.to_host(two.theta), equal_nan=True)
        require(same, f"{subject}: two runs differ; draw random numbers from ctx.rng()")


@needs("step_keeps_inputs", "step_repeats")
def check_checkpoint(subject: Subject[Trainer]) -> None:
    """Require that a run resumed from a saved state equals an uninterrupted one."""
    steps, stop = 8, 3
    path = list(_path(subject, NUMPY, steps=steps))
    state = path[stop].state
    arrays = {
        name: np.frombuffer(to_host(a).tobytes(), a.dtype).reshape(a.shape).copy() for name, a in state.arrays.items()
    }
    numbers = json.loads(json.dumps(dict(state.numbers)))
    theta, state = to_host(path[stop].theta).copy(), State(arrays, numbers)
    with calling(subject, "step after a checkpoint"):
        for step in range(stop, steps):
            step_ctx = replace(CONTEXT, training=True, step=step, progress=step / steps)
            done = subject.stage.take_step(Quadratic(theta), theta, state, step_ctx)
            theta, state = to_host(done.theta), done.state
    same = np.array_equal(theta, to_host(path[steps].theta), equal_nan=True)
    require(
        same, f"{subject}: a resumed run differs from an uninterrupted one; store all that a step needs in the state"
    )


@needs("step_keeps_inputs", "step_repeats")
def check_frozen_parameters(subject: Subject[Trainer]) -> None:
    """Require that frozen parameters stay bit-identical, and that their gradient, even NaN, affects nothing."""
    *_, plain = _path(subject, NUMPY, steps=10)
    *_, wild = _path(subject, NUMPY, steps=10, wild=True)
    frozen = ~Quadratic.trainable
    unchanged = np.array_equal(to_host(wild.theta)[frozen], START.astype(np.float32)[frozen])
    require(unchanged, f"{subject}: frozen parameters change; do not override take_step, implement step")
    same = np.array_equal(to_host(plain.theta), to_host(wild.theta), equal_nan=True)
    require(same, f"{subject}: the gradient of a frozen parameter affects others; do not override take_step")


@needs("step_array_types")
def check_loss(subject: Subject[Trainer]) -> None:
    """Require that θ and the loss of every step are finite."""
    _, *done = _path(subject, NUMPY)
    for number, step in enumerate(done, 1):
        finite = np.isfinite(step.loss)
        problem = f"step returned the loss {step.loss} for a finite θ; return the loss of θ before the step"
        require(finite, f"{subject}: {problem}")
        theta_finite = bool(np.isfinite(to_host(step.theta)).all())
        problem = f"step number {number} of a convex problem returns a θ that is not finite; guard the division or root"
        require(theta_finite, f"{subject}: {problem}")


@needs("loss")
def check_metrics(subject: Subject[Trainer]) -> None:
    """Require the loss of θ before the step, and no metric named like a column of the history."""
    before, done = _path(subject, NUMPY, steps=1)
    value = float(Quadratic(before.theta).value(before.theta, CONTEXT))
    correct = np.isclose(done.loss, value, rtol=1e-4) or not subject.stage.traits().full_batch
    require(correct, f"{subject}: step returned the loss {done.loss:.6g}, but θ before the step has {value:.6g}")
    clashing = {"loss", "step", "seconds", "psnr", "ssim"} & done.metrics.keys()
    require(
        not clashing,
        f"{subject}: the metric {min(clashing, default='')!r} is also the name of a history column; rename it",
    )


@needs("loss", "frozen_parameters", "step_keeps_inputs")
def check_descends(subject: Subject[Trainer]) -> None:
    """Require that the loss of a convex problem decreases."""
    losses = [float(Quadratic(done.theta).value(done.theta, CONTEXT)) for done in _path(subject, NUMPY, steps=STEPS)]
    finite = bool(np.isfinite(losses).all())
    descends = finite and min(losses[1:]) < losses[0]
    require(descends, f"{subject}: the loss of a convex problem, {losses[0]:.3g}, does not decrease in {STEPS} steps")


ON_ARRAYS = (check_step_array_types, check_step_keeps_inputs, check_step_repeats)
OF_EXAMPLE = (check_loss, check_checkpoint, check_frozen_parameters, check_metrics, check_descends)
CHECKS = (*ON_ARRAYS, *OF_EXAMPLE)
