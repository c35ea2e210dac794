"""A generation of the genetic trainer: who becomes a parent, what a child inherits, and what is reported."""

from dataclasses import replace

import numpy as np
import pytest

from limner.composition.overrides import apply
from limner.composition.parser import parse
from limner.errors import LimnerError
from limner.plugin import Context, State, Step
from limner.registry.registry import registry
from limner_plugins.trainers import genetic
from limner_plugins.trainers._genetic.local_search import LocalSearch
from limner_plugins.trainers._genetic.population import Population

CONTEXT = Context(size=(4, 4), seed=5, training=True)


def trainer(**table):
    return parse({"trainer": {"kind": "genetic", **table}}, registry()).trainer.stage


class Ranks:
    """The loss is the mean parameter, so that a member whose parameters are all i is of rank i."""

    points = 4

    def __init__(self, n):
        self.n, self.units, self.trainable = n, np.arange(n) // 4, np.ones(n, bool)
        self.seen = []

    def reinitialize(self, number):
        return np.where(self.trainable, np.random.default_rng(number).normal(size=self.n), 0.0)

    def value(self, theta, ctx, batch=0):
        return theta.mean(axis=-1)

    def value_and_grad(self, theta, ctx, batch=0):
        self.seen.append((ctx.step, ctx.tile))
        return self.value(theta, ctx), np.full(self.n, 1.0 / self.n)


def members(values, n, memories=None):
    """A population whose members are constant vectors."""
    values = np.asarray(values, float)
    rows = np.repeat(values[:, None], n, axis=1)
    return Population(rows, values, memories or (None,) * len(values))


def children(problem, population, **table):
    """The parameters of the children in the generation after this one, without the elite."""
    stage = trainer(population=len(population.fitness), elites=1, **table)
    step = stage.take_step(problem, population.rows[0], population.state(1, 0), replace(CONTEXT, step=1))
    rows = step.state.arrays["population"]
    return np.delete(rows, np.flatnonzero((rows == population.rows[0]).all(axis=1))[0], axis=0)


@pytest.mark.parametrize(
    ("table", "mean"),
    [
        ({"tournament": 1}, 1 / 3),
        ({"tournament": 4}, 1 / 9),
        ({"selection": "rank"}, 1 / 5),
    ],
)
def test_parents_are_selected_as_the_settings_say(table, mean):
    """The better of two parents: the least of 2k uniform ranks, or of two whose chance of exceeding x is (1 - x)²."""
    p = 4000
    ranks = children(Ranks(1), members(np.arange(p), 1), crossover="none", mutants=0.0, **table)
    assert ranks.mean() / p == pytest.approx(mean, rel=0.1)


def test_crossover_takes_place_in_the_fraction_of_children_that_is_set():
    table = {"mutants": 0.0, "crossover_rate": 0.25, "tournament": 1}
    population = members(np.arange(2000), 40)
    mixed = children(Ranks(40), population, crossover="uniform", **table)
    assert np.ptp(mixed, axis=1).astype(bool).mean() == pytest.approx(0.25, abs=0.05)

    by_unit = children(Ranks(40), population, crossover="unit", **table).reshape(-1, 10, 4)
    assert not np.ptp(by_unit, axis=2).any()
    assert np.ptp(by_unit[:, :, 0], axis=1).astype(bool).mean() == pytest.approx(0.25, abs=0.05)

    copies = children(Ranks(40), population, crossover="none", **table)
    assert not np.ptp(copies, axis=1).any()


def test_blends_reach_beyond_the_better_parent_as_far_as_is_set():
    population = members(np.arange(2000) // 1000, 3)  # the better ones are 0, the worse 1
    blends = children(Ranks(3), population, crossover="blend", crossover_rate=1.0, reach=2.0, mutants=0.0, tournament=1)
    assert -2 <= blends.min() < -1.95
    assert 0.95 < blends.max() <= 1


def test_mutants_change_the_fraction_of_their_parameters_that_is_set():
    moved = children(Ranks(400), members(np.zeros(30), 400), crossover="none", mutation_rate=0.25)
    assert (moved != 0).mean() == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize("crossover", ["none", "uniform"])
def test_a_child_inherits_the_memory_of_its_better_parent(crossover):
    memories = tuple(State({}, {"of": i}) for i in range(60))
    population, stage = members(np.arange(60), 40, memories), trainer(population=60, elites=2, crossover=crossover)
    stage = stage.model_copy(update={"mutants": 0.0, "crossover_rate": 1.0, "tournament": 1})
    after = stage._next_generation(Ranks(40), population.rows[0], population, CONTEXT)
    assert [memory.numbers["of"] for memory in after.memories] == after.rows.min(axis=1).tolist()
    assert len(set(after.rows.max(axis=1)) - set(after.rows.min(axis=1))) > (10 if crossover == "uniform" else -1)


def test_mean_and_diversity_are_those_of_the_population_after_the_step():
    problem = Ranks(6)
    problem.trainable = np.asarray([True, False, True, True, False, True])
    stage, theta = trainer(population=20, elites=2), np.zeros(6)
    step = stage.take_step(problem, theta, stage.init(problem, theta, CONTEXT), CONTEXT)
    rows = step.state.arrays["population"]
    assert step.metrics["mean"] == pytest.approx(rows.mean())
    assert step.metrics["diversity"] == pytest.approx(rows[:, problem.trainable].std(axis=0).mean())


def test_diversity_counts_trainable_parameters_only():
    rows = np.asarray([[0.0, 5.0, 1.0], [2.0, -5.0, 7.0]])  # standard deviations 1, 5 and 3
    population = Population.unevaluated(rows)
    assert population.diversity(np.asarray([True, False, True])) == pytest.approx(2)
    assert population.diversity(np.zeros(3, bool)) == 0


def test_each_refined_member_has_random_numbers_of_its_own():
    problem = Ranks(4)
    stage = trainer(population=6, elites=2, refine_steps=2, refine_elites=3)
    state, theta = stage.init(problem, np.zeros(4), CONTEXT), np.zeros(4)
    for step in range(2):
        done = stage.take_step(problem, theta, state, replace(CONTEXT, step=step))
        theta, state = done.theta, done.state
    assert problem.seen == [(step, member) for first in (0, 2) for member in range(3) for step in (first, first + 1)]


class Scripted:
    """A refiner that moves each member by a given distance, and counts its steps in its state."""

    def __init__(self, *moves):
        self.moves = moves

    def init(self, problem, theta, ctx):
        return State({}, {"steps": 0})

    def take_step(self, problem, theta, state, ctx):
        return Step(theta + self.moves[ctx.tile], State({}, {"steps": state.numbers["steps"] + 1}), 0.0)


def test_a_refined_member_that_improved_takes_the_memory_along():
    """Of four members the first improves, the second does not, the third stays; the fourth is not refined."""
    memories = (None, None, State({}, {"steps": 7}), State({}, {"steps": 9}))
    search = LocalSearch(Scripted(-0.25, 0.5, 0.0), steps=2, count=3)
    after = search.refine(members([0, 1, 2, 3], 2, memories), Ranks(2), CONTEXT)
    assert after.rows[:, 0].tolist() == [0, 1, 2, 3, -0.5]
    assert after.fitness.tolist() == [0, 1, 2, 3, -0.5]
    steps = [None if memory is None else memory.numbers["steps"] for memory in after.memories]
    assert steps == [None, 2, 9, None, 2]


class Boundless(Scripted):
    """Improves θ, but its own state becomes infinite."""

    def take_step(self, problem, theta, state, ctx):
        done = super().take_step(problem, theta, state, ctx)
        return replace(done, state=State({"speed": np.asarray([np.inf])}))


def test_a_refined_member_whose_state_is_not_finite_is_dropped():
    """A checkpoint could not hold it."""
    population = members([0, 1], 2, (State({}, {"steps": 3}), None))
    after = LocalSearch(Boundless(-0.25, -0.25), steps=1, count=2).refine(population, Ranks(2), CONTEXT)
    assert after.rows[:, 0].tolist() == [0, 1]
    assert after.memories == (None, None)


def test_as_many_members_as_the_population_has_can_be_refined():
    assert trainer(population=5, elites=1, refine_steps=1, refine_elites=5).refine_elites == 5
    assert trainer(population=5, elites=1, refine_elites=6).refine_steps == 0  # refines none
    with pytest.raises(LimnerError, match=r"\(46 \+ 4\) must be less than the population of 50"):
        trainer(elites=46, immigrants=4)
    assert trainer(elites=45, immigrants=4).immigrants == 4


def test_the_largest_population_is_inclusive(monkeypatch):
    monkeypatch.setattr(genetic, "MAX_POPULATION_NUMBERS", 12 * 6)
    assert trainer(population=12, elites=1).init(Ranks(6), np.zeros(6), CONTEXT).arrays["population"].shape == (12, 6)
    with pytest.raises(LimnerError, match="a population of 13 x 6 parameters exceeds 72"):
        trainer(population=13, elites=1).init(Ranks(6), np.zeros(6), CONTEXT)


REFINING = {"refine_steps": 2}


@pytest.mark.parametrize(
    ("field", "values", "without", "effective"),
    [
        ("tournament", (1, 5), {"selection": "rank"}, {"selection": "tournament"}),
        ("reach", (0.0, 3.0), {"crossover": "unit"}, {"crossover": "blend"}),
        ("crossover_rate", (0.1, 0.9), {"crossover": "none"}, {"crossover": "unit"}),
        ("crossover_rate", (0.1, 0.9), {"crossover": "none"}, {"crossover": "uniform"}),
        ("crossover_rate", (0.1, 0.9), {"crossover": "none"}, {"crossover": "blend"}),
        ("mutation_rate", (0.1, 0.9), {"mutants": 0.0}, {"mutants": 0.5}),
        ("mutation_size", (0.1, 0.9), {"mutants": 0.0}, {"mutants": 0.5}),
        ("mutation_decay", (0.1, 0.9), {"mutants": 0.0}, {"mutants": 0.5}),
        ("refine", ({"kind": "rprop"}, {"kind": "backprop"}), {}, REFINING),
        ("refine_elites", (1, 2), {}, REFINING),
    ],
)
def test_a_setting_is_refused_exactly_where_it_changes_nothing(field, values, without, effective):
    def trained(table):
        problem, theta = Ranks(8), np.zeros(8)
        stage = trainer(population=8, elites=2, **table)
        state = stage.init(problem, theta, CONTEXT)
        for step in range(3):
            done = stage.take_step(problem, theta, state, replace(CONTEXT, step=step, progress=step / 3))
            theta, state = done.theta, done.state
        return state.arrays["population"]

    def set_afterwards(table, value):
        apply({"trainer": {"kind": "genetic", **table}}, {f"trainer.{field}": value})

    one, two = (trained({**without, field: value}) for value in values)
    np.testing.assert_array_equal(one, two)
    with pytest.raises(LimnerError, match="has no effect"):
        set_afterwards(without, values[0])

    one, two = (trained({**effective, field: value}) for value in values)
    assert not np.array_equal(one, two)
    set_afterwards(effective, values[0])
