"""Losses against their formulas, number by number, and libfann's error function against the rule of its source."""

import math

import numpy as np
import pytest

from limner.registry.registry import registry

ERRORS = [-2.5, -1.0, -0.999999999, -0.7, -0.3, -0.1, -1e-4, 0.0, 1e-4, 0.1, 0.3, 0.7, 0.99, 1.0, 1.5]


def loss(name, **settings):
    return registry().load("loss", name)(**settings)


def asked(stage, errors, dtype="float64"):
    """Values and gradients where y - target is one of the errors."""
    target = np.zeros((1, len(errors)), dtype)
    y = np.asarray([errors], dtype)
    value, pull = stage.vjp(y, target)
    np.testing.assert_array_equal(value, stage.forward(y, target))
    return value[0], pull(np.ones((1, 1), dtype))[0]


def huber(e, delta):
    return e * e / 2 if abs(e) <= delta else delta * (abs(e) - delta / 2)


def huber_slope(e, delta):
    return e if abs(e) <= delta else math.copysign(delta, e)


@pytest.mark.parametrize(
    ("stage", "value", "slope"),
    [
        (loss("mse"), lambda e: e * e, lambda e: 2 * e),
        (loss("mse", half=True), lambda e: e * e / 2, lambda e: e),
        (loss("mae"), abs, lambda e: (e > 0) - (e < 0)),
        (loss("huber", delta=0.3), lambda e: huber(e, 0.3), lambda e: huber_slope(e, 0.3)),
        (loss("huber", delta=1.2), lambda e: huber(e, 1.2), lambda e: huber_slope(e, 1.2)),
    ],
    ids=["mse", "half", "mae", "huber-0.3", "huber-1.2"],
)
def test_values_and_gradients_are_the_formula(stage, value, slope):
    values, slopes = asked(stage, ERRORS)
    np.testing.assert_allclose(values, [value(e) for e in ERRORS], rtol=1e-13, atol=1e-300)
    np.testing.assert_allclose(slopes, [slope(e) for e in ERRORS], rtol=1e-13, atol=1e-300)


def test_the_error_is_y_less_the_target():
    y, target = np.asarray([[0.75, 0.2]]), np.asarray([[0.25, 0.6]])
    for name in ("mse", "mae", "huber", "fann-tanh"):
        values, pull = loss(name).vjp(y, target)
        slopes = pull(np.ones((1, 1)))
        alone = asked(loss(name), [0.5, -0.4])
        np.testing.assert_allclose((values[0], slopes[0]), alone, rtol=1e-12)


def sent_back(diff, symmetric=False):
    """What libfann sends back of desired - output (src/fann_train.c, fann_update_MSE and fann_compute_MSE)."""
    if symmetric:
        diff = diff / 2
    if diff < -0.9999999:
        return -17.0
    if diff > 0.9999999:
        return 17.0
    return math.log((1 + diff) / (1 - diff))


def test_the_signal_is_what_libfann_sends_back():
    for symmetric in (False, True):
        _, slopes = asked(loss("fann-tanh", symmetric=symmetric), ERRORS)
        np.testing.assert_allclose(-slopes, [sent_back(-e, symmetric) for e in ERRORS], rtol=1e-9, atol=1e-12)


def test_fann_tanh_is_the_area_under_its_signal():
    """By the midpoint rule, also across the jump at 0.9999999 and beyond it."""
    for symmetric, end in ((False, 1.4), (True, 2.6)):
        steps = 40_000
        width = end / steps
        area = sum(sent_back((i + 0.5) * width, symmetric) for i in range(steps)) * width
        values, _ = asked(loss("fann-tanh", symmetric=symmetric), [end, -end])
        np.testing.assert_allclose(values, [area, area], rtol=1e-4)


def test_fann_tanh_is_its_closed_form():
    inside = [e for e in ERRORS if 1e-3 < abs(e) < 0.9999999]
    values, _ = asked(loss("fann-tanh"), inside)
    closed = [(1 + e) * math.log(1 + e) + (1 - e) * math.log(1 - e) for e in inside]
    np.testing.assert_allclose(values, closed, rtol=1e-9)


def test_fann_tanh_keeps_its_digits_where_the_error_is_small():
    """It is d² + d⁴/6 + ..., and stays so in float32."""
    for e in (1e-2, 1e-3, 1e-4):
        values, slopes = asked(loss("fann-tanh"), [e, -e], "float32")
        np.testing.assert_allclose(values, e * e + e**4 / 6, rtol=2e-6)
        np.testing.assert_allclose(slopes, [2 * e, -2 * e], rtol=1e-4)


def test_fann_tanh_is_finite_in_float32_wherever_the_error_is():
    errors = [*np.nextafter(np.float32(1), np.float32([0, 2])), 1.0, -1.0, 1e4, -1e30]
    values, slopes = asked(loss("fann-tanh"), errors, "float32")
    assert values.dtype == slopes.dtype == np.float32
    assert np.isfinite(values).all()
    assert (np.abs(slopes) <= 17.0).all()
    assert (np.sign(slopes) == np.sign(errors)).all()


def test_losses_are_those_of_torch():
    torch = pytest.importorskip("torch", reason="torch is not installed; the formulas are tried without it")
    functional = torch.nn.functional
    theirs = {
        "mse": (functional.mse_loss, {}),
        "mae": (functional.l1_loss, {}),
        "huber": (functional.huber_loss, {"delta": 0.3}),
    }
    for name, (function, settings) in theirs.items():
        y = torch.tensor([ERRORS], dtype=torch.float64, requires_grad=True)
        value = function(y, torch.zeros_like(y), reduction="none", **settings)
        value.sum().backward()
        values, slopes = asked(loss(name, **settings), ERRORS)
        np.testing.assert_allclose(values, value.detach().numpy()[0], rtol=1e-12)
        np.testing.assert_allclose(slopes, y.grad.numpy()[0], rtol=1e-12)
