"""Checks of a trainer, on a small problem whose answer is known: ½ Σ sᵢ (θᵢ - tᵢ)²."""

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
    """A convex problem of five numbers, the last of which is frozen."""

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
        """The loss of θ, or of each row of a population."""
        xp = namespace(theta)
        scale, target = _like(SCALES, theta), _like(TARGET, theta)
        return 0.5 * xp.sum(scale * (theta - target) ** 2, axis=-1)

    def value_and_grad(self, theta: Array, ctx: Context, batch: int = 0) -> tuple[Array, Array]:  # noqa: ARG002
        """Return the loss and sᵢ (θᵢ - tᵢ), or NaN for the frozen parameter; every batch is alike."""
        gradient = _like(SCALES, theta) * (theta - _like(TARGET, theta))
        if self.wild:
            gradient = gradient + _like(np.where(self.trainable, 0.0, np.nan), theta)
        return self.value(theta, ctx), gradient

    def normal_equations(self, theta: Array, ctx: Context, batch: int = 0) -> tuple[Array, Array, Array]:
        """The loss, JᵀJ = diag s, and Jᵀr, the gradient."""
        value, gradient = self.value_and_grad(theta, ctx, batch)
        return value, _like(np.diag(SCALES), theta), gradient


def _like(host: np.ndarray, like: Array) -> Array:
    return namespace(like).asarray(host.tolist(), dtype=like.dtype, device=device(like))


def _path(
    subject: Subject[Trainer], case: ArrayCase, dtype: str = "float32", steps: int = 4, *, wild: bool = False
) -> Iterator[Step]:
    """Yield θ and the state before the first step, then each step."""
    trainer = subject.stage
    ctx = replace(CONTEXT, training=True)
    theta = case.asarray(START.astype(dtype))
    problem = Quadratic(theta, wild=wild)
    try:
        with calling(subject, "init or step", case):
            done = Step(theta, trainer.init(problem, theta, ctx), 0.0)
            yield done
            for step in range(steps):
                step_ctx = replace(ctx, step=step, progress=step / steps)
                done = trainer.take_step(problem, done.theta, done.state, step_ctx)
                yield done
    except AssertionError as error:
        if isinstance(error.__cause__, NotImplementedError):
            raise SkipTest(f"{subject} asks for more than a plain problem: {error.__cause__}") from error
        raise


def check_step_array_types(subject: Subject[Trainer], case: ArrayCase) -> None:
    """Require that θ keeps its shape, dtype and device, and that loss, metrics and the state's numbers are numbers."""
    for dtype in case.dtypes():
        expected = array_type(case.asarray(START.astype(dtype)))
        for done in _path(subject, case, dtype):
            theta, state = done.theta, done.state
            got = array_type(theta)
            require(
                theta.shape == START.shape and got == expected,
                f"{subject}: step makes {got} {theta.shape} of {expected}",
            )
            require(isinstance(state, State), f"{subject}: the state must be a State, not {type(state).__name__}")
            numbers = (done.loss, *state.numbers.values(), *done.metrics.values())
            plain = all(isinstance(number, (int, float)) for number in numbers)
            require(plain, f"{subject}: the loss, the metrics and the state's numbers must be plain Python numbers")


@needs("step_array_types")
def check_step_keeps_inputs(subject: Subject[Trainer], case: ArrayCase) -> None:
    """Neither θ nor the arrays of the state are written into."""
    last: list[tuple[Array, np.ndarray]] = []
    for done in _path(subject, case):
        for array, before in last:
            unchanged = np.array_equal(case.to_host(array), before, equal_nan=True)
            require(unchanged, f"{subject}: step changed what it was handed in place; work on a copy")
        last = [(a, case.to_host(a).copy()) for a in (done.theta, *done.state.arrays.values())]


@needs("step_array_types")
def check_step_repeats(subject: Subject[Trainer], case: ArrayCase) -> None:
    """The same problem, θ, state and step: the same bits."""
    for one, two in zip(_path(subject, case), _path(subject, case), strict=True):
        same = np.array_equal(case.to_host(one.theta), case.to_host(two.theta), equal_nan=True)
        require(same, f"{subject}: two runs part ways; draw what is random from ctx.rng()")


@needs("step_keeps_inputs", "step_repeats")
def check_checkpoint(subject: Subject[Trainer]) -> None:
    """A state that went through a file goes on as if it had never stopped."""
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
        same, f"{subject}: a resumed run parts ways with one that never stopped; put all it remembers into the state"
    )


@needs("step_keeps_inputs", "step_repeats")
def check_frozen_parameters(subject: Subject[Trainer]) -> None:
    """Frozen parameters are unchanged to the bit, and their gradient, NaN even, changes nothing."""
    *_, plain = _path(subject, NUMPY, steps=10)
    *_, wild = _path(subject, NUMPY, steps=10, wild=True)
    frozen = ~Quadratic.trainable
    unchanged = np.array_equal(to_host(wild.theta)[frozen], START.astype(np.float32)[frozen])
    require(unchanged, f"{subject}: frozen parameters change; leave take_step as it is, and implement step")
    same = np.array_equal(to_host(plain.theta), to_host(wild.theta), equal_nan=True)
    require(same, f"{subject}: the gradient of a frozen parameter changes others; leave take_step as it is")


@needs("step_array_types")
def check_loss(subject: Subject[Trainer]) -> None:
    """Require that θ and the loss of every step are finite."""
    _, *done = _path(subject, NUMPY)
    for number, step in enumerate(done, 1):
        finite = np.isfinite(step.loss)
        problem = f"step returns the loss {step.loss} where θ is finite; return that of θ before the step"
        require(finite, f"{subject}: {problem}")
        whole = bool(np.isfinite(to_host(step.theta)).all())
        problem = f"step number {number} of a convex problem returns a θ that is not finite; guard the division or root"
        require(whole, f"{subject}: {problem} there")


@needs("loss")
def check_metrics(subject: Subject[Trainer]) -> None:
    """The loss is that of θ before the step, and no metric has the name of a column of the history."""
    before, done = _path(subject, NUMPY, steps=1)
    value = float(Quadratic(before.theta).value(before.theta, CONTEXT))
    true = np.isclose(done.loss, value, rtol=1e-4) or not subject.stage.traits().full_batch
    require(true, f"{subject}: step returns the loss {done.loss:.6g}, and that of θ before it is {value:.6g}")
    clashing = {"loss", "step", "seconds", "psnr", "ssim"} & done.metrics.keys()
    require(
        not clashing, f"{subject}: the metric {min(clashing, default='')!r} has the name of a column of the history"
    )


@needs("loss", "frozen_parameters", "step_keeps_inputs")
def check_descends(subject: Subject[Trainer]) -> None:
    """On a convex problem the loss falls."""
    losses = [float(Quadratic(done.theta).value(done.theta, CONTEXT)) for done in _path(subject, NUMPY, steps=STEPS)]
    finite = bool(np.isfinite(losses).all())
    descends = finite and min(losses[1:]) < losses[0]
    require(descends, f"{subject}: the loss of a convex problem does not fall in {STEPS} steps, from {losses[0]:.3g}")


ON_ARRAYS = (check_step_array_types, check_step_keeps_inputs, check_step_repeats)
OF_EXAMPLE = (check_loss, check_checkpoint, check_frozen_parameters, check_metrics, check_descends)
CHECKS = (*ON_ARRAYS, *OF_EXAMPLE)
