"""The population of ``genetic``: its members, their fitness, and its conversion to and from a state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from limner.plugin import Array, Context, Problem, State, namespace
from limner_plugins.trainers._host import array_like, host_losses
from limner_plugins.trainers._nested import merge_states, pack_state, unpack_state


@dataclass(frozen=True)
class Population:
    """The members of a population.

    Attributes:
        rows: the parameters of each member, ``(p, len θ)``, on the device of θ.
        fitness: the loss of each member, on the host; lower is better.
        memories: the refining trainer's state for each member; None if there is none.
    """

    rows: Array
    fitness: np.ndarray
    memories: tuple[State | None, ...]

    @staticmethod
    def unevaluated(rows: Array) -> Population:
        """Return a population whose fitness is not known yet."""
        count = rows.shape[0]
        return Population(rows, np.zeros(count), (None,) * count)

    @staticmethod
    def of(state: State, ctx: Context) -> Population:
        """Return the population that a state holds."""
        arrays = state.arrays
        memories: list[State | None] = [None] * arrays["population"].shape[0]
        for name, member in state.numbers.items():
            if name.startswith("member.") and member >= 0:
                memories[int(member)] = unpack_state(f"memory.{name.removeprefix('member.')}", state)
        return Population(arrays["population"], host_losses(arrays["fitness"], ctx), tuple(memories))

    def state(self, generation: int, slots: int, blank: State | None = None) -> State:
        """Return the population as a state; ``member.i`` is the member that ``memory.i`` belongs to, -1 for none.

        The number of memories is constant, so that the structure of the state never changes; unused ones are ignored.
        """
        pairs = [(member, memory) for member, memory in enumerate(self.memories) if memory is not None]
        filler = blank or (pairs[0][1] if pairs else State())
        pairs += [(-1, filler)] * (slots - len(pairs))
        arrays = {"population": self.rows, "fitness": array_like(self.fitness, self.rows)}
        numbers = {"generation": generation, **{f"member.{i}": member for i, (member, _) in enumerate(pairs)}}
        memories = (pack_state(f"memory.{i}", memory) for i, (_, memory) in enumerate(pairs))
        return merge_states(State(arrays, numbers), *memories)

    def take(self, index: np.ndarray) -> Population:
        """Return the members at these indices, in this order; an index may occur repeatedly."""
        rows = namespace(self.rows).take(self.rows, array_like(index, self.rows), axis=0)
        return Population(rows, self.fitness[index], tuple(self.memories[i] for i in index))

    def members(self, start: int, stop: int | None = None) -> Population:
        """Return the members from ``start`` to ``stop``, which is exclusive."""
        at = slice(start, stop)
        return Population(self.rows[at, :], self.fitness[at], self.memories[at])

    def sorted(self) -> Population:
        """Return the population sorted by loss, the best first; the order of equal losses is kept."""
        return self.take(np.argsort(self.fitness, kind="stable"))

    def evaluated(self, problem: Problem, ctx: Context, known: int) -> Population:
        """Return the population with the fitness of all members evaluated except the first ``known``."""
        if known == len(self.fitness):
            return self
        fitness = host_losses(problem.value(self.rows[known:, :], ctx), ctx)
        return replace(self, fitness=np.concatenate([self.fitness[:known], fitness]))

    def diversity(self, trainable: np.ndarray) -> float:
        """Return the standard deviation over the members, averaged over trainable parameters."""
        xp = namespace(self.rows)
        total = xp.sum(xp.where(array_like(trainable, self.rows), xp.std(self.rows, axis=0), 0.0 * self.rows[0, :]))
        return float(total) / max(1, int(trainable.sum()))


def concatenate(populations: Sequence[Population]) -> Population:
    """Return several populations as one."""
    return Population(
        namespace(populations[0].rows).concat([population.rows for population in populations], axis=0),
        np.concatenate([population.fitness for population in populations]),
        tuple(memory for population in populations for memory in population.memories),
    )
