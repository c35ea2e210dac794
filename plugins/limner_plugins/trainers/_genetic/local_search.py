"""Refinement within ``genetic``: another trainer goes on from each of the best."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from limner.plugin import Array, Context, Problem, State, Trainer, namespace
from limner_plugins.trainers._genetic.population import Population, together
from limner_plugins.trainers._host import WORST, sound


@dataclass(frozen=True)
class LocalSearch:
    """So many steps of a trainer on each of so many of the best."""

    trainer: Trainer
    steps: int
    best: int

    def better(self, flock: Population, problem: Problem, ctx: Context) -> Population:
        """The flock, joined by those that got better; whom they were stays, so that there is a line from then to now.

        What the trainer remembers goes with the refined one, or stays with a member that it did not get any further:
        from there it may, with what it has learned of its steps. All others are forgotten, and so is what led nowhere:
        a memory of slopes without end would lead there again, and a checkpoint with one is refused.
        """
        worked = [self._worked(flock, member, problem, ctx) for member in range(self.best)]
        rows, memories = namespace(flock.rows).stack([theta for theta, _ in worked]), tuple(m for _, m in worked)
        after = replace(flock.between(0, self.best), rows=rows, memories=memories).judged(problem, ctx, 0)
        wins = after.fitness < flock.fitness[: self.best]
        gone = wins | (after.fitness >= WORST)
        kept = [None if away else memory for away, memory in zip(gone, memories, strict=True)]
        before = replace(flock, memories=(*kept, *[None] * (len(flock.memories) - self.best)))
        return together([before, after.taken(np.flatnonzero(wins))])

    def _worked(self, flock: Population, member: int, problem: Problem, ctx: Context) -> tuple[Array, State | None]:
        """A member after the steps, and what the trainer remembers of it; as it was where a step led beyond numbers.

        Every step counts for the trainer, so that it sees other batches; members differ in their tile, so that it
        draws for each what it draws for no other.
        """
        theta, memory = flock.rows[member, :], flock.memories[member]
        first = ctx.step * self.steps
        at = replace(ctx, step=first, tile=member)
        state = self.trainer.init(problem, theta, at) if memory is None else memory
        for step in range(first, first + self.steps):
            done = self.trainer.take_step(problem, theta, state, replace(at, step=step))
            theta, state = done.theta, done.state
        if not sound(theta, state):
            return flock.rows[member, :], None
        return theta, state
