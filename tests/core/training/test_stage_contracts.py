"""Trainers and optimizers that break their interface: the error names the stage, not the checkpoint."""

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest

import limner
from limner.errors import PluginError
from limner.plugin import Context, Optimizer, Problem, State, Step, Trainer
from limner_plugins.optimizers.sgd import Sgd

CONTEXT = Context(size=(4, 4), training=True)
THETA = np.asarray([1.0, 2.0], dtype=np.float32)


class Slope(Problem):
    """A loss whose gradient is 1."""

    trainable, units, points = np.ones(2, bool), np.zeros(2, int), 2

    def value_and_grad(self, theta, ctx, batch=0):
        return np.float32(0), np.ones_like(theta)


class Descent(Trainer):
    """Gradient descent that counts its steps and keeps the gradient."""

    def init(self, problem, theta, ctx):
        return State({"last": 0 * theta}, {"steps": 0})

    def step(self, problem, theta, state, ctx):
        value, gradient = problem.value_and_grad(theta, ctx)
        return Step(theta - 0.1 * gradient, self.kept(gradient, state), float(value))

    def kept(self, gradient, state):
        return State({"last": gradient}, {"steps": state.numbers["steps"] + 1})


class InPlace(Descent):
    """Writes to θ."""

    def step(self, problem, theta, state, ctx):
        theta -= 0.1
        return Step(theta, state, 0.0)


class Dropping(Descent):
    """Forgets the array."""

    def kept(self, gradient, state):
        return State({}, state.numbers)


class Growing(Descent):
    """Remembers another number."""

    def kept(self, gradient, state):
        return replace(state, numbers={**state.numbers, "more": 1.0})


class Widening(Descent):
    """Keeps the array in another shape."""

    def kept(self, gradient, state):
        return replace(state, arrays={"last": gradient[None]})


class Heavy(Optimizer):
    """Declares a slot and drops it."""

    slots: ClassVar[tuple[str, ...]] = ("m",)

    def update(self, theta, gradient, slots, rate, step):
        return theta - rate * gradient, {}


class Short(Heavy):
    """Returns a slot without its last number."""

    def update(self, theta, gradient, slots, rate, step):
        return theta - rate * gradient, {"m": slots["m"][:-1]}


class ThetaAlone(Heavy):
    """Returns θ without the slots."""

    def update(self, theta, gradient, slots, rate, step):
        return theta - rate * gradient


class Three(Heavy):
    """Returns a third value."""

    def update(self, theta, gradient, slots, rate, step):
        return theta - rate * gradient, slots, step


class Overwriting(Heavy):
    """Writes to θ."""

    def update(self, theta, gradient, slots, rate, step):
        theta -= rate * gradient
        return theta, slots


def fit(**swap):
    image = np.random.default_rng(0).uniform(0, 1, (8, 8, 3))
    return limner.fit(image, "rprop-portrait", seed=1, steps=3, swap=swap)


@pytest.mark.parametrize(
    ("trainer", "message"),
    [
        (InPlace, "InPlace.step: θ is read-only; return a new array"),
        (Dropping, "Dropping.step lacks the state entry 'last'"),
        (Growing, "Growing.step adds the state entry 'more'"),
        (Widening, "Widening.step changes the state entry 'last' from float32 (2,) to float32 (1, 2)"),
    ],
)
def test_a_step_that_breaks_the_interface_is_named(trainer, message):
    own, theta = trainer(), THETA.copy()
    with pytest.raises(TypeError) as raised:
        own.take_step(Slope(), theta, own.init(Slope(), theta, CONTEXT), CONTEXT)
    assert message in str(raised.value)
    assert np.array_equal(theta, THETA)


@pytest.mark.parametrize(
    ("optimizer", "message"),
    [
        (Heavy, "Heavy.update returns the slots []; the class declares ['m']"),
        (Short, "Short.update returns the slot 'm' as float32 (1,); return float32 (2,), as θ is"),
        (Overwriting, "Overwriting.update: θ is read-only; return a new array"),
        (ThetaAlone, "ThetaAlone.update returned ndarray; return a tuple of the next θ and the next slots"),
        (Three, "Three.update returned tuple; return a tuple of the next θ and the next slots"),
    ],
)
def test_an_update_that_breaks_the_interface_is_named(optimizer, message):
    rule, theta = optimizer(), THETA.copy()
    with pytest.raises(TypeError) as raised:
        rule.apply_update(theta, np.ones_like(theta), rule.zero_slots(theta), 0.1, 1)
    assert message in str(raised.value)
    assert np.array_equal(theta, THETA)


def test_a_fit_reports_the_trainer():
    with pytest.raises(PluginError, match=r"^trainer 'local/in-place': .*θ is read-only"):
        fit(trainer=InPlace)


@pytest.mark.parametrize("kind", ["backprop", "restart"])
def test_a_fit_reports_the_optimizer_whatever_trainer_holds_it(kind):
    from limner_plugins.trainers.backprop import Backprop
    from limner_plugins.trainers.restart import Restart

    name = limner.registry.registry.registry().add_local(Heavy, "optimizer")
    table = {"kind": "backprop", "optimizer": name}
    trainer = Backprop(optimizer=name) if kind == "backprop" else Restart.model_validate({"each": table})
    with pytest.raises(PluginError, match=r"^optimizer 'local/heavy': .*returns the slots \[\]"):
        fit(trainer=trainer)


def test_a_network_that_writes_to_its_parameters_is_not_taken_for_the_trainer():
    class Writing(Slope):
        def value_and_grad(self, theta, ctx, batch=0):
            theta[0] = 0
            return np.float32(0), theta

    trainer = Descent()
    with pytest.raises(ValueError, match="read-only"):
        trainer.take_step(Writing(), THETA.copy(), trainer.init(Writing(), THETA, CONTEXT), CONTEXT)


def test_an_optimizer_may_write_over_the_gradient():
    gradient = np.ones_like(THETA)
    moved, _ = Sgd().apply_update(THETA, gradient, {}, 0.5, 1)
    assert moved.tolist() == [0.5, 1.5]


def test_the_theta_of_a_step_is_no_copy():
    seen = []

    class Looking(Descent):
        def step(self, problem, theta, state, ctx):
            seen.append(theta)
            return super().step(problem, theta, state, ctx)

    theta = THETA.copy()
    trainer = Looking()
    trainer.take_step(Slope(), theta, trainer.init(Slope(), theta, CONTEXT), CONTEXT)
    assert np.shares_memory(seen[0], theta)
    assert theta.flags.writeable
