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

MAX_POPULATION_NUMBERS = 2**27  # parameters in a population; crossover holds a few times as many


class Genetic(Trainer):
    """A genetic algorithm over parameter vectors, with optional refinement by another trainer.

    A step is a generation. The ``elites`` survive; the rest are children of selected parents, and ``immigrants`` with
    new random parameters. A child copies its better parent, combined with the other by ``crossover``. Mutation adds
    N(0, σ²) to a fraction of a child's parameters, where σ = ``mutation_size`` · ``mutation_decay`` ^ progress shrinks
    over the budget. θ is the best member; its loss never rises.

    Then ``refine`` trains each of the best members for a few steps. A member that improved joins the population next to
    its original, and its parameters and optimizer state are inherited (Lamarckian evolution). A refined population
    therefore holds points along the path of descent, and ``blend`` with a long ``reach`` extrapolates along this path.
    """

    conditional_fields = (
        ("tournament", "selection", "tournament"),
        ("reach", "crossover", "blend"),
        ("crossover_rate", "crossover", "uniform", "unit", "blend"),
        ("mutation_rate", "mutants"),
        ("mutation_size", "mutants"),
        ("mutation_decay", "mutants"),
        ("refine", "refine_steps"),
        ("refine_elites", "refine_steps"),
    )

    population: int = Field(default=50, ge=2, le=10_000, description="population size")
    elites: int = Field(default=4, ge=1, le=9_999, description="number of best members that survive unchanged")
    selection: Literal["tournament", "rank"] = Field(
        default="tournament", description="parent selection: tournament or linear ranking"
    )
    tournament: int = Field(default=4, ge=1, le=10_000, description="tournament size; larger means stronger selection")
    crossover: Literal["uniform", "unit", "blend", "none"] = Field(
        default="uniform",
        description="crossover: uniform per parameter, unit for whole units of the network, blend along the line"
        " through both parents, or none",
    )
    reach: float = Field(
        default=0.5,
        ge=0,
        le=100,
        description="extrapolation of blend beyond the better parent, in distances between the parents",
    )
    crossover_rate: float = Field(default=0.5, ge=0, le=1, description="fraction of children with two parents")
    mutants: float = Field(default=1.0, ge=0, le=1, description="fraction of children that mutate")
    mutation_rate: float = Field(default=0.1, ge=0, le=1, description="fraction of a mutant's parameters that change")
    mutation_size: float = Field(default=0.2, ge=0, le=1000, description="initial standard deviation σ of mutations")
    mutation_decay: float = Field(default=0.1, ge=0, le=1, description="factor of σ at the end of the budget")
    immigrants: int = Field(default=0, ge=0, le=9_998, description="number of new random members per generation")
    refine: Annotated[StageSpec[Trainer], Nested("trainer")] = Field(
        default="rprop", validate_default=True, description="trainer that refines the best members"
    )
    refine_steps: int = Field(default=0, ge=0, le=10_000, description="steps of refinement per generation; 0 for none")
    refine_elites: int = Field(default=1, ge=1, le=10_000, description="number of best members to refine")

    @model_validator(mode="after")
    def _check_sizes(self) -> Genetic:
        if self.elites + self.immigrants >= self.population:
            raise ValueError(
                f"elites + immigrants ({self.elites} + {self.immigrants}) must be less than the population of"
                f" {self.population}"
            )
        if self.refine_steps and self.refine_elites > self.population:
            raise ValueError(
                f"refine_elites ({self.refine_elites}) must not exceed the population of {self.population}"
            )
        if not self.refine.stage.traits().supports_warm_start:
            raise ValueError(f"refine: {self.refine.kind!r} cannot continue from a given θ; use rprop or backprop")
        return self

    @classmethod
    def examples(cls) -> tuple[Genetic, ...]:
        """Return examples of every crossover and selection, with various refiners."""

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
        """Return the traits: a step reports the loss of the best member over all points."""
        return TrainerTraits(supports_warm_start=False, full_batch=True)

    def samples_per_step(self, points: int) -> int:
        """Return all points times the population, plus those of the refinement."""
        refining = self.refine_steps * self.refine_elites * self.refine.stage.samples_per_step(points)
        return self.population * points + refining

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:
        """Return a population of θ and random members, which the first generation evaluates.

        Raises:
            LimnerError: the population is too large.
        """
        if self.population * theta.shape[0] > MAX_POPULATION_NUMBERS:
            raise LimnerError(
                f"genetic: a population of {self.population:,} x {theta.shape[0]:,} parameters exceeds"
                f" {MAX_POPULATION_NUMBERS:,}; lower trainer.population, or choose a smaller network"
            )
        others = self._new_members(problem, theta, self.population - 1, ctx)
        population = Population.unevaluated(namespace(theta).concat([theta[None, :], others], axis=0))
        if not self.refine_steps:
            return population.state(0, 0)
        return population.state(0, self.refine_elites, self.refine.stage.init(problem, theta, ctx))

    def step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        """Run a generation."""
        generation = int(state.numbers["generation"])
        population = Population.of(state, ctx)
        known = 0
        if generation:
            population, known = self._next_generation(problem, theta, population, ctx), self.elites
        population = population.evaluated(problem, ctx, known)
        loss = float(population.fitness[0])  # θ is the first member: the best of the last generation, or the initial θ
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
        """Return the next generation: elites, children and immigrants."""
        count = self.population - self.elites - self.immigrants
        rng = ctx.rng("genetic", "parents")
        # Members are sorted by loss: the parent of the smaller rank is the better one.
        pairs = np.sort([self._select_parents(count, rng), self._select_parents(count, rng)], axis=0)
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
        """Return ``count`` members with new random parameters, which differ from step to step."""
        numbers = ctx.rng("genetic", "newcomers").integers(2**31, size=count)
        return namespace(theta).stack([problem.reinitialize(int(number)) for number in numbers])
