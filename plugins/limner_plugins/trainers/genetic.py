"""The trainer ``genetic``."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import (
    Array,
    Context,
    LimnerError,
    Nested,
    Problem,
    StageSpec,
    State,
    Step,
    TrainableMask,
    Trainer,
    TrainerTraits,
    namespace,
)
from limner_plugins.trainers._genetic.local_search import LocalSearch
from limner_plugins.trainers._genetic.operators import crossover, mutate, rank_selection, tournament_selection
from limner_plugins.trainers._genetic.population import Population, concatenate

MAX_POPULATION_NUMBERS = 2**27  # numbers in a population; breeding holds a few times as many


class Genetic(Trainer):
    """A population of weight vectors; the best are bred, with a little mutation and, if wished, some backpropagation.

    A step is a generation: the ``elites`` stay, the rest are children of two parents and ``immigrants``, drawn afresh.
    A child is the better parent's, with what ``crossover`` brings of the other; a mutant has N(0, σ²) added to a share
    of its numbers, where σ = ``mutation_size`` · ``mutation_decay`` ^ progress shrinks over the budget. θ is the best
    member; it never gets worse.

    Then ``refine`` goes on from each of the best, and who got better joins whom it was. What is learned is handed down,
    weights and step sizes: Lamarck's way. So a population that is refined is a trail of the way down, and ``blend``
    with a long ``reach`` leaps ahead along it, where the refiner goes in small steps.
    """

    population: int = Field(default=50, ge=2, le=10_000, description="members")
    elites: int = Field(default=4, ge=1, le=9_999, description="how many of the best stay as they are")
    selection: Literal["tournament", "rank"] = Field(
        default="tournament", description="who mates: the best of a few that are drawn, or by rank"
    )
    tournament: int = Field(default=4, ge=1, le=10_000, description="how many a tournament has; more press harder")
    crossover: Literal["uniform", "unit", "blend", "none"] = Field(
        default="uniform",
        description="what a child has from whom: each number from either parent, each unit of the network whole from"
        " either, a point on the line from the worse to the better and beyond, or all from one",
    )
    reach: float = Field(
        default=0.5, ge=0, le=100, description="how far beyond the better parent blend goes, in distances of the two"
    )
    crossover_rate: float = Field(default=0.5, ge=0, le=1, description="the share of children that have two parents")
    mutants: float = Field(default=1.0, ge=0, le=1, description="the share of children that mutate")
    mutation_rate: float = Field(default=0.1, ge=0, le=1, description="the share of a mutant's numbers that mutate")
    mutation_size: float = Field(default=0.2, ge=0, le=1000, description="σ at the start")
    mutation_decay: float = Field(default=0.1, ge=0, le=1, description="what is left of σ at the end of the budget")
    immigrants: int = Field(default=0, ge=0, le=9_998, description="newcomers in each generation, drawn afresh")
    refine: Annotated[StageSpec[Trainer], Nested("trainer")] = Field(
        default="rprop", validate_default=True, description="the trainer that refines the best"
    )
    refine_steps: int = Field(default=0, ge=0, le=10_000, description="its steps in each generation; 0 is none")
    refine_elites: int = Field(default=1, ge=1, le=10_000, description="how many of the best it refines")

    @model_validator(mode="after")
    def _check_sizes(self) -> Genetic:
        if self.elites + self.immigrants >= self.population:
            raise ValueError(
                f"elites and immigrants, {self.elites} + {self.immigrants}, leave no room for children in a population"
                f" of {self.population}"
            )
        if self.refine_steps and self.refine_elites > self.population:
            raise ValueError(f"refine_elites is {self.refine_elites}, more than the population of {self.population}")
        if not self.refine.stage.traits().supports_warm_start:
            raise ValueError(
                f"refine must be a trainer that goes on from one θ, rprop or backprop say, not {self.refine.kind!r}"
            )
        return self

    @classmethod
    def examples(cls) -> tuple[Genetic, ...]:
        """Every crossover and both selections, with refiners that remember much, little and a batch's place."""

        def of(**table: object) -> Genetic:
            return cls.model_validate({"population": 12, "elites": 2, **table})

        adam = {"kind": "backprop", "learning_rate": 0.05, "batch": 2}
        return (
            of(),
            of(crossover="unit", selection="rank", immigrants=3, mutants=0.5),
            of(crossover="blend", crossover_rate=1.0, tournament=1, refine_steps=2),
            of(crossover="none", refine=adam, refine_steps=3, refine_elites=2, population=4),
        )

    def traits(self) -> TrainerTraits:
        """Search with a population, whose best member's loss over all points is known."""
        return TrainerTraits(supports_warm_start=False, full_batch=True)

    def samples_per_step(self, points: int) -> int:
        """Return all points for the whole population, and those of the refinement."""
        refining = self.refine_steps * self.refine_elites * self.refine.stage.samples_per_step(points)
        return self.population * points + refining

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:
        """θ itself and others drawn afresh; they are looked at in the first generation.

        Raises:
            LimnerError: the population would be too large.
        """
        if self.population * theta.shape[0] > MAX_POPULATION_NUMBERS:
            raise LimnerError(
                f"a population of {self.population:,} networks of {theta.shape[0]:,} numbers is more than"
                f" {MAX_POPULATION_NUMBERS:,} numbers; lower trainer.population, or choose a smaller network"
            )
        others = self._new_members(problem, theta, self.population - 1, ctx)
        population = Population.unevaluated(namespace(theta).concat([theta[None, :], others], axis=0))
        if not self.refine_steps:
            return population.state(0, 0)
        return population.state(0, self.refine_elites, self.refine.stage.init(problem, theta, ctx))

    def step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        """One generation."""
        generation = int(state.numbers["generation"])
        population = Population.of(state, ctx)
        known = 0
        if generation:
            population, known = self._next_generation(problem, theta, population, ctx), self.elites
        population = population.evaluated(problem, ctx, known)
        loss = float(population.fitness[0])  # θ is the first: the best of the last generation, or where it all begins
        population = population.sorted()
        slots, blank = self.refine_elites if self.refine_steps else 0, None
        if slots:
            refiner = self.refine.stage
            local_search = LocalSearch(refiner, self.refine_steps, slots)
            population = local_search.refine(population, problem, ctx).sorted().members(0, self.population)
            if not any(population.memories):
                blank = refiner.init(problem, theta, ctx)
        metrics = {"mean": float(population.fitness.mean()), "diversity": population.diversity(problem.trainable)}
        return Step(population.rows[0, :], population.state(generation + 1, slots, blank), loss, metrics)

    def _next_generation(self, problem: Problem, theta: Array, population: Population, ctx: Context) -> Population:
        """The next generation: the elites, the children, the immigrants."""
        count = self.population - self.elites - self.immigrants
        rng = ctx.rng("genetic", "parents")
        pairs = np.sort(
            [self._select_parents(count, rng), self._select_parents(count, rng)], axis=0
        )  # the better of each first
        better, worse = (population.take(ranks) for ranks in pairs)
        two_parents = rng.random(count) < self.crossover_rate
        rng = ctx.rng("genetic", "crossover")
        rows = crossover(self.crossover, better.rows, worse.rows, two_parents, problem.units, self.reach, rng)

        rng = ctx.rng("genetic", "mutation")
        size = self.mutation_size * self.mutation_decay**ctx.progress
        sizes = np.where(rng.random(count) < self.mutants, size, 0.0)
        rows = mutate(rows, self.mutation_rate, sizes, rng)
        rows = TrainableMask.of(problem.trainable, theta).keep_frozen(rows, theta)
        children = Population(rows, np.zeros(count), better.memories)
        groups = [population.take(np.arange(self.elites)), children]
        if self.immigrants:
            groups.append(Population.unevaluated(self._new_members(problem, theta, self.immigrants, ctx)))
        return concatenate(groups)

    def _select_parents(self, count: int, rng: np.random.Generator) -> np.ndarray:
        if self.selection == "rank":
            return rank_selection(count, self.population, rng)
        return tournament_selection(count, self.population, self.tournament, rng)

    def _new_members(self, problem: Problem, theta: Array, count: int, ctx: Context) -> Array:
        """Members drawn afresh: others at every step, so that an immigrant is nobody who was there before."""
        numbers = ctx.rng("genetic", "newcomers").integers(2**31, size=count)
        return namespace(theta).stack([problem.reinitialize(int(number)) for number in numbers])
