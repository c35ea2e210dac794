"""The trainer rprop against the papers' pseudo-code and against libfann's source, one weight after the other."""

import numpy as np
import pytest
from pydantic import ValidationError

from limner.plugin import Context
from limner.registry.registry import registry

STEPS, WEIGHTS = 80, 14
RNG = np.random.default_rng(21)
# Signs that stay for a while and change, zeros among them, and slopes whose product is 0 in float64.
SIGNS = np.repeat(RNG.choice([-1.0, 0.0, 1.0], (STEPS // 2, WEIGHTS), p=[0.45, 0.1, 0.45]), 2, axis=0)
GRADIENTS = SIGNS * RNG.uniform(0.1, 3, (STEPS, WEIGHTS)) * np.where(np.arange(WEIGHTS) % 2, 1e-200, 1.0)
LOSSES = RNG.uniform(0, 1, STEPS)
START = RNG.normal(size=WEIGHTS)
NARROW = {"increase": 1.3, "decrease": 0.4, "delta_min": 0.02, "delta_max": 0.3, "delta_first": 0.1}
CONTEXT = Context(size=(4, 4), training=True)


def taken(trainer, *args):
    """θ, the state, and the loss among the metrics, after a step as the loop takes it."""
    done = trainer.take_step(*args)
    return done.theta, done.state, {**done.metrics, "loss": done.loss}


def rprop(**settings):
    return registry().load("trainer", "rprop")(**settings)


class Scripted:
    """Gradients and losses by the step's number, whatever θ is."""

    points = 1

    def __init__(self, gradients, losses):
        self.gradients, self.losses = gradients, losses
        self.trainable = np.ones(gradients.shape[1], bool)
        self.taken = 0

    def value_and_grad(self, theta, ctx, batch=0):
        assert batch == 0
        self.taken += 1
        return self.losses[self.taken - 1], self.gradients[self.taken - 1].copy()


def run(trainer, gradients=GRADIENTS, losses=LOSSES, theta=START):
    problem = Scripted(gradients, losses)
    state = trainer.init(problem, theta, CONTEXT)
    thetas, reported = [], []
    for _ in gradients:
        theta, state, metrics = taken(trainer, problem, theta, state, CONTEXT)
        thetas.append(theta)
        reported.append(metrics)
    return np.asarray(thetas), reported


def sign(x):
    return (x > 0) - (x < 0)


def textbook(variant, w, slopes, losses, s):
    """Igel and Hüsken (2003), algorithms 2 to 4: a weight's path, and its step sizes."""
    delta, before, last_move, last_loss = s["delta_first"], 0, 0.0, 0.0
    path, deltas = [], []
    for g, loss in zip(slopes, losses, strict=True):
        product = sign(before) * sign(g)
        if product > 0:
            delta = min(delta * s["increase"], s["delta_max"])
        elif product < 0:
            delta = max(delta * s["decrease"], s["delta_min"])
        if product < 0 and variant == "irprop-plus":
            if loss > last_loss:
                w -= last_move
            g = 0
        else:
            if product < 0 and variant == "irprop-minus":
                g = 0
            last_move = -sign(g) * delta
            w += last_move
        before, last_loss = g, loss
        path.append(w)
        deltas.append(delta)
    return path, deltas


def libfann(w, slopes, s):
    """fann_update_weights_irpropm, whose slopes are minus ours."""
    step, before = s["delta_first"], 0.0
    path = []
    for g in slopes:
        step = max(step, 0.0001)
        slope = -g
        if sign(before) * sign(slope) >= 0:
            step = min(step * s["increase"], s["delta_max"])
        else:
            step = max(step * s["decrease"], s["delta_min"])
            slope = 0
        if slope < 0:
            w -= step
            if w < -1500:
                w = -1500.0
        else:
            w += step
            if w > 1500:
                w = 1500.0
        before = slope
        path.append(w)
    return path


@pytest.mark.parametrize("variant", ["irprop-minus", "irprop-plus", "rprop-minus"])
@pytest.mark.parametrize("settings", [NARROW, {}], ids=["narrow", "defaults"])
def test_each_variant_is_its_pseudo_code(variant, settings):
    trainer = rprop(variant=variant, **settings)
    thetas, reported = run(trainer)
    deltas = []
    for i, w in enumerate(START.tolist()):
        path, sizes = textbook(variant, w, GRADIENTS[:, i].tolist(), LOSSES.tolist(), trainer.model_dump())
        np.testing.assert_allclose(thetas[:, i], path, rtol=1e-12)
        deltas.append(sizes)
    np.testing.assert_allclose([m["delta"] for m in reported], np.mean(deltas, axis=0), rtol=1e-12)
    assert [m["loss"] for m in reported] == LOSSES.tolist()


@pytest.mark.parametrize(
    "settings",
    [NARROW, {}, {"delta_min": 0.0, "delta_first": 2e-5}, {"delta_first": 40.0}],
    ids=["narrow", "defaults", "below the floor", "large"],
)
def test_libfann_s_rule_is_libfann_s(settings):
    """Also at the walls, and for weights that start outside them."""
    trainer = rprop(variant="libfann", **settings)
    start = np.asarray([*START[:8], 1499.95, -1499.95, 1500.0, -1500.0, 1700.0, -1700.0])
    thetas, _ = run(trainer, theta=start)
    for i, w in enumerate(start.tolist()):
        wanted = libfann(w, GRADIENTS[:, i].tolist(), trainer.model_dump())
        np.testing.assert_allclose(thetas[:, i], wanted, rtol=1e-12)


def test_what_follows_a_change_of_sign_by_hand():
    """Down the slope by 0.1; then it turns, and the loss has risen."""
    slopes, losses = np.asarray([[-1.0], [1.0], [1.0]]), [1.0, 2.0, 1.5]
    wanted = {
        "irprop-minus": [0.1, 0.1, 0.05],  # stands still, then by 0.05
        "irprop-plus": [0.1, 0.0, -0.05],  # goes back, then by 0.05
        "rprop-minus": [0.1, 0.05, -0.01],  # by 0.05, then by 0.06
        "libfann": [0.12, 0.18, 0.108],  # by 0.12; uphill by 0.06; then by 0.072
    }
    for variant, path in wanted.items():
        thetas, _ = run(rprop(variant=variant), slopes, losses, np.zeros(1))
        np.testing.assert_allclose(thetas[:, 0], path, rtol=1e-12, atol=1e-15)
    thetas, _ = run(rprop(variant="irprop-plus"), slopes, [2.0, 1.0, 1.5], np.zeros(1))
    np.testing.assert_allclose(thetas[:, 0], [0.1, 0.1, 0.05], rtol=1e-12)  # where it has not risen


def test_irprop_minus_is_torch_s():
    torch = pytest.importorskip("torch", reason="torch is not installed; the papers' rules are tried without it")
    slopes = SIGNS * np.abs(LOSSES)[:, None]
    thetas, _ = run(rprop(**NARROW), slopes)
    theta = torch.nn.Parameter(torch.tensor(START))
    theirs = torch.optim.Rprop([theta], lr=0.1, etas=(0.4, 1.3), step_sizes=(0.02, 0.3))
    for ours, gradient in zip(thetas, slopes, strict=True):
        theta.grad = torch.tensor(gradient)
        theirs.step()
        np.testing.assert_allclose(ours, theta.detach().numpy(), rtol=1e-12)


@pytest.mark.parametrize(
    ("variant", "within"), [("irprop-minus", 1e-4), ("irprop-plus", 1e-4), ("rprop-minus", 1e-4), ("libfann", 1e-2)]
)
def test_rprop_finds_the_answer(variant, within):
    """Of a convex problem, from the gradient at θ; libfann's steps are never below 5e-5."""
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(30, 4)), rng.normal(size=30)

    class LeastSquares(Scripted):
        def __init__(self):
            self.trainable = np.ones(4, bool)

        def value_and_grad(self, theta, ctx, batch=0):
            error = a @ theta - b
            return 0.5 * np.mean(error**2), a.T @ error / len(error)

    problem, theta, trainer = LeastSquares(), np.zeros(4), rprop(variant=variant)
    state = trainer.init(problem, theta, CONTEXT)
    for _ in range(400):
        theta, state, _ = taken(trainer, problem, theta, state, CONTEXT)
    np.testing.assert_allclose(theta, np.linalg.lstsq(a, b)[0], atol=within)


def test_step_sizes_out_of_order_are_refused():
    for settings in ({"delta_first": 60.0}, {"delta_min": 0.2}, {"delta_max": 0.05}):
        with pytest.raises(ValidationError, match="delta_first: must be from"):
            rprop(**settings)
