"""The population of ``genetic``: its members, what is known of each, and how it travels through a state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from limner.plugin import Array, Context, Problem, State, namespace
from limner_plugins.trainers._host import array_like, host_losses
from limner_plugins.trainers._nested import merge_states, pack_state, unpack_state


@dataclass(frozen=True)
class Population:
    """Members, one a row.

    Attributes:
        rows: ``(p, len θ)``, where θ lies.
        fitness: the loss of each, on the host.
        memories: what a refiner remembers of each; None where it has not seen it.
    """

    rows: Array
    fitness: np.ndarray
    memories: tuple[State | None, ...]

    @staticmethod
    def unevaluated(rows: Array) -> Population:
        """Members of which nothing is known."""
        count = rows.shape[0]
        return Population(rows, np.zeros(count), (None,) * count)

    @staticmethod
    def of(state: State, ctx: Context) -> Population:
        """The population that a state holds."""
        arrays = state.arrays
        memories: list[State | None] = [None] * arrays["population"].shape[0]
        for name, member in state.numbers.items():
            if name.startswith("member.") and member >= 0:
                memories[int(member)] = unpack_state(f"memory.{name.removeprefix('member.')}", state)
        return Population(arrays["population"], host_losses(arrays["fitness"], ctx), tuple(memories))

    def state(self, generation: int, slots: int, blank: State | None = None) -> State:
        """The population as arrays and numbers; ``member.i`` says whose the memory ``memory.i`` is, -1 nobody's.

        There are always as many memories, so that the state is made alike from the beginning to the end; what stands
        where there is none is not looked at.
        """
        pairs = [(member, memory) for member, memory in enumerate(self.memories) if memory is not None]
        filler = blank or (pairs[0][1] if pairs else State())
        pairs += [(-1, filler)] * (slots - len(pairs))
        arrays = {"population": self.rows, "fitness": array_like(self.fitness, self.rows)}
        numbers = {"generation": generation, **{f"member.{i}": member for i, (member, _) in enumerate(pairs)}}
        memories = (pack_state(f"memory.{i}", memory) for i, (_, memory) in enumerate(pairs))
        return merge_states(State(arrays, numbers), *memories)

    def take(self, index: np.ndarray) -> Population:
        """These members, in this order, as often as they are named."""
        rows = namespace(self.rows).take(self.rows, array_like(index, self.rows), axis=0)
        return Population(rows, self.fitness[index], tuple(self.memories[i] for i in index))

    def members(self, start: int, stop: int | None = None) -> Population:
        """The members from one to another."""
        at = slice(start, stop)
        return Population(self.rows[at, :], self.fitness[at], self.memories[at])

    def sorted(self) -> Population:
        """The best first; of equals, who was first before."""
        return self.take(np.argsort(self.fitness, kind="stable"))

    def evaluated(self, problem: Problem, ctx: Context, known: int) -> Population:
        """With the fitness of all but the first so many looked at."""
        if known == len(self.fitness):
            return self
        fitness = host_losses(problem.value(self.rows[known:, :], ctx), ctx)
        return replace(self, fitness=np.concatenate([self.fitness[:known], fitness]))

    def diversity(self, trainable: np.ndarray) -> float:
        """The mean deviation, over the members, of the numbers that are learned."""
        xp = namespace(self.rows)
        total = xp.sum(xp.where(array_like(trainable, self.rows), xp.std(self.rows, axis=0), 0.0 * self.rows[0, :]))
        return float(total) / max(1, int(trainable.sum()))


def concatenate(populations: Sequence[Population]) -> Population:
    """Several as one."""
    return Population(
        namespace(populations[0].rows).concat([flock.rows for flock in populations], axis=0),
        np.concatenate([flock.fitness for flock in populations]),
        tuple(memory for flock in populations for memory in flock.memories),
    )
