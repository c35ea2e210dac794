"""The trainer backprop against the papers' rules, number by number; its schedules; what both trainers keep."""

import json
import math

import numpy as np
import pytest
from pydantic import ValidationError

from limner.plugin import Context, State
from limner.registry.registry import registry

STEPS = 25
GRADIENTS = np.random.default_rng(11).normal(size=(STEPS, 7)) * [0.01, 0.1, 1, 1, 1, 10, 0]
START = np.random.default_rng(12).normal(size=7)
OPTIMIZERS = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw", "lion")


def backprop(**settings):
    return registry().load("trainer", "backprop").model_validate(settings)


def taken(trainer, *args):
    """θ, the state, and the loss among the metrics, after a step as the loop takes it."""
    done = trainer.take_step(*args)
    return done.theta, done.state, {**done.metrics, "loss": done.loss}


def examples():
    return [e for name in ("backprop", "rprop") for e in registry().load("trainer", name).examples()]


class Scripted:
    """Gradients and losses by the step's number, whatever θ is: so a rule is seen by itself."""

    def __init__(self, gradients=GRADIENTS, losses=None, learned=None, points=1):
        self.gradients, self.points = gradients, points
        self.losses = np.zeros(len(gradients)) if losses is None else losses
        self.trainable = np.ones(gradients.shape[1], bool) if learned is None else learned
        self.units = np.zeros(gradients.shape[1], int)
        self.batches = set()

    def value_and_grad(self, theta, ctx, batch=0):
        self.batches.add(batch)
        at = ctx.step % len(self.gradients)
        return self.losses[at], self.gradients[at].copy()


def at(step, steps=STEPS):
    return Context(size=(4, 4), step=step, progress=step / steps, training=True)


def run(trainer, problem, theta=START, steps=STEPS, first=0, between=lambda state: state):
    """θ after each step, and what each step reported."""
    state = trainer.init(problem, theta, at(first))
    thetas, reported = [], []
    for step in range(first, first + steps):
        theta, state, metrics = taken(trainer, problem, theta, between(state), at(step, steps))
        thetas.append(theta)
        reported.append(metrics)
    return np.asarray(thetas), reported


def test_the_reported_learning_rate_is_the_one_used():
    trainer = backprop(optimizer="sgd", learning_rate=0.5, schedule="cosine", warmup=0.2)
    thetas, reported = run(trainer, Scripted())
    moves = np.diff(thetas, axis=0, prepend=START[None])
    np.testing.assert_allclose(moves, -np.asarray([[m["learning_rate"]] for m in reported]) * GRADIENTS, atol=1e-12)
    assert len({m["learning_rate"] for m in reported}) == STEPS


SCHEDULES = [
    ({"schedule": "constant"}, lambda p: 1.0),
    ({"schedule": "cosine", "final": 0.2}, lambda p: 0.2 + 0.8 * math.cos(math.pi * p / 2) ** 2),
    ({"schedule": "cosine", "final": 0.0}, lambda p: math.cos(math.pi * p / 2) ** 2),
    ({"schedule": "exponential", "final": 0.01}, lambda p: 10 ** (-2 * p)),
    ({"schedule": "step", "drop": 0.3, "drop_every": 0.1}, lambda p: 0.3 ** int(round(100 * p) // 10)),
    ({"schedule": "step", "drop": 0.5, "drop_every": 0.4}, lambda p: 1.0 if p < 0.4 else 0.5 if p < 0.8 else 0.25),
]


@pytest.mark.parametrize(("settings", "share"), SCHEDULES)
def test_schedules_run_over_the_budget(settings, share):
    """Over hundredths of the budget, and over what a warm-up of a quarter leaves of it."""
    steps, zeros = 100, np.zeros((1, 7))
    _, reported = run(backprop(learning_rate=2.0, **settings), Scripted(zeros), steps=steps)
    np.testing.assert_allclose(
        [m["learning_rate"] for m in reported], [2 * share(i / steps) for i in range(steps)], rtol=1e-9
    )
    _, reported = run(backprop(learning_rate=2.0, warmup=0.25, **settings), Scripted(zeros), steps=400)
    np.testing.assert_allclose(
        [m["learning_rate"] for m in reported[:100]], [2 * i / 100 for i in range(100)], rtol=1e-9
    )
    rest = [2 * share(i / 100) for i in range(100)]
    np.testing.assert_allclose([m["learning_rate"] for m in reported[100::3]], rest, rtol=1e-9)


def wanted_rates(losses, block, rate):
    """The rule as the experiment states it: this block's mean against the one before, once a block is over."""
    rates = []
    for step in range(len(losses)):
        halvings = 0
        for end in range(2 * block, step + 1, block):
            last, before = losses[end - block : end], losses[end - 2 * block : end - block]
            halvings += sum(last) / block > sum(before) / block
        rates.append(rate / 2**halvings)
    return rates


@pytest.mark.parametrize(("settings", "points", "block"), [({"patience": 2, "batch": 2}, 5, 6), ({}, 9, 100)])
def test_halving_compares_blocks_of_epochs(settings, points, block):
    """Blocks that rise, fall, stay and rise; within each the errors swing farther than the means are apart."""
    means = [1.0, 2.0, 1.5, 1.5, 1.75, 0.5, 0.625]
    swings = [1.0, -1.0] * (block // 2)
    losses = [mean + swing for mean in means for swing in swings]
    problem = Scripted(np.zeros((len(losses), 7)), losses, points=points)
    _, reported = run(backprop(learning_rate=0.1, schedule="halving", **settings), problem, steps=len(losses))
    rates = [m["learning_rate"] for m in reported]
    assert rates == wanted_rates(losses, block, 0.1)
    assert rates[2 * block - 1 : 2 * block + 1] == [0.1, 0.05]
    assert rates[-1] == 0.1 / 4


def test_clipping_keeps_the_direction():
    gradients = np.asarray([[3.0, 4.0, np.nan], [0.3, 0.4, np.inf], [-300.0, 400.0, 1e9]])
    problem = Scripted(gradients, learned=np.asarray([True, True, False]))
    zeros = np.zeros(3)
    thetas, _ = run(backprop(optimizer="sgd", learning_rate=1.0, clip=1.0), problem, zeros, steps=3)
    moves = np.diff(thetas, axis=0, prepend=zeros[None])
    np.testing.assert_allclose(moves, [[-0.6, -0.8, 0], [-0.3, -0.4, 0], [0.6, -0.8, 0]], rtol=1e-12, atol=1e-15)
    thetas, _ = run(backprop(optimizer="sgd", learning_rate=1.0), problem, zeros, steps=1)
    assert thetas.tolist() == [[-3.0, -4.0, 0.0]]


@pytest.mark.parametrize("trainer", examples())
def test_what_is_not_learned_stays_and_does_not_count(trainer):
    """Bits of θ stay, and everything else goes as if the numbers that are not learned were not there."""
    learned = np.asarray([True, False, True, True, False, True, False])
    gradients = GRADIENTS.astype(np.float32)
    gradients[:, 1], gradients[:, 4], gradients[::2, 6] = np.nan, np.inf, -1e30
    theta = START.astype(np.float32)
    theta[[1, 4, 6]] = -0.0, 1e30, np.nan
    losses = np.abs(GRADIENTS).sum(axis=1)
    thetas, reported = run(trainer, Scripted(gradients, losses, learned), theta)
    alone, rows_alone = run(trainer, Scripted(gradients[:, learned], losses), theta[learned])
    for moved in thetas:
        assert moved[~learned].tobytes() == theta[~learned].tobytes()
    np.testing.assert_allclose(thetas[:, learned], alone, rtol=1e-6)
    assert not np.array_equal(thetas[0][learned], theta[learned]) or reported[0].get("learning_rate") == 0
    for one, other in zip(reported, rows_alone, strict=True):
        assert one == pytest.approx(other, rel=1e-5)


@pytest.mark.parametrize("trainer", examples())
def test_a_state_that_goes_through_a_file_after_every_step_changes_nothing(trainer):
    def stored(state):
        arrays = {name: (a.dtype.str, a.shape, a.tobytes()) for name, a in state.arrays.items()}
        numbers = json.loads(json.dumps(dict(state.numbers), allow_nan=False))
        return State({n: np.frombuffer(b, d).reshape(s) for n, (d, s, b) in arrays.items()}, numbers)

    problem = Scripted(losses=np.abs(GRADIENTS).sum(axis=1))
    (thetas, reported), (again, rows_again) = run(trainer, problem), run(trainer, problem, between=stored)
    assert np.array_equal(thetas, again)
    assert reported == rows_again
    assert len({t["loss"] for t in reported}) == STEPS


def test_corrections_count_from_the_state_not_from_the_loop():
    """Where another trainer has gone before, the first step of Adam is a first step."""
    trainer = backprop(learning_rate=0.05, optimizer={"kind": "adam", "beta1": 0.6, "epsilon": 0.03})
    fresh, _ = run(trainer, Scripted())
    later, _ = run(trainer, Scripted(), first=4 * STEPS)
    assert np.array_equal(fresh, later)


def test_batches_are_asked_for_and_whole_says_so():
    for trainer in examples():
        problem = Scripted(points=10)
        run(trainer, problem)
        assert problem.batches == {getattr(trainer, "batch", 0)}
        assert trainer.traits().full_batch == (problem.batches == {0})
    assert not backprop(batch=4).traits().full_batch


class LeastSquares:
    """½|Aθ - b|²/n: convex, its answer is known."""

    points = 30

    def __init__(self):
        rng = np.random.default_rng(3)
        self.a, self.b = rng.normal(size=(30, 4)), rng.normal(size=30)
        self.trainable = np.ones(4, bool)
        self.answer = np.linalg.lstsq(self.a, self.b)[0]

    def value_and_grad(self, theta, ctx, batch=0):
        error = self.a @ theta - self.b
        return 0.5 * np.mean(error**2), self.a.T @ error / len(error)


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "sgd", "learning_rate": 0.5},
        {"optimizer": "momentum", "learning_rate": 0.1},
        {"optimizer": "nesterov", "learning_rate": 0.1},
        {"optimizer": "rmsprop", "learning_rate": 0.05, "schedule": "exponential", "final": 1e-4},
        {"optimizer": "adam", "learning_rate": 0.1, "schedule": "cosine", "final": 0.0},
        {"optimizer": {"kind": "adamw", "weight_decay": 0.0}, "learning_rate": 0.1, "schedule": "cosine", "final": 0.0},
        {"optimizer": "lion", "learning_rate": 0.05, "schedule": "cosine", "final": 0.0},
    ],
    ids=OPTIMIZERS,
)
def test_backprop_finds_the_answer(settings):
    problem = LeastSquares()
    thetas, reported = run(backprop(**settings), problem, np.zeros(4), steps=400)
    np.testing.assert_allclose(thetas[-1], problem.answer, atol=1e-3)
    assert reported[0]["loss"] == pytest.approx(0.5 * np.mean(problem.b**2))


def test_an_exponential_that_ends_at_nothing_is_refused():
    with pytest.raises(ValidationError, match="never reaches"):
        backprop(schedule="exponential", final=0.0)
    assert backprop(schedule="cosine", final=0.0).final == 0
