"""Derived gradients beside those written by hand, for the networks of points: output, pullback, one tile, one thread.

    pip install -e '.[bench]' && pytest tests/benchmarks/test_derived.py -o addopts=--import-mode=importlib

Both give the same numbers. The table's relative figures are the result: the machine is whatever it is.
"""

import numpy as np
import pytest

from limner.arrays.parameters import flat_gradient
from limner.plugin import Context
from limner.registry.registry import registry
from limner.stages import derived

pytestmark = pytest.mark.bench
POINTS = 16_384


@pytest.fixture(scope="module")
def backend():
    made = registry().load("backend", "numpy")(threads=1)
    with made.open_runner():
        yield made


@pytest.mark.parametrize("how", ["by hand", "derived"])
@pytest.mark.parametrize("kind", ["mlp", "cppn", "siren"])
def test_gradient(benchmark, backend, kind, how):
    benchmark.group = f"{kind}, {POINTS} points"
    rng = np.random.default_rng(0)
    network = registry().load("network", kind)().resolved(rng)
    layout = network.layout_for(5, 3)
    params = layout.views(layout.pack(network.init_params(rng, 5, 3)))
    x, dy = (rng.normal(size=(rows, POINTS)).astype(np.float32) for rows in (5, 3))
    ctx = Context(size=(128, 128), backend=backend, training=True)

    def by_hand():
        return network.vjp(params, x, ctx)[1](dy)

    def of_forward():
        return derived.params_and_input_vjp(network, params, x, ctx)[1](dy)

    (own, dx), (other, dother) = by_hand(), of_forward()
    np.testing.assert_allclose(flat_gradient(other, params), own.flat, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(dother, dx, rtol=1e-4, atol=1e-4)
    benchmark(by_hand if how == "by hand" else of_forward)
