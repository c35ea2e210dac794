"""The trainer: changes θ step by step to minimise the loss of a problem."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, final

from limner.stages.base import DomainStage
from limner.stages.optimization.frozen import TrainableMask, masked_problem
from limner.stages.optimization.read_only import is_refused_write, read_only
from limner.stages.optimization.state import State, find_change

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.stages.base import Domain
    from limner.stages.context import Context
    from limner.stages.optimization.problem import Problem


@dataclass(frozen=True)
class Step:
    """The result of a step.

    Attributes:
        theta: θ after the step.
        state: the trainer's state after the step.
        loss: the loss of θ before the step, over all points or over the batch of the step.
        metrics: further values by name, for the history.
    """

    theta: Array
    state: State
    loss: float
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class TrainerTraits:
    """Properties of a trainer that the loop and other trainers use.

    Attributes:
        divergence_setting: the setting to lower if the loss diverges; empty for none.
        supports_warm_start: whether the trainer starts from the θ that it gets. Trainers that search with a population
            or restart do not, so they cannot refine the result of another trainer.
        tolerates_nonfinite: whether the trainer recovers by itself from a θ whose loss is not finite. If so, a run ends
            only if the loss that a step returns is not finite.
        keep_last: whether the last θ is the result, whatever its loss. In adversarial training, the loss does not
            measure the quality of the network.
        full_batch: whether the loss of a step is over all points. If so, the loop finds the best θ without further
            evaluations.
        plot_panels: the panels that a plot of the history adds; each maps one or two metrics to their labels. A label
            that ends with ``%`` marks a fraction from 0 to 1.
    """

    divergence_setting: str = ""
    supports_warm_start: bool = True
    tolerates_nonfinite: bool = False
    keep_last: bool = False
    full_batch: bool = False
    plot_panels: tuple[Mapping[str, str], ...] = ()


class Trainer(DomainStage):
    """An optimisation algorithm. The training loop handles budgets, checkpoints, events and frozen parameters.

    A subclass implements ``step``, and ``init`` if it has a state. ``ctx.step`` counts steps from 0, and
    ``ctx.progress`` is the spent fraction of the budget, for schedules. A trainer may also inherit from
    ``TrainerDiagnostics``, for messages and metrics, and from ``ImageTrainer``, if it processes whole images.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code", "image"})

    def traits(self) -> TrainerTraits:
        """Return the properties of this trainer that the loop and other trainers use."""
        return TrainerTraits()

    def samples_per_step(self, points: int) -> int:
        """Return the cost of a step, as the number of points whose gradient takes as long; by default all points.

        The loop evaluates θ less often if steps are small.
        """
        return points

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:  # noqa: ARG002
        """Return the state before the first step; by default it is empty."""
        return State()

    @abstractmethod
    def step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        """Return the next θ and state, and the loss of θ before the step.

        A trainer need not know which parameters are frozen: their gradients are 0, and limner restores their values
        in the θ that ``step`` returns.
        """

    @final
    def take_step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        """Call ``step`` with masked gradients, and restore frozen parameters exactly.

        The loop calls this, and so does a trainer that runs another trainer. With NumPy, ``step`` gets a read-only θ,
        because the loop may hold the same array as the best θ.

        Raises:
            TypeError: ``step`` wrote to θ, did not return a ``Step``, or returned a value of another type, shape or
                structure.
        """
        theta, name = read_only(theta), f"{type(self).__name__}.step"
        mask = TrainableMask.of(problem.trainable, theta)
        masked = masked_problem(problem, mask, theta)
        try:
            done = self.step(masked, theta, state, ctx)
        except ValueError as error:
            if is_refused_write(error, within=masked):
                raise TypeError(f"{name}: θ is read-only; return a new array: theta - x, not theta -= x") from error
            raise
        self._check_step(done, theta, state)
        return replace(done, theta=mask.keep_frozen(done.theta, theta))

    @final
    def _check_step(self, done: object, theta: Array, state: State) -> None:
        """Raise an error for an invalid result, here in the trainer so that the traceback points to the plugin."""
        name = f"{type(self).__name__}.step"
        if not isinstance(done, Step):
            raise TypeError(f"{name} returned {type(done).__name__}; return a Step")
        shape = getattr(done.theta, "shape", None)
        if shape != theta.shape:
            raise TypeError(f"{name} returned a θ of shape {shape}; return one of shape {tuple(theta.shape)}")
        if not isinstance(done.state, State):
            raise TypeError(f"{name} returned the state as {type(done.state).__name__}; return a State")
        if change := find_change(state, done.state):
            raise TypeError(f"{name} {change}; return the names, shapes and dtypes of init")
        for word, value in {"loss": done.loss, **done.metrics}.items():
            if not _is_number(value):
                raise TypeError(f"{name} returned the {word} as {value!r:.80}; return a number")


def _is_number(value: object) -> bool:
    """Return whether a value can be used as a float, as an array of one number can."""
    try:
        math.isnan(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return True
