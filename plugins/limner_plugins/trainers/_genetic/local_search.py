"""Refinement in ``genetic``: another trainer continues from each of the best members."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from limner.plugin import Array, Context, Problem, State, Trainer, namespace
from limner_plugins.trainers._genetic.population import Population, concatenate
from limner_plugins.trainers._host import WORST_LOSS, all_finite


@dataclass(frozen=True)
class LocalSearch:
    """Refines the best members of a population.

    Attributes:
        trainer: the trainer that refines.
        steps: steps for each member.
        count: number of members to refine.
    """

    trainer: Trainer
    steps: int
    count: int

    def refine(self, population: Population, problem: Problem, ctx: Context) -> Population:
        """Return the population, joined by the refined members that improved; their originals stay too.

        The trainer's state goes with a refined member that improved. It stays with a member that did not improve, which
        may do so in a later generation. All other states are dropped, including those whose loss became the worst: a
        state that is not finite would fail again, and a checkpoint cannot hold it.
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
        """Return a member after the steps, with the trainer's state; unchanged and without one if it became nonfinite.

        Each step has its own ``ctx.step``, so that the trainer sees other batches; each member has its own
        ``ctx.tile``, so that random numbers differ.
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
