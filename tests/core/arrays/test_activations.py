"""Activations against formulas of the standard library, and their pullbacks against finite differences."""

import math
from typing import get_args

import numpy as np
import pytest

from limner.plugin import ACTIVATIONS, ActivationName
from limner.testing import slopes

ORACLES = {
    "tanh": math.tanh,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)) if x > -700 else 0.0,
    "relu": lambda x: x if x > 0 else 0.0,
    "identity": lambda x: x,
    "softsign": lambda x: x / (1 + abs(x)),
    "sin": math.sin,
    "cos": math.cos,
    "gaussian": lambda x: math.exp(-(x**2) / 2),
    "softplus": lambda x: math.log(1 + math.exp(x)) if x < 700 else x,
    "abs": abs,
    "raised-cosine": lambda x: math.sin(x / 2) ** 2,
    "leaky-relu": lambda x: x if x > 0 else 0.01 * x,
    "gelu": lambda x: x / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "swish": lambda x: x / (1 + math.exp(-x)) if x > -700 else 0.0,
    "triangle": lambda x: 2 / math.pi * math.asin(math.sin(x)),
    "sawtooth": lambda x: math.remainder(x, 2 * math.pi) / math.pi,
}
POINTS = np.array([-9.7, -4.1, -3.2, -1.3, -0.4, -1e-3, 2e-3, 0.6, 1.4, 1.7, 3.1, 4.9, 6.5, 8.8])


def test_every_activation_has_an_oracle():
    assert set(ACTIVATIONS) == set(get_args(ActivationName)) == {*ORACLES, "softmax"}


@pytest.mark.parametrize("name", ORACLES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_an_activation_is_its_formula(name, dtype):
    x = np.stack([POINTS, POINTS[::-1]]).astype(dtype)
    y = ACTIVATIONS[name].forward(x)
    assert y.dtype == dtype
    expected = np.vectorize(ORACLES[name])(x.astype(np.float64))
    np.testing.assert_allclose(y, expected, atol=1e-12 if dtype == np.float64 else 5e-6, rtol=1e-6)


def test_softmax_runs_over_the_features():
    x = np.array([[0.1, 700.0], [-0.4, 710.0], [2.0, -5.0]])
    y = ACTIVATIONS["softmax"].forward(x)
    weights = [math.exp(v) for v in x[:, 0]]
    np.testing.assert_allclose(y[:, 0], [w / sum(weights) for w in weights])
    np.testing.assert_allclose(y.sum(axis=0), 1)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_pullback_is_the_slope(name):
    activation = ACTIVATIONS[name]
    x = np.stack([POINTS, 0.7 * POINTS[::-1] + 0.05])
    dy = np.random.default_rng(3).normal(size=x.shape)
    said = activation.pullback(x, activation.forward(x), dy)
    left, right = slopes(lambda at: float(np.sum(dy * activation.forward(at))), x, range(x.size))
    np.testing.assert_allclose(said.ravel(), (left + right) / 2, atol=2e-5)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_far_out_nothing_overflows(name):
    x = np.array([[-1e4, 1e4, 0.0, -100.0, 100.0]], dtype=np.float32)
    y = ACTIVATIONS[name].forward(x)
    dx = ACTIVATIONS[name].pullback(x, y, np.ones_like(x))
    assert np.isfinite(y).all()
    assert np.isfinite(dx).all()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_inputs_stay_as_they_are(name):
    x = np.linspace(-2, 2, 12).reshape(2, 6)
    x.flags.writeable = False
    y = ACTIVATIONS[name].forward(x).copy()
    y.flags.writeable = False
    dy = np.ones_like(x)
    dy.flags.writeable = False
    ACTIVATIONS[name].pullback(x, y, dy)
