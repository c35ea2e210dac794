"""The trainers that search: genetic, cmaes and restart, on problems whose answers are known."""

import json
from dataclasses import replace

import numpy as np
import pytest

from limner.composition.overrides import apply
from limner.composition.parser import parse
from limner.errors import LimnerError, RecipeError
from limner.plugin import Context, State
from limner.registry.registry import registry
from limner_plugins.trainers._covariance import NormalDistribution, StrategyParameters
from limner_plugins.trainers._genetic.operators import crossover, mutate, rank_selection, tournament_selection

CONTEXT = Context(size=(4, 4), seed=5, training=True)


def taken(trainer, *args):
    """θ, the state, and the loss among the metrics, after a step as the loop takes it."""
    done = trainer.take_step(*args)
    return done.theta, done.state, {**done.metrics, "loss": done.loss}


def trainer(kind, **table):
    return parse({"trainer": {"kind": kind, **table}}, registry()).trainer.stage


class Sphere:
    """½ |θ - t|², t = 0, 0.1, 0.2, ...; starts are N(0, 1)."""

    points = 4

    def __init__(self, n=6, learned=None):
        self.n, self.units = n, np.arange(n) // 2
        self.trainable = np.ones(n, bool) if learned is None else learned
        self.target, self.start = 0.1 * np.arange(n), np.linspace(1.0, -1.0, n)
        self.evaluated_at, self.drawn, self.batches = [], [], []

    def reinitialize(self, number):
        self.drawn.append(number)
        return np.where(self.trainable, np.random.default_rng(number).normal(size=self.n), self.start)

    def loss(self, theta):
        return 0.5 * ((theta - self.target) ** 2).sum(axis=-1)

    def value(self, theta, ctx, batch=0):
        self.evaluated_at.append(theta.shape)
        return self.loss(theta)

    def value_and_grad(self, theta, ctx, batch=0):
        self.batches.append(ctx.step)
        return self.loss(theta), theta - self.target


class Rosenbrock(Sphere):
    """Σ 100 (θᵢ₊₁ - θᵢ²)² + (1 - θᵢ)²: a bent valley; all ones is the answer."""

    def __init__(self, n=5):
        super().__init__(n)
        self.target = np.ones(n)

    def loss(self, theta):
        left, right = theta[..., :-1], theta[..., 1:]
        return (100 * (right - left**2) ** 2 + (1 - left) ** 2).sum(axis=-1)


class Valleys(Sphere):
    """Many valleys, the least near 0: from most starts a gradient ends in another."""

    def __init__(self, n=2):
        super().__init__(n)
        self.start = np.full(n, 2.2)

    def loss(self, theta):
        return (theta**2 + 3 * (1 - np.cos(2 * np.pi * theta))).sum(axis=-1)

    def value_and_grad(self, theta, ctx, batch=0):
        return self.loss(theta), 2 * theta + 6 * np.pi * np.sin(2 * np.pi * theta)


def at(step, steps):
    return replace(CONTEXT, step=step, progress=step / steps)


def run(stage, problem, steps, theta=None, between=lambda state: state):
    """θ before each step and after the last, what was reported, and the last state."""
    theta = problem.start.copy() if theta is None else theta
    state, thetas, reported = stage.init(problem, theta, CONTEXT), [theta], []
    for step in range(steps):
        theta, state, metrics = taken(stage, problem, theta, between(state), at(step, steps))
        thetas.append(theta)
        reported.append(metrics)
    return thetas, reported, state


def stored(state):
    """As it comes back from a checkpoint."""
    arrays = {name: (a.dtype.str, a.shape, a.tobytes()) for name, a in state.arrays.items()}
    assert all(np.isfinite(a).all() for a in state.arrays.values())
    numbers = {name: float(v) for name, v in json.loads(json.dumps(dict(state.numbers), allow_nan=False)).items()}
    return State({n: np.frombuffer(b, d).reshape(s) for n, (d, s, b) in arrays.items()}, numbers)


SMALL = {"population": 24, "elites": 2}
GENETIC = [
    {**SMALL, "crossover": "unit", "mutation_size": 0.5, "mutation_decay": 0.001},
    {**SMALL, "crossover": "uniform", "selection": "rank", "immigrants": 3, "mutation_decay": 0.001},
    {**SMALL, "crossover": "blend", "crossover_rate": 1.0, "mutation_rate": 0.2, "mutation_decay": 0.001},
    {**SMALL, "crossover": "none", "mutation_rate": 0.4, "mutation_decay": 1.0},
]
REFINED = {"population": 8, "elites": 2, "refine_steps": 3, "refine_elites": 3, "immigrants": 1}
ADAM = {"kind": "backprop", "learning_rate": 0.05, "batch": 2}
ALL = [
    ("genetic", {**REFINED, "population": 4, "refine_elites": 4}),
    *(("genetic", table) for table in GENETIC),
    ("genetic", REFINED),
    ("genetic", {**REFINED, "refine": ADAM}),
    ("cmaes", {}),
    ("cmaes", {"covariance": "separable", "population": 9}),
    ("restart", {"runs": 3, "steps": 4}),
    ("restart", {"runs": 2, "steps": 3, "each": ADAM}),
    ("restart", {"runs": 2, "steps": 5, "each": {"kind": "genetic", **REFINED}}),
]


# What all keep.


@pytest.mark.parametrize(("kind", "table"), ALL)
def test_a_state_that_goes_through_a_file_after_every_step_changes_nothing(kind, table):
    ours = run(trainer(kind, **table), Sphere(), 14)
    theirs = run(trainer(kind, **table), Sphere(), 14, between=stored)
    assert np.array_equal(ours[0], theirs[0])
    assert ours[1] == theirs[1]


@pytest.mark.parametrize(("kind", "table"), ALL)
def test_a_state_is_made_as_at_the_start_all_along(kind, table):
    """A checkpoint whose state is made otherwise than a fresh one is refused."""
    seen = []

    def watched(state):
        seen.append(({n: (a.shape, a.dtype) for n, a in state.arrays.items()}, set(state.numbers)))
        return state

    run(trainer(kind, **table), Sphere(), 14, between=watched)
    assert all(made == seen[0] for made in seen)


@pytest.mark.parametrize(("kind", "table"), ALL)
def test_the_reported_loss_is_that_of_theta_before_the_step(kind, table):
    stage, problem = trainer(kind, **table), Sphere()
    thetas, reported, _ = run(stage, problem, 14)
    wanted = [problem.loss(theta) for theta in thetas[:-1]]
    assert stage.traits().full_batch == (table.get("each") is not ADAM)
    np.testing.assert_allclose([metrics["loss"] for metrics in reported], wanted, rtol=1e-12)


@pytest.mark.parametrize(("kind", "table"), ALL)
def test_what_is_not_learned_stays_to_the_bit(kind, table):
    learned = np.asarray([True, False, True, True, False, True])
    problem = Sphere(learned=learned)
    problem.start[[1, 4]] = -0.0, 3.3
    thetas, _, state = run(trainer(kind, **table), problem, 12)
    for theta in thetas:
        assert theta[~learned].tobytes() == problem.start[~learned].tobytes()
    assert not np.array_equal(thetas[0][learned], thetas[-1][learned])
    for member in state.arrays.get("population", []):
        assert member[~learned].tobytes() == problem.start[~learned].tobytes()


@pytest.mark.parametrize(("kind", "table"), ALL)
def test_losses_that_are_no_numbers_are_the_worst(kind, table):
    """Half of the plane has none; a state that held one would be refused when it is read again."""

    class Broken(Sphere):
        def loss(self, theta):
            return np.where(theta[..., 0] < 0.5, np.inf, super().loss(theta))

    thetas, reported, _ = run(trainer(kind, **table), Broken(), 6, between=stored)
    if kind == "genetic":
        assert np.isfinite([m["loss"] for m in reported]).all()
        assert thetas[-1][0] >= 0.5


# The genetic algorithm.


@pytest.mark.parametrize("table", GENETIC)
def test_genetic_finds_the_answer(table):
    problem = Sphere()
    thetas, reported, _ = run(trainer("genetic", **table), problem, 150)
    assert problem.loss(thetas[-1]) < 1e-3 < reported[0]["loss"]


@pytest.mark.parametrize("table", [*GENETIC, REFINED, {**REFINED, "refine": ADAM, "mutation_size": 50.0}])
def test_the_best_is_never_lost(table):
    problem = Rosenbrock()
    thetas, _, state = run(trainer("genetic", **table), problem, 40)
    losses = problem.loss(np.asarray(thetas))
    assert (np.diff(losses) <= 0).all()
    assert np.array_equal(state.arrays["population"][0], thetas[-1])
    assert (np.diff(state.arrays["fitness"]) >= 0).all()
    np.testing.assert_array_equal(state.arrays["fitness"], problem.loss(state.arrays["population"]))


def test_elites_stay_as_they_are_and_are_not_looked_at_again():
    problem = Sphere()
    stage = trainer("genetic", population=10, elites=4, mutation_size=1000.0, mutation_decay=1.0, mutation_rate=1.0)
    thetas, _, state = run(stage, problem, 1)
    elites = state.arrays["population"][:4]
    _, after, _ = taken(stage, problem, thetas[-1], state, at(1, 2))
    assert np.array_equal(after.arrays["population"][:4], elites)
    assert problem.evaluated_at == [(10, 6), (6, 6)]


def test_the_first_generation_is_theta_and_others_drawn_afresh():
    problem = Sphere()
    state = trainer("genetic", **SMALL).init(problem, problem.start, CONTEXT)
    assert np.array_equal(state.arrays["population"][0], problem.start)
    assert len(set(problem.drawn)) == 23
    drawn = [problem.reinitialize(number) for number in list(problem.drawn)]
    assert np.array_equal(state.arrays["population"][1:], drawn)


def test_immigrants_are_drawn_afresh_in_every_generation():
    problem = Sphere()
    stage = trainer("genetic", population=12, elites=1, immigrants=4, crossover="none", mutation_rate=0.0)
    theta, state = problem.start, stage.init(problem, problem.start, CONTEXT)
    for step in range(4):
        before = list(problem.drawn)
        theta, state, _ = taken(stage, problem, theta, state, at(step, 4))
        new = problem.drawn[len(before) :]
        assert len(new) == (4 if step else 0)
        assert not set(new) & set(before)
        for member in map(problem.reinitialize, list(new)):
            assert (state.arrays["population"] == member).all(axis=1).any()
        del problem.drawn[len(before) + len(new) :]


def test_a_tournament_presses_harder_the_more_it_has():
    """The best of k in p is of rank r with the chance ((p - r)ᵏ - (p - r - 1)ᵏ) / pᵏ."""
    rng, p = np.random.default_rng(1), 10
    for k in (1, 2, 5):
        seen = np.bincount(tournament_selection(20_000, p, k, rng), minlength=p) / 20_000
        wanted = [((p - r) ** k - (p - r - 1) ** k) / p**k for r in range(p)]
        np.testing.assert_allclose(seen, wanted, atol=0.012)
    seen = np.bincount(rank_selection(20_000, p, rng), minlength=p) / 20_000
    np.testing.assert_allclose(seen, np.arange(p, 0, -1) / 55, atol=0.012)


def test_what_a_child_has_from_whom():
    rng, units = np.random.default_rng(2), np.repeat(np.arange(50), 4)
    mothers, fathers = np.zeros((400, 200)), np.ones((400, 200))
    both = np.arange(400) % 4 > 0
    children = {k: crossover(k, mothers, fathers, both, units, 0.5, rng) for k in ("uniform", "unit", "blend", "none")}
    for kind, child in children.items():
        assert not child[~both].any(), kind
    assert not children["none"].any()
    assert set(np.unique(children["uniform"])) == {0.0, 1.0}
    assert children["uniform"][both].mean() == pytest.approx(0.5, abs=0.01)

    by_unit = children["unit"].reshape(400, 50, 4)
    assert (by_unit == by_unit[:, :, :1]).all()
    assert by_unit[both].mean() == pytest.approx(0.5, abs=0.02)
    by_number = children["uniform"].reshape(400, 50, 4)
    assert not (by_number == by_number[:, :, :1]).all()

    blend = children["blend"][both]  # 1 - u, u from 0 to 1.5: from the worse, 1, to the better, 0, and beyond
    assert (blend == blend[:, :1]).all()
    assert -0.5 <= blend.min() < -0.48
    assert 0.98 < blend.max() <= 1.0
    assert blend.mean() == pytest.approx(0.25, abs=0.08)


def test_a_child_beyond_all_numbers_is_its_better_parent():
    better, worse = np.full((40, 3), 1e37, np.float32), np.full((40, 3), -1e37, np.float32)
    with np.errstate(over="ignore"):
        children = crossover("blend", better, worse, np.ones(40, bool), np.arange(3), 100.0, np.random.default_rng(1))
    stayed = (children == better).all(axis=1)
    assert np.isfinite(children).all()
    assert stayed.any()
    assert not stayed.all()


def test_what_mutates_and_by_how_much():
    sizes = np.asarray([0.0, 0.5, 2.0])
    moved = mutate(np.zeros((3, 40_000)), 0.25, sizes, np.random.default_rng(3))
    assert not moved[0].any()
    for size, row in zip(sizes[1:], moved[1:], strict=True):
        assert (row != 0).mean() == pytest.approx(0.25, abs=0.01)
        assert row[row != 0].std() == pytest.approx(size, rel=0.02)
        assert row.mean() == pytest.approx(0, abs=0.02)
    assert not mutate(np.zeros((2, 9)), 0.0, np.ones(2), np.random.default_rng(4)).any()


def test_mutation_shrinks_over_the_budget():
    problem = Sphere(n=500)
    stage = trainer(
        "genetic", population=3, elites=1, mutation_rate=1.0, mutation_size=2.0, mutation_decay=0.01, crossover="none"
    )
    _, _, state = run(stage, problem, 1)
    twins = {"population": np.zeros((3, 500)), "fitness": np.zeros(3)}
    for progress, wanted in ((0.0, 2.0), (0.5, 0.2), (1.0, 0.02)):
        same = State({**state.arrays, **twins}, state.numbers)
        _, after, _ = taken(stage, problem, np.zeros(500), same, replace(CONTEXT, step=1, progress=progress))
        elite, *children = sorted(member.std() for member in after.arrays["population"])
        assert elite == 0
        assert children == pytest.approx([wanted, wanted], rel=0.15)


def test_not_every_child_is_a_mutant():
    problem = Sphere(n=50)
    stage = trainer("genetic", population=201, elites=1, crossover="none", mutants=0.3)
    _, _, state = run(stage, problem, 1)
    twins = State({**state.arrays, "population": np.zeros((201, 50))}, state.numbers)
    _, after, _ = taken(stage, problem, np.zeros(50), twins, at(1, 2))
    assert after.arrays["population"].any(axis=1).mean() == pytest.approx(0.3, abs=0.08)


def test_refinement_goes_on_where_it_stopped():
    """Without chance and others: one long run of the refiner, whose memory is kept from generation to generation."""
    problem = Rosenbrock()
    problem.reinitialize = lambda number: np.full(5, 9.0)
    stage = trainer("genetic", population=2, elites=1, mutants=0.0, crossover="none", refine_steps=5)
    rprop, theta, longest = trainer("rprop"), problem.start, []
    memory = rprop.init(problem, theta, CONTEXT)
    for _ in range(15):
        theta, memory, _ = taken(rprop, problem, theta, memory, CONTEXT)
        longest.append(theta)
    thetas, _, state = run(stage, problem, 3)
    assert np.array_equal(thetas[1:], longest[4::5])
    assert np.array_equal(state.arrays["memory.0.delta"], memory.arrays["delta"])


def test_who_was_refined_joins_whom_it_was():
    """So the population is a trail; and a refiner that gets no further keeps what it has learned of its steps."""
    problem = Rosenbrock()
    stage = trainer("genetic", population=6, elites=5, mutants=0.0, crossover="none", refine_steps=5)
    thetas, _, state = run(stage, problem, 2)
    for theta in thetas[1:]:
        assert (state.arrays["population"] == theta).all(axis=1).any()

    there = Sphere()
    there.start = there.target + 1e-9
    stage = trainer("genetic", population=6, elites=5, refine_steps=5)
    thetas, _, state = run(stage, there, 3)
    assert np.array_equal(thetas[-1], there.start)
    assert state.numbers["member.0"] == 0
    assert (state.arrays["memory.0.delta"] < 0.1).all()


@pytest.mark.parametrize(
    "refine",
    [
        {"kind": "backprop", "optimizer": "momentum", "learning_rate": 30.0},
        {"kind": "backprop", "optimizer": "sgd", "learning_rate": 30.0, "schedule": "halving"},
        {"kind": "rprop", "variant": "irprop-plus", "delta_first": 1e6, "delta_max": 1e6},
    ],
)
def test_what_a_refiner_remembers_of_a_way_to_nowhere_is_forgotten(refine):
    class Cliff(Sphere):
        def loss(self, theta):
            return np.where(np.abs(theta).max(axis=-1) > 10, np.inf, super().loss(theta))

        def value_and_grad(self, theta, ctx, batch=0):
            return self.loss(theta), 1e160 * (theta - self.target)

    made = []

    def watched(state):
        made.append(({n: a.shape for n, a in state.arrays.items()}, set(state.numbers)))
        assert state.numbers["member.0"] in (0, -1)
        return stored(state)

    table = {"population": 6, "elites": 2, "refine": refine, "refine_steps": 3}
    with np.errstate(all="ignore"):
        thetas, _, state = run(trainer("genetic", **table), Cliff(), 5, between=watched)
    assert stored(state).numbers["member.0"] == -1
    assert np.isfinite(thetas).all()
    assert all(one == made[0] for one in made)


def test_every_step_of_refinement_is_a_step():
    problem = Sphere()
    run(trainer("genetic", **{**REFINED, "refine_elites": 2}), problem, 3)
    assert problem.batches == [*(2 * [0, 1, 2]), *(2 * [3, 4, 5]), *(2 * [6, 7, 8])]


def test_refinement_helps():
    problem = Rosenbrock()
    plain, _, _ = run(trainer("genetic", **{**REFINED, "refine_steps": 0}), problem, 30)
    refined, _, _ = run(trainer("genetic", **REFINED), problem, 30)
    assert problem.loss(refined[-1]) < 0.1 * problem.loss(plain[-1])


def test_how_often_it_looks():
    assert trainer("genetic", **SMALL).samples_per_step(100) == 2400
    assert trainer("genetic", **REFINED).samples_per_step(100) == 800 + 9 * 100
    assert trainer("genetic", **{**REFINED, "refine": ADAM}).samples_per_step(100) == 800 + 9 * 2


@pytest.mark.parametrize(
    ("table", "reported"),
    [
        ({"population": 1}, r"trainer\.population: must be at least 2, got 1"),
        ({"mutation_rate": 1.5}, r"trainer\.mutation_rate: must be at most 1.0, got 1\.5"),
        ({"crossover_rate": -0.1}, r"trainer\.crossover_rate: must be at least 0.0, got -0\.1"),
        ({"elites": 60, "immigrants": 40}, "\\(60 \\+ 40\\) must be less than the population of 50"),
        ({"population": 5, "elites": 1, "refine_steps": 1, "refine_elites": 6}, "must not exceed the population of 5"),
        *(
            ({"refine": {"kind": kind}}, f"refine: '{kind}' cannot continue from a given θ")
            for kind in ("genetic", "cmaes", "restart")
        ),
        ({"refine": {"kind": "rprop", "delta_max": -1}}, "delta_max"),
        ({"crossover": "units"}, "did you mean 'unit'"),
    ],
)
def test_settings_that_do_not_fit_are_refused(table, reported):
    with pytest.raises(RecipeError, match=reported) as error:
        trainer("genetic", **table)
    assert len(error.value.problems) == 1


def test_a_nested_trainer_is_of_the_default_s_kind_where_none_is_named():
    assert trainer("genetic", refine={"delta_first": 0.05}).refine.stage == trainer("rprop", delta_first=0.05)
    deep = trainer("restart", each={"kind": "genetic", "refine": {"delta_max": 2.0}}).each.stage.refine
    assert (deep.kind, deep.stage.delta_max) == ("rprop", 2.0)
    assert trainer("restart", each={"kind": "backprop", "learning_rate": 0.5}).each.kind == "backprop"
    table = apply({"trainer": {"kind": "genetic", "refine_steps": 3}}, {"trainer.refine.delta_first": 0.05})
    assert parse(table, registry()).table()["trainer"]["refine"]["kind"] == "rprop"
    for wrong in ({"kind": 3}, 3):
        with pytest.raises(RecipeError, match=r"trainer\.refine: must be the name of a trainer, or a table"):
            trainer("genetic", refine=wrong)


def test_a_population_that_memory_cannot_hold_is_refused():
    problem = Sphere(n=20_000)
    with pytest.raises(LimnerError, match=r"lower trainer\.population"):
        trainer("genetic", population=10_000).init(problem, problem.start, CONTEXT)


# CMA-ES.


def test_cmaes_finds_the_answers():
    for problem, table, steps in (
        (Sphere(), {"covariance": "separable"}, 150),
        (Sphere(20), {}, 200),
        (Rosenbrock(), {}, 250),
    ):
        thetas, _, _ = run(trainer("cmaes", **table), problem, steps)
        np.testing.assert_allclose(thetas[-1], problem.target, atol=1e-3)


@pytest.mark.parametrize("separable", [False, True])
@pytest.mark.parametrize(("n", "members"), [(3, 6), (12, 11), (30, 15)])
def test_each_update_is_the_library_s(n, members, separable):
    """The full one with all of its constants; the separable rule with ours, which are the tutorial's."""
    cmaes = pytest.importorskip("cmaes")
    rng, rates = np.random.default_rng(n), StrategyParameters.of(n, members, separable=separable)
    mean = rng.normal(size=n)
    library = (cmaes.SepCMA if separable else cmaes.CMA)(mean=mean.copy(), sigma=0.5, population_size=members)
    if separable:
        library._weights, library._mu_eff = rates.weights[: rates.parents], rates.effective_parents
        library._c1, library._cmu, library._cc = rates.rank_one_rate, rates.rank_mu_rate, rates.path_rate
        library._c_sigma, library._d_sigma = rates.sigma_rate, rates.damping
    zeros, ones = np.zeros(n), np.ones(n)
    whole = ones if separable else np.eye(n)
    normal = NormalDistribution(0.5, whole, None if separable else whole, ones, zeros, zeros)
    for _ in range(3 * n):
        z = rng.normal(size=(members, n))
        samples = mean + normal.sigma * normal.shaped(z)
        losses = Rosenbrock(n).loss(samples)
        library.tell(list(zip(samples, losses, strict=True)))
        normal, move = normal.updated(z[np.argsort(losses)], rates)
        mean = mean + move
    np.testing.assert_allclose(mean, library.mean, rtol=1e-6)
    assert normal.sigma == pytest.approx(library._sigma, rel=1e-6)
    for ours, theirs in (
        (normal.covariance, library._C),
        (normal.path_sigma, library._p_sigma),
        (normal.path, library._pc),
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7 * np.abs(theirs).max())


def test_eigenvectors_wait_and_are_kept():
    """Where C changes slowly B and D are those of a generation before; a resumed run has them too."""
    problem, stage = Sphere(200), trainer("cmaes", population=8)
    every = StrategyParameters.of(200, 8, separable=False).decomposition_interval
    assert every > 2
    thetas, _, state = run(stage, problem, every - 1)
    assert np.array_equal(state.arrays["axes"], np.eye(200))
    _, state, _ = taken(stage, problem, thetas[-1], state, at(every - 1, every))
    turned, lengths, whole = (state.arrays[name] for name in ("axes", "lengths", "covariance"))
    np.testing.assert_allclose(turned * lengths**2 @ turned.T, whole, atol=1e-10)


def test_the_samples_are_those_of_the_distribution():
    rng = np.random.default_rng(6)
    root = rng.normal(size=(4, 4))
    squares, axes = np.linalg.eigh(root @ root.T)
    normal = NormalDistribution(1.0, root @ root.T, axes, np.sqrt(squares), np.zeros(4), np.zeros(4))
    samples = normal.shaped(rng.normal(size=(50_000, 4)))
    np.testing.assert_allclose(np.cov(samples.T), root @ root.T, atol=0.15)


def test_too_much_for_a_covariance_is_refused_with_figures():
    problem = Sphere(2001)
    with pytest.raises(
        LimnerError, match=r"up to 2,000 trainable parameters.* has 2,001.* 64 MB; .*covariance=separable"
    ):
        trainer("cmaes").init(problem, problem.start, CONTEXT)
    trainer("cmaes", covariance="separable").init(problem, problem.start, CONTEXT)
    with pytest.raises(LimnerError, match="no trainable parameters"):
        trainer("cmaes").init(Sphere(3, np.zeros(3, bool)), np.zeros(3), CONTEXT)
    with pytest.raises(RecipeError, match="population: must be at least 4"):
        trainer("cmaes", population=3)


def test_how_often_cmaes_looks():
    problem = Sphere()
    run(trainer("cmaes", population=7), problem, 1)
    assert problem.evaluated_at == [(8, 6)]
    assert trainer("cmaes", population=7).samples_per_step(100) == 800


# Restart.


def test_restart_goes_on_with_the_best_run():
    problem, stage = Valleys(), trainer("restart", runs=6, steps=15)
    thetas, reported, _ = run(stage, problem, 6 * 15 + 40)
    runs = [metrics["run"] for metrics in reported]
    assert runs == [*np.repeat(np.arange(6), 15), *([6] * 40)]
    ends = problem.loss(np.asarray([thetas[15 * (i + 1)] for i in range(6)]))
    assert problem.drawn == [1, 2, 3, 4, 5]
    assert ends.argmin() != 5
    assert problem.loss(thetas[-1]) <= ends.min() < ends[0]

    alone, _, _ = run(
        trainer("rprop"), problem, 55, thetas[0] if ends.argmin() == 0 else problem.reinitialize(ends.argmin())
    )
    assert np.array_equal(thetas[-1], alone[-1])  # δ and all: as if it had never stopped


def test_a_run_s_end_is_seen_by_the_loop():
    """The first step of a run is handed the last run's θ and tells its loss."""
    problem = Sphere()
    thetas, reported, _ = run(trainer("restart", runs=3, steps=4), problem, 9)
    assert reported[4]["loss"] == problem.loss(thetas[4])
    assert problem.evaluated_at == [(6,), (6,)]


class Bounded(Sphere):
    """Beyond ``edge`` there is no loss; the start and every second one that is drawn lie there."""

    edge = 20.0

    def __init__(self):
        super().__init__()
        self.start = self.target + 50

    def reinitialize(self, number):
        return super().reinitialize(number) + (50.0 if number % 2 == 0 else 0.0)

    def loss(self, theta):
        return np.where(np.abs(theta - self.target).max(axis=-1) > self.edge, np.nan, super().loss(theta))


@pytest.mark.parametrize("each", [{"kind": "rprop"}, ADAM])
def test_a_start_that_is_lost_is_the_worst_and_the_next_begins(each):
    problem = Bounded()
    thetas, reported, state = run(trainer("restart", runs=4, steps=5, each=each), problem, 20, between=stored)
    assert [metrics["run"] for metrics in reported] == [0, *([1] * 5), 2, *([3] * 5), *([4] * 8)]
    assert np.isfinite([metrics["loss"] for metrics in reported]).all()
    assert np.isfinite(thetas).all()
    ends = problem.loss(np.asarray([thetas[6], thetas[12]]))
    assert state.numbers["loss"] == ends.min()
    assert problem.loss(thetas[-1]) < ends.min()


def test_where_all_starts_are_lost_the_loss_is_no_number():
    problem = Bounded()
    problem.edge = -1.0
    _, reported, _ = run(trainer("restart", runs=3, steps=5), problem, 3, between=stored)
    assert [np.isfinite(metrics["loss"]) for metrics in reported] == [True, True, False]


def test_a_step_beyond_all_numbers_loses_a_start():
    class Steep(Sphere):
        def value_and_grad(self, theta, ctx, batch=0):
            slope = theta - self.target
            return self.loss(theta), 1e200 * slope if theta[0] == self.start[0] or abs(theta[0]) > 1e9 else slope

    each = {"kind": "backprop", "optimizer": "sgd", "learning_rate": 0.1}
    with np.errstate(all="ignore"):
        thetas, reported, _ = run(trainer("restart", runs=2, steps=4, each=each), Steep(), 10, between=stored)
    assert np.isfinite(thetas).all()
    assert np.isfinite([metrics["loss"] for metrics in reported]).all()
    assert [metrics["run"] for metrics in reported] == [0, 0, *([1] * 4), *([2] * 4)]


def test_a_first_start_whose_end_has_no_loss_is_not_the_best():
    """A batch knew nothing of it."""

    class Hidden(Bounded):
        def value_and_grad(self, theta, ctx, batch=0):
            return 1.0, theta - self.target

    problem = Hidden()
    thetas, reported, state = run(trainer("restart", runs=2, steps=2, each=ADAM), problem, 5, between=stored)
    assert np.isfinite([metrics["loss"] for metrics in reported]).all()
    assert state.numbers["loss"] == problem.loss(thetas[4]) < 100


def test_restart_is_as_its_trainer():
    backprop = trainer("restart", each=ADAM)
    assert (backprop.traits().full_batch, backprop.samples_per_step(100), backprop.traits().divergence_setting) == (
        False,
        2,
        "each.learning_rate",
    )
    rprop = trainer("restart")
    assert (rprop.traits().full_batch, rprop.samples_per_step(100), rprop.traits().divergence_setting) == (
        True,
        100,
        "each.delta_max",
    )
    assert trainer("restart", each={"kind": "genetic"}).traits().divergence_setting == ""


def test_a_restart_within_a_restart_is_refused():
    with pytest.raises(RecipeError, match="restart cannot contain restart") as error:
        trainer("restart", each={"kind": "restart"})
    assert len(error.value.problems) == 1
