"""Painting 1024 x 1024 points through 5 → 32 x 8 → 3 tanh, against the same written for whole images and for JAX.

    pip install -e '.[bench]' && pytest tests/benchmarks -o addopts= --benchmark-columns=median,min

Each peer gets θ and the picture's size, and gives interleaved 8-bit pixels. The table's relative figures are the
result: the machine is whatever it is.
"""

import numpy as np
import pytest

from limner.artworks.recipe_sources import compose
from limner.artworks.renderer import bands
from limner.imaging.canvas import Canvas
from limner.models.factory import model_of
from limner.registry.registry import registry

pytestmark = pytest.mark.bench
SIDE = 1024
SETTINGS = {"network.width": 32, "network.depth": 8, "network.contrast": 0.3, "seed": 7}


@pytest.fixture(scope="module")
def model():
    return model_of(compose("random-art", SETTINGS, {"frame": "centred"}))


def layers(model, theta):
    views = model.layout.views(theta)
    weights = [views[f"network.W{i}"] for i in range(9)]
    biases = [views[f"network.b{i}"] for i in range(9)]
    return weights, biases, views["encoder.2.z"]


def features(xp, z):
    axis = (2 * (xp.arange(SIDE, dtype=xp.float32) + 0.5) - SIDE) / SIDE
    x = xp.tile(axis, SIDE)
    y = xp.repeat(axis, SIDE)
    constant = xp.ones_like(x)
    return xp.stack([x, y, xp.sqrt(x * x + y * y), z[0] * constant, z[1] * constant])


def limner_paints(model, theta, threads=0):
    backend = registry().load("backend", "numpy")(threads=threads)
    return np.concatenate(list(bands(model, theta, Canvas((SIDE, SIDE)), backend)))


def whole_image_numpy(weights, biases, z):
    h = features(np, z)
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        h = np.tanh(w @ h + b[:, None])
    h = 1 / (1 + np.exp(-(weights[-1] @ h + biases[-1][:, None])))
    return (np.clip(h, 0, 1) * 255 + 0.5).astype(np.uint8).T.reshape(SIDE, SIDE, 3)


def jax_painter(weights, biases, z):
    jax = pytest.importorskip("jax")
    jnp = jax.numpy

    @jax.jit
    def paint(weights, biases, z):
        h = features(jnp, z)
        for w, b in zip(weights[:-1], biases[:-1], strict=True):
            h = jnp.tanh(w @ h + b[:, None])
        h = jax.nn.sigmoid(weights[-1] @ h + biases[-1][:, None])
        return (jnp.clip(h, 0, 1) * 255 + 0.5).astype(jnp.uint8).T.reshape(SIDE, SIDE, 3)

    return lambda: np.asarray(paint(weights, biases, z))


@pytest.mark.benchmark(group="paint 1024 x 1024, 5-32x8-3 tanh")
@pytest.mark.parametrize("peer", ["limner", "limner, one thread", "numpy, whole image", "jax, jit"])
def test_painting(benchmark, model, peer):
    theta = model.init_params()
    weights, biases, z = layers(model, theta)
    run = {
        "limner": lambda: limner_paints(model, theta),
        "limner, one thread": lambda: limner_paints(model, theta, threads=1),
        "numpy, whole image": lambda: whole_image_numpy(weights, biases, z),
        "jax, jit": jax_painter(weights, biases, z) if peer.startswith("jax") else None,
    }[peer]
    picture = benchmark.pedantic(run, rounds=15, iterations=1, warmup_rounds=3)
    expected = whole_image_numpy(weights, biases, z)
    assert np.abs(picture.astype(int) - expected).max() <= 1
