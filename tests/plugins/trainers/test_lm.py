"""Levenberg and Marquardt's trainer: its equations beside finite differences, its steps beside SciPy's."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import least_squares

from limner.cli.main import run
from limner.composition.parser import parse
from limner.models.factory import init_params
from limner.plugin import State
from limner.registry.registry import registry
from limner.training.base_problem import param_initializer
from limner.training.image_problem import ImageProblem
from limner_plugins.trainers.lm import Lm

W, H = 6, 5
NUMPY = registry().load("backend", "numpy")
BASE = {
    "seed": 3,
    "size": [W, H],
    "encoder": [{"kind": "xy"}],
    "network": {"kind": "mlp", "width": 4, "depth": 2, "weight_scale": 0.7},
    "loss": {"kind": "mse"},
}
RECIPES = {
    "rgb": (BASE, 3),
    "hsv": ({**BASE, "color": {"kind": "hsv"}}, 3),
    "gray": ({**BASE, "color": {"kind": "gray"}}, 1),
    "rgba": ({**BASE, "color": {"kind": "rgb", "alpha": True, "opacity": "plain"}}, 4),
    "fourier, not learned": ({**BASE, "encoder": [{"kind": "fourier", "count": 2}]}, 3),
    "half squares, summed": ({**BASE, "loss": {"kind": "mse", "half": True, "reduction": "sum"}}, 3),
    "siren": ({**BASE, "network": {"kind": "siren", "width": 4, "depth": 1, "first_omega": 4.0}}, 3),
    "cppn": ({**BASE, "network": {"kind": "cppn", "width": 4, "depth": 2}}, 3),
}


def taken(trainer, *args):
    """θ, the state, and the loss among the metrics, after a step as the loop takes it."""
    done = trainer.take_step(*args)
    return done.theta, done.state, {**done.metrics, "loss": done.loss}


class Opened:
    def __init__(self, table, channels, dtype=np.float64, threads=1):
        self.model, theta = init_params(parse(table, registry()))
        self.theta = theta.astype(dtype)
        planes = np.random.default_rng(0).uniform(0.05, 0.95, (channels, H, W)).astype(np.float32)
        backend = NUMPY(threads=threads)
        self.running = backend.open_runner()
        self.problem = ImageProblem(
            self.model,
            planes,
            self.model.recipe.loss.stage,
            backend,
            self.running.__enter__(),
            self.theta,
            param_initializer(self.model.recipe),
        )
        self.ctx = self.problem.context

    def residuals(self, theta):
        """√(weights) (picture - target), whose half square is the loss: from the painted colours."""
        problem = self.problem
        colours = self.model.forward(theta, problem._all.samples, self.ctx)[list(problem.compared)]
        y, target = problem._all.weighted(colours), problem._all.weighted(problem._all.target)
        loss = self.model.recipe.loss.stage
        scale = (1 if loss.half else 2) / loss.divisor(len(problem.compared), problem.points)
        return np.sqrt(scale) * (y - target).ravel()


@pytest.fixture
def opened():
    made = []

    def make(*args, **kwargs):
        made.append(Opened(*args, **kwargs))
        return made[-1]

    yield make
    for one in made:
        one.running.__exit__(None, None, None)


@pytest.mark.parametrize("name", RECIPES)
def test_normal_equations_are_those_of_finite_differences(opened, name):
    case = opened(*RECIPES[name])
    value, square, gradient = case.problem.normal_equations(case.theta, case.ctx)
    assert float(value) == pytest.approx(0.5 * np.sum(case.residuals(case.theta) ** 2), rel=1e-6)
    steps = 1e-6 * np.eye(case.theta.size)
    columns = [(case.residuals(case.theta + s) - case.residuals(case.theta - s)) / 2e-6 for s in steps]
    jacobian = np.stack(columns, axis=1) * case.problem.trainable
    seen = np.outer(case.problem.trainable, case.problem.trainable)
    np.testing.assert_allclose(square * seen, jacobian.T @ jacobian, rtol=1e-4, atol=1e-8)
    np.testing.assert_allclose(
        gradient * case.problem.trainable, jacobian.T @ case.residuals(case.theta), rtol=1e-4, atol=1e-8
    )


def linear():
    return {**BASE, "network": {"kind": "mlp", "depth": 0, "output": "identity"}}


def test_one_step_solves_a_linear_problem(opened):
    case = opened(linear(), 3)
    trainer = Lm(damping=1e-9)
    theta, _, _ = taken(trainer, case.problem, case.theta, trainer.init(case.problem, case.theta, case.ctx), case.ctx)
    points = case.problem._all.samples.features
    rows = np.concatenate([points, np.ones((1, points.shape[1]))]).T
    solution = np.linalg.lstsq(rows, case.problem._all.target.T, rcond=None)[0]
    wanted = np.concatenate([solution[:2].T.ravel(), solution[2]])
    np.testing.assert_allclose(theta, wanted, rtol=1e-5, atol=1e-7)


def walk(case, trainer, steps):
    theta, state = case.theta, trainer.init(case.problem, case.theta, case.ctx)
    losses = []
    for step in range(steps):
        theta, state, metrics = taken(trainer, case.problem, theta, state, replace(case.ctx, step=step))
        losses.append(metrics["loss"])
    return theta, losses


def test_it_ends_where_scipy_does(opened):
    """What a network paints, learned by the same network from nearby: both come back to its θ."""
    case = opened({**BASE, "network": {"kind": "mlp", "width": 3, "depth": 1, "weight_scale": 0.7}}, 3)
    painted = case.model.forward(case.theta, case.problem._all.samples, case.ctx)
    case.problem._all.target[:] = painted
    case.theta = case.theta + np.random.default_rng(1).normal(0, 0.1, case.theta.size)
    theta, losses = walk(case, Lm(), 200)
    scipys = least_squares(case.residuals, case.theta, method="lm", xtol=1e-15, ftol=1e-15)
    assert losses[0] > 1e-4
    assert float(case.problem.value(theta, case.ctx)) < 1e-12
    np.testing.assert_allclose(theta, scipys.x, atol=0.02)


def test_no_step_makes_it_worse(opened):
    case = opened({**BASE, "network": {"kind": "mlp", "width": 8, "depth": 3, "weight_scale": 3.0}}, 3, np.float32)
    _, losses = walk(case, Lm(damping=1e-6), 60)
    assert (np.diff(losses) <= 1e-9).all()
    assert losses[-1] < 0.7 * losses[0]


class Twins:
    """½ (a + b - 1)²: two columns that are one, so that JᵀJ is singular."""

    trainable, points = np.ones(2, bool), 1

    def value(self, theta, ctx, batch=0):
        return 0.5 * (theta.sum() - 1) ** 2

    def normal_equations(self, theta, ctx, batch=0):
        ones = np.ones((2, 2), np.float32)
        return self.value(theta, ctx), ones, ones[0] * (theta.sum() - 1)


def test_equations_that_have_no_answer_are_a_try_that_failed():
    problem, theta = Twins(), np.zeros(2, np.float32)
    moved, state, metrics = taken(Lm(damping=1e-12), problem, theta, State({}, {"mu": 1e-12, "grows": 2.0}), None)
    assert problem.value(moved, None) < 1e-6 < metrics["loss"]
    for tries in (1, 3):
        moved, state, _ = taken(Lm(tries=tries), problem, theta, State({}, {"mu": 1e-12, "grows": 2.0}), None)
        assert np.array_equal(moved, theta)
        assert state.numbers["mu"] == pytest.approx(1e-12 * 2 ** (tries * (tries + 1) // 2))


def test_threads_change_no_bit(opened):
    one, two = (walk(opened(BASE, 3, np.float32, threads), Lm(), 5)[0] for threads in (1, 2))
    np.testing.assert_array_equal(one, two)


def test_a_sample_is_another_one_each_step(opened):
    case = opened(BASE, 3)
    seen = [case.problem.normal_equations(case.theta, replace(case.ctx, step=i), 10)[0] for i in (0, 1, 0)]
    assert seen[0] == seen[2] != seen[1]
    theta, _ = walk(case, Lm(sample=20), 30)
    assert case.problem.value(theta, case.ctx) < 0.7 * case.problem.value(case.theta, case.ctx)
    assert not Lm(sample=20).traits().full_batch


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            ["-s", "network.width=100", "-s", "network.depth=3"],
            "up to 6000 trainable parameters, but this recipe has 20803",
        ),
        (["--loss", "mae"], "is not a sum of squared residuals"),
        (["--network", "residual", "-s", "network.width=8"], "the network residual has no Jacobian"),
        (
            ["--encoders", "grid", "-s", "encoder.grid.levels=1", "-s", "encoder.grid.finest=8"],
            "encoder.0 has trainable parameters",
        ),
    ],
)
def test_what_it_cannot_serve_it_refuses(settings, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    settings = [*settings, "-s", "encoder.grid.coarsest=8"] if "grid" in settings else settings
    command = ["fit", "skimage:coffee", "--recipe", "rprop-portrait", "--trainer", "lm", "--train-size", "24"]
    assert run([*command, "--quiet", "--steps", "3", *settings]) == 2
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
