"""The trainer lbfgs against scipy, against BFGS with a dense matrix, and where the loss is not a number."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize, rosen, rosen_der

from limner.plugin import Context, State
from limner_plugins.trainers._line_search import CURVATURE, DECREASE, LineSearchTrial, line_search
from limner_plugins.trainers.lbfgs import Lbfgs, _direction

CONTEXT = Context(size=(4, 4), training=True)


class Smooth:
    """A function and its gradient, as a problem; it counts how often it is asked."""

    points = 4

    def __init__(self, value, slope, n, frozen=()):
        self.function, self.slope, self.calls = value, slope, 0
        self.trainable, self.units = np.isin(np.arange(n), frozen, invert=True), np.zeros(n, int)

    def value_and_grad(self, theta, ctx, batch=0):
        self.calls += 1
        with np.errstate(all="ignore"):
            return self.function(theta), np.where(self.trainable, self.slope(theta), np.nan)


def rosenbrock(n=10, **more):
    return Smooth(rosen, rosen_der, n, **more)


def least_squares(n=8):
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(30, n)) * np.logspace(0, 1.5, n), rng.normal(size=30)
    problem = Smooth(lambda x: 0.5 * np.sum((a @ x - b) ** 2), lambda x: a.T @ (a @ x - b), n)
    return problem, np.linalg.lstsq(a, b)[0]


def taken(trainer, problem, theta, steps):
    """Yield the steps."""
    state = trainer.init(problem, theta, CONTEXT)
    for step in range(steps):
        done = trainer.take_step(problem, theta, state, replace(CONTEXT, step=step))
        yield done
        theta, state = done.theta, done.state


def path(*args):
    return list(taken(*args))


def test_the_answer_of_a_convex_problem():
    problem, answer = least_squares()
    np.testing.assert_allclose(path(Lbfgs(), problem, np.zeros(8), 80)[-1].theta, answer, rtol=1e-5)


@pytest.mark.parametrize("memory", [3, 10])
def test_it_takes_about_as_many_gradients_as_scipy(memory):
    start = np.tile([-1.2, 1.0], 5)
    theirs = minimize(
        rosen, start, jac=rosen_der, method="L-BFGS-B", options={"maxcor": memory, "ftol": 0, "gtol": 1e-6}
    )
    problem = rosenbrock()
    for done in taken(Lbfgs(memory=memory), problem, start, 400):
        if np.abs(rosen_der(done.theta)).max() < 1e-6:
            break
    np.testing.assert_allclose(done.theta, theirs.x, atol=1e-4)
    assert problem.calls < 2 * theirs.nfev


def test_each_step_meets_the_strong_wolfe_conditions():
    theta, before = np.tile([-1.2, 1.0], 5), None
    for done in path(Lbfgs(), rosenbrock(), theta, 40):
        move = done.theta - theta
        promised = rosen_der(theta) @ move  # α times the slope at the start
        assert rosen(done.theta) <= rosen(theta) + DECREASE * promised
        assert abs(rosen_der(done.theta) @ move) <= -CURVATURE * promised + 1e-12
        assert before is None or done.loss == before
        theta, before = done.theta, rosen(done.theta)


def test_the_direction_is_that_of_bfgs_with_a_dense_matrix():
    """H₀ = γI, then (6.17) of Nocedal and Wright for each pair."""
    rng = np.random.default_rng(5)
    hessian = np.diag([1.0, 4.0, 0.5, 2.0])
    steps = rng.normal(size=(3, 4))
    pairs = [(s, hessian @ s) for s in steps]
    (s, y), eye = pairs[0], np.eye(4)
    inverse = (s @ y) / (y @ y) * eye
    for s, y in reversed(pairs):
        rho = 1 / (s @ y)
        inverse = (eye - rho * np.outer(s, y)) @ inverse @ (eye - rho * np.outer(y, s)) + rho * np.outer(s, s)
    gradient = rng.normal(size=4)
    np.testing.assert_allclose(_direction(gradient, pairs), -inverse @ gradient, rtol=1e-12)


def test_only_the_last_pairs_count():
    *_, done = path(Lbfgs(memory=2), rosenbrock(), np.tile([-1.2, 1.0], 5), 9)
    assert sorted(name for name in done.state.arrays if name[1:].isdecimal()) == ["s0", "s1", "y0", "y1"]
    newest, older = (Lbfgs(memory=2)._pairs(done.state)[i][0] for i in (0, 1))
    thetas = [step.theta for step in path(Lbfgs(memory=2), rosenbrock(), np.tile([-1.2, 1.0], 5), 9)]
    np.testing.assert_allclose([newest, older], [thetas[-1] - thetas[-2], thetas[-2] - thetas[-3]], atol=1e-12)


@pytest.mark.parametrize("outside", [math.nan, math.inf, -math.inf])
def test_it_steps_back_from_where_the_loss_is_not_a_number(outside):
    """Σ x - log x has its minimum at 1 and no value from 0 down; the first length leads there."""

    def value(x):
        return np.sum(x - np.log(x)) if x.min() > 0 else outside

    problem = Smooth(value, lambda x: np.where(x > 0, 1 - 1 / x, np.nan), 3)
    done = path(Lbfgs(), problem, np.array([0.3, 5.0, 40.0]), 40)
    assert all(np.isfinite(step.theta).all() and math.isfinite(step.loss) for step in done)
    np.testing.assert_allclose(done[-1].theta, np.ones(3), rtol=1e-5)


def test_a_loss_that_is_not_a_number_at_the_start_is_returned():
    problem = Smooth(lambda x: math.nan, lambda x: np.full(2, math.nan), 2)
    (done,) = path(Lbfgs(), problem, np.ones(2), 1)
    assert math.isnan(done.loss)
    assert np.array_equal(done.theta, np.ones(2))


def test_frozen_parameters_count_for_nothing():
    """One lies beyond the numbers, and its gradient too: the path is that of the others alone."""
    alone = Smooth(lambda x: rosen(x[:4]), lambda x: rosen_der(x[:4]), 4)
    wild = Smooth(lambda x: rosen(x[:4]), lambda x: np.append(rosen_der(x[:4]), np.nan), 5, frozen=[4])
    start = np.array([-1.2, 1.0, -1.2, 1.0])
    ours = path(Lbfgs(), wild, np.append(start, np.nan), 20)
    theirs = path(Lbfgs(), alone, start, 20)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one.theta[:4], other.theta, rtol=1e-9)
        assert math.isnan(one.theta[4])
    assert wild.calls == alone.calls


def test_a_theta_that_was_moved_is_evaluated_anew():
    trainer = Lbfgs()
    *_, done = path(trainer, rosenbrock(), np.zeros(10), 3)
    moved = done.theta + 0.01
    assert trainer.take_step(rosenbrock(), moved, done.state, CONTEXT).loss == rosen(moved)
    assert trainer.take_step(rosenbrock(), done.theta, done.state, CONTEXT).loss == rosen(done.theta)


def test_evaluations_are_counted():
    problem = rosenbrock()
    done = path(Lbfgs(), problem, np.zeros(10), 12)
    assert sum(step.metrics["evaluations"] for step in done) == problem.calls
    assert problem.calls < 2 * len(done)


def test_at_the_minimum_it_stays():
    problem = rosenbrock()
    done = path(Lbfgs(), problem, np.ones(10), 3)
    assert all(np.array_equal(step.theta, np.ones(10)) for step in done)
    assert problem.calls == 1


def test_without_progress_the_pairs_are_forgotten():
    """At the last bits of a loss no length lowers it; the next step is plain descent."""
    pairs = {f"{name}{i}": np.ones(2) for name in "sy" for i in range(10)}
    state = State({**pairs, "theta": np.zeros(2), "gradient": np.ones(2)}, {"pairs": 1, "known": 1, "loss": 0.0})
    rising = Smooth(lambda x: 1.0, lambda x: np.ones(2), 2)
    done = Lbfgs(tries=4).take_step(rising, np.zeros(2), state, CONTEXT)
    assert np.array_equal(done.theta, np.zeros(2))
    assert done.state.numbers["pairs"] == 0
    assert rising.calls == 4


FUNCTIONS = {
    "a parabola": (lambda x: (x - 1) ** 2, lambda x: 2 * (x - 1)),
    "far away": (lambda x: (x - 1e4) ** 2, lambda x: 2 * (x - 1e4)),
    "very near": (lambda x: (x - 1e-6) ** 2, lambda x: 2 * (x - 1e-6)),
    "a quartic": (lambda x: x**4 - 3 * x, lambda x: 4 * x**3 - 3),
    "waves": (lambda x: -x / 5 + np.sin(4 * x) / 2, lambda x: -0.2 + 2 * np.cos(4 * x)),
    "a corner": (lambda x: abs(x - 0.3) + 0.1 * (x - 0.3) ** 2, lambda x: np.sign(x - 0.3) + 0.2 * (x - 0.3)),
}


@pytest.mark.parametrize("sample", [0, 2])
def test_no_setting_is_named_as_the_remedy_for_divergence(sample):
    assert Lbfgs(sample=sample).traits().divergence_setting == ""


@pytest.mark.parametrize("length", [1e-3, 1.0, 30.0])
@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in ("waves", "a corner")])
def test_the_line_search_finds_a_wolfe_point(name, length):
    value, slope = FUNCTIONS[name]
    start = LineSearchTrial(0.0, value(0.0), slope(0.0), None, None)
    found = line_search(lambda x: LineSearchTrial(x, value(x), slope(x), None, None), start, length, 40)
    assert found.length > 0
    assert value(found.length) <= value(0.0) + DECREASE * found.length * slope(0.0)
    assert abs(slope(found.length)) <= -CURVATURE * slope(0.0)


def test_at_a_corner_there_is_none_and_the_lowest_is_returned():
    value, slope = FUNCTIONS["a corner"]
    start = LineSearchTrial(0.0, value(0.0), slope(0.0), None, None)
    seen = []

    def trial(x):
        seen.append(value(x))
        return LineSearchTrial(x, value(x), slope(x), None, None)

    found = line_search(trial, start, 1.0, 30)
    assert found.value < start.value
    assert found.value <= min(seen) + 1e-6
