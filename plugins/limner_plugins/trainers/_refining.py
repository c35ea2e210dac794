"""Refinement within ``genetic``: another trainer goes on from each of the best."""

from __future__ import annotations

from dataclasses import dataclass, replace

from limner.plugin import Array, Context, Problem, State, Trainer, namespace
from limner_plugins.trainers._flock import Flock, together


@dataclass(frozen=True)
class Refining:
    """So many steps of a trainer on each of so many of the best."""

    trainer: Trainer
    steps: int
    best: int

    def better(self, flock: Flock, problem: Problem, ctx: Context) -> Flock:
        """The flock, each of its best replaced where the refined one is better.

        What the trainer remembers is kept with those that it bettered. Of the others it is forgotten: those it did not
        get any further begin afresh, and those that were not among the best have no need of it yet.
        """
        worked = [self._worked(flock, member, problem, ctx) for member in range(self.best)]
        xp = namespace(flock.rows)
        tried = Flock(
            xp.stack([theta for theta, _ in worked]),
            flock.fitness[: self.best],
            flock.factors[: self.best],
            tuple(memory for _, memory in worked),
        ).judged(problem, ctx, 0)
        without = replace(flock, memories=(None,) * len(flock.memories))
        wins = tried.fitness < flock.fitness[: self.best]
        kept = [(tried if win else without).between(i, i + 1) for i, win in enumerate(wins)]
        return together([*kept, without.between(self.best)])

    def _worked(self, flock: Flock, member: int, problem: Problem, ctx: Context) -> tuple[Array, State]:
        """A member after the steps, and what the trainer remembers of it.

        Every step counts for the trainer, so that it sees other batches; members differ in their tile, so that it
        draws for each what it draws for no other.
        """
        theta, memory = flock.rows[member, :], flock.memories[member]
        first = ctx.step * self.steps
        at = replace(ctx, step=first, tile=member)
        state = self.trainer.init(problem, theta, at) if memory is None else memory
        for step in range(first, first + self.steps):
            theta, state, _ = self.trainer.step(problem, theta, state, replace(at, step=step))
        return theta, state
