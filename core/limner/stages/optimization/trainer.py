"""The trainer: moves θ towards a minimum of a problem's loss."""

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
        loss: the loss of θ before the step, over all points or over the batch that the step looked at.
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
        supports_warm_start: whether the trainer continues from one θ. Trainers that search with a population or begin
            afresh do not, so they cannot refine what another trainer found.
        tolerates_nonfinite: whether the trainer itself leaves a θ whose loss is not finite. Then a run ends only if the
            loss that a step returns is not finite.
        keep_last: whether the last θ is the result, whatever its loss: the losses of two networks that compete do not
            say how good either is.
        full_batch: whether the loss of a step is that of θ before it over all points. Then the loop finds the best θ
            without evaluating it again.
        plot_panels: the metrics that a plot of the history shows, a panel for each mapping from one or two names to
            labels. A label that ends with ``%`` is of a fraction, 0 to 1.
    """

    divergence_setting: str = ""
    supports_warm_start: bool = True
    tolerates_nonfinite: bool = False
    keep_last: bool = False
    full_batch: bool = False
    plot_panels: tuple[Mapping[str, str], ...] = ()


class Trainer(DomainStage):
    """A way to minimise a loss. The loop handles budgets, checkpoints, events and frozen parameters.

    ``step`` is the only method that a trainer must have; ``init`` gives it a state. ``ctx.step`` counts from 0 and
    ``ctx.progress`` is the spent share of the budget, for schedules. A trainer may also implement
    ``TrainerDiagnostics``, for messages, and ``ImageTrainer``, if it is made for whole images.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code", "image"})

    def traits(self) -> TrainerTraits:
        """Return what the loop needs to know of this trainer."""
        return TrainerTraits()

    def samples_per_step(self, points: int) -> int:
        """Return how many of the problem's points a step looks at; the loop evaluates θ the less often, the fewer."""
        return points

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:  # noqa: ARG002
        """Return the state before the first step; empty by default."""
        return State()

    @abstractmethod
    def step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        """Return the next θ and state, and the loss of θ before the step.

        Gradients are 0 where a parameter is frozen, and whatever ``step`` returns there is replaced: a trainer need not
        know which parameters are frozen.
        """

    @final
    def take_step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        """Call ``step`` with masked gradients, and leave frozen parameters unchanged to the bit.

        The loop calls this, and so does a trainer that runs another one. On NumPy ``step`` gets a read-only θ: the loop
        may still hold it as the best one.

        Raises:
            TypeError: ``step`` did not return a ``Step``, one of its values has another type, shape or structure, or it
                wrote to θ.
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
        """Refuse what is no step: the frame of this method tells whose trainer it is."""
        name = f"{type(self).__name__}.step"
        if not isinstance(done, Step):
            raise TypeError(f"{name} returned {type(done).__name__}; return a Step")
        shape = getattr(done.theta, "shape", None)
        if shape != theta.shape:
            raise TypeError(f"{name} returned a θ of shape {shape}; move the θ that it is given, {tuple(theta.shape)}")
        if not isinstance(done.state, State):
            raise TypeError(f"{name} returned the state as {type(done.state).__name__}; return a State")
        if change := find_change(state, done.state):
            raise TypeError(f"{name} changes the state's {change}; return the names, shapes and dtypes of init")
        for word, value in {"loss": done.loss, **done.metrics}.items():
            if not _is_number(value):
                raise TypeError(f"{name} returned the {word} as {value!r:.80}; return a number")


def _is_number(value: object) -> bool:
    """Whether a value can stand for a float: an array of one number can."""
    try:
        math.isnan(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return True
