"""The trainer: moves θ towards what the problem asks for."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

from limner.stages.base import DomainStage

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.stages.base import Domain
    from limner.stages.context import Context
    from limner.stages.problem import Problem


@dataclass(frozen=True)
class State:
    """A trainer's memory: named arrays and numbers, so that a checkpoint can hold it.

    Names, shapes and dtypes are those of ``init`` all along: a checkpoint that has others is taken for damaged.
    """

    arrays: Mapping[str, Array] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)


class Trainer(DomainStage):
    """Owns its mathematics only; budgets, checkpoints, events and progress are the loop's.

    ``ctx.step`` counts from 0 and ``ctx.progress`` says how much of the budget is spent, for schedules.
    ``calmer`` names the setting to lower where the loss diverges. ``refines`` is False for those that search by a
    population or begin anew: they do not go on from one θ, so another trainer cannot have them refine what it found.
    ``latest`` is True for those whose last θ is what is wanted, whatever the loss says of it: two players have none
    that tells how good they are.
    ``curves`` says which of its metrics a plot of the history shows, and how they are called: a panel for each mapping
    from one or two names to labels. A label that ends with ``%`` is of a share, 0 to 1.
    ``recovers`` is True for those that leave a θ whose loss is no number by themselves: then a run is over only where
    the ``loss`` that a step tells is none.
    """

    calmer: ClassVar[str] = ""
    refines: ClassVar[bool] = True
    recovers: ClassVar[bool] = False
    latest: ClassVar[bool] = False
    curves: ClassVar[tuple[Mapping[str, str], ...]] = ()
    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code", "image"})

    def sized(self, channels: int, size: tuple[int, int]) -> Self:  # noqa: ARG002
        """This trainer made for pictures: what follows from their channels and size is filled in and checked.

        Raises:
            LimnerError: a network that it holds does not take them.
        """
        return self

    def about(self) -> str:
        """What is to be told of how it will learn, before it begins; mostly nothing."""
        return ""

    def advice(self, points: int) -> tuple[str, ...]:  # noqa: ARG002
        """What the person who trains on so many points had better know, a line each; mostly nothing."""
        return ()

    def kept(self, theta: Array, state: State) -> Array:  # noqa: ARG002
        """The θ that is judged, shown and saved: that of the last step, or what the state holds in its place."""
        return theta

    def scores(self, state: State, features: Array, made: Array, ctx: Context) -> Array | None:  # noqa: ARG002
        """How convincing each picture ``(3, n, h, w)`` made of features is, ``(n,)``; None where it cannot tell."""
        return None

    def warning(self, state: State) -> str:  # noqa: ARG002
        """What is to be said to the person who trains, once, while it goes on; mostly nothing."""
        return ""

    def told(self, state: State) -> str:  # noqa: ARG002
        """What is to be said at the end of how it went; mostly nothing.

        It follows from the state, which a checkpoint holds: so it is said again of a run that is over.
        """
        return ""

    def figures(self, state: State) -> Mapping[str, float]:  # noqa: ARG002
        """The same in numbers, by the names of metrics, for who reads them with a program."""
        return {}

    def blame(self, metrics: Mapping[str, float]) -> str:  # noqa: ARG002
        """The setting to lower where a step's loss is no number, by its metrics."""
        return self.calmer

    def looks(self, points: int) -> int:
        """How many points one step looks at; the loop judges by it how often it may look at them all."""
        return points

    def held(self, points: int, side_by_side: int) -> int:
        """How many pictures a step holds at once, where so many are worked on side by side."""
        return min(self.looks(points), side_by_side)

    def trained_set(self, channels: int, size: tuple[int, int]) -> int:  # noqa: ARG002
        """The numbers that it holds of a picture besides what the network does; the memory estimate asks for it."""
        return 0

    @property
    def whole(self) -> bool:
        """Is the ``loss`` among a step's metrics that of θ before the step over all points, not over a batch?

        Then the loop finds the best θ without looking again.
        """
        return False

    @abstractmethod
    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:
        """The state before the first step."""

    @abstractmethod
    def step(
        self, problem: Problem, theta: Array, state: State, ctx: Context
    ) -> tuple[Array, State, Mapping[str, float]]:
        """The next θ and state, and what is worth telling: ``loss`` at least, that of θ before the step."""
