"""Frozen parameters: what trainers see of them, and that no trainer changes them."""

from dataclasses import replace

import numpy as np
import pytest

from limner.plugin import Context, Example, PairsProblem, Problem, Samples, State, Step, TrainableMask, Trainer
from limner.stages.optimization.frozen import masked_problem

CONTEXT = Context(size=(4, 4), training=True)
TRAINABLE = np.asarray([True, False, True, False])
THETA = np.asarray([1.0, -0.0, 2.0, np.nan], dtype=np.float32)


class Wild(Problem):
    """Every gradient is 1, and NaN for the frozen parameters; it keeps what it was asked about."""

    trainable, units, points = TRAINABLE, np.zeros(4, int), 4

    def __init__(self):
        self.asked = []

    def value(self, theta, ctx, batch=0):
        self.asked.append(theta)
        return np.float32(0)

    def value_and_grad(self, theta, ctx, batch=0):
        return self.value(theta, ctx), np.where(TRAINABLE, 1, np.nan).astype(np.float32)

    def normal_equations(self, theta, ctx, batch=0):
        value, gradient = self.value_and_grad(theta, ctx)
        return value, np.outer(gradient, gradient), gradient


class WildPairs(Wild, PairsProblem):
    channels, size, loss = 3, (4, 4), None

    def map_tiles(self, function, ctx, batch, *, whole_batch=False):
        return [function(Example(Samples(), None), ctx)]

    def parallel_map(self, function, items):
        return [function(item) for item in items]

    def translate(self, theta, example, ctx):
        self.asked.append(theta)
        return theta, lambda dy: dy * np.where(TRAINABLE, 1, np.nan)


class Shifting(Trainer):
    """Adds 1 to all numbers, frozen ones too."""

    def step(self, problem, theta, state, ctx):
        problem.value(theta + np.float32(1), ctx)
        return Step(theta + np.float32(1), state, 0.0)


def masked(problem):
    return masked_problem(problem, TrainableMask.of(problem.trainable, THETA), THETA)


def test_a_step_leaves_frozen_parameters_to_the_bit():
    done = Shifting().take_step(Wild(), THETA, State(), CONTEXT)
    assert done.theta[TRAINABLE].tolist() == [2.0, 3.0]
    assert done.theta[~TRAINABLE].tobytes() == THETA[~TRAINABLE].tobytes()


def test_what_is_evaluated_has_the_frozen_parameters_of_the_step():
    problem = Wild()
    Shifting().take_step(problem, THETA, State(), CONTEXT)
    assert problem.asked[0][~TRAINABLE].tobytes() == THETA[~TRAINABLE].tobytes()
    masked(problem).value(np.zeros((3, 4), np.float32), CONTEXT)
    for row in problem.asked[1]:
        assert row[~TRAINABLE].tobytes() == THETA[~TRAINABLE].tobytes()


def test_gradients_of_frozen_parameters_are_zero():
    _, gradient = masked(Wild()).value_and_grad(THETA, CONTEXT)
    assert gradient.tolist() == [1, 0, 1, 0]
    _, square, gradient = masked(Wild()).normal_equations(THETA, CONTEXT)
    assert gradient.tolist() == [1, 0, 1, 0]
    assert np.array_equal(square, np.outer([1, 0, 1, 0], [1, 0, 1, 0]))


def test_a_problem_between_images_stays_one():
    problem = masked(WildPairs())
    assert isinstance(problem, PairsProblem)
    assert not isinstance(masked(Wild()), PairsProblem)
    ((_, pull),) = problem.map_tiles(lambda example, ctx: problem.translate(THETA, example, ctx), CONTEXT, 4)
    assert pull(np.ones(4, np.float32)).tolist() == [1, 0, 1, 0]
    assert problem.parallel_map(lambda item: item + 1, [1, 2]) == [2, 3]


def test_nothing_is_masked_if_all_are_trainable():
    problem = Wild()
    problem.trainable = np.ones(4, bool)
    assert masked(problem) is problem


def test_a_masked_problem_is_masked_once_with_the_theta_of_the_inner_step():
    problem = Wild()
    outer = masked(problem)
    inner = masked_problem(outer, TrainableMask.of(TRAINABLE, THETA), np.ones(4, np.float32))
    inner.value(np.zeros(4, np.float32), CONTEXT)
    assert problem.asked[-1].tolist() == [0, 1, 0, 1]


def test_what_is_no_step_is_refused():
    class Old(Shifting):
        def step(self, problem, theta, state, ctx):
            return theta, state, {"loss": 0.0}

    with pytest.raises(TypeError, match=r"Old\.step returned tuple; return a Step"):
        Old().take_step(Wild(), THETA, State(), replace(CONTEXT, step=1))
