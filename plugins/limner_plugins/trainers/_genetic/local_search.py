"""Refinement within ``genetic``: another trainer goes on from each of the best."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from limner.plugin import Array, Context, Problem, State, Trainer, namespace
from limner_plugins.trainers._genetic.population import Population, concatenate
from limner_plugins.trainers._host import WORST_LOSS, all_finite


@dataclass(frozen=True)
class LocalSearch:
    """So many steps of a trainer on each of so many of the best."""

    trainer: Trainer
    steps: int
    count: int

    def refine(self, population: Population, problem: Problem, ctx: Context) -> Population:
        """The flock, joined by those that got better; whom they were stays, so that there is a line from then to now.

        What the trainer remembers goes with the refined one, or stays with a member that it did not get any further:
        from there it may, with what it has learned of its steps. All others are forgotten, and so is what led nowhere:
        a memory of slopes without end would lead there again, and a checkpoint with one is refused.
        """
        refined = [self._refine_member(population, member, problem, ctx) for member in range(self.count)]
        rows, memories = namespace(population.rows).stack([theta for theta, _ in refined]), tuple(m for _, m in refined)
        after = replace(population.members(0, self.count), rows=rows, memories=memories).evaluated(problem, ctx, 0)
        improved = after.fitness < population.fitness[: self.count]
        forgotten = improved | (after.fitness >= WORST_LOSS)
        remembered = [None if away else memory for away, memory in zip(forgotten, memories, strict=True)]
        before = replace(population, memories=(*remembered, *[None] * (len(population.memories) - self.count)))
        return concatenate([before, after.take(np.flatnonzero(improved))])

    def _refine_member(
        self, population: Population, member: int, problem: Problem, ctx: Context
    ) -> tuple[Array, State | None]:
        """A member after the steps, and what the trainer remembers of it; as it was where a step led beyond numbers.

        Every step counts for the trainer, so that it sees other batches; members differ in their tile, so that it
        draws for each what it draws for no other.
        """
        theta, memory = population.rows[member, :], population.memories[member]
        first = ctx.step * self.steps
        at = replace(ctx, step=first, tile=member)
        state = self.trainer.init(problem, theta, at) if memory is None else memory
        for step in range(first, first + self.steps):
            result = self.trainer.take_step(problem, theta, state, replace(at, step=step))
            theta, state = result.theta, result.state
        if not all_finite(theta, state):
            return population.rows[member, :], None
        return theta, state
