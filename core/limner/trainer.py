"""The trainer: moves θ towards what the problem asks for."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from limner.stage import Stage

if TYPE_CHECKING:
    import numpy as np

    from limner.namespace import Array
    from limner.samples import Context


class Problem(Protocol):
    """What a trainer may ask. It never sees pixels: the problem runs the tiles and sums them in a fixed order."""

    learned: np.ndarray
    """A boolean for each number of θ: may it be changed?"""

    def value(self, theta: Array, ctx: Context) -> Array:
        """The loss of θ, or of every row of a population ``(p, len θ)``."""

    def value_and_grad(self, theta: Array, ctx: Context) -> tuple[Array, Array]:
        """The loss of the batch that (seed, step) names, and its gradient by θ."""

    def normal_equations(self, theta: Array, ctx: Context) -> tuple[Array, Array, Array]:
        """The loss, JᵀJ and Jᵀr, for second-order trainers."""


@dataclass(frozen=True)
class State:
    """A trainer's memory: named arrays and numbers, so that a checkpoint can hold it."""

    arrays: Mapping[str, Array] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)


class Trainer(Stage):
    """Owns its mathematics only; budgets, checkpoints, events and progress are the loop's."""

    @abstractmethod
    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:
        """The state before the first step."""

    @abstractmethod
    def step(
        self, problem: Problem, theta: Array, state: State, ctx: Context
    ) -> tuple[Array, State, Mapping[str, float]]:
        """The next θ and state, and what is worth telling (the loss, at least)."""
