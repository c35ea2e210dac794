"""A convolution, forward and backward, by shape, against torch in the same run, all cores.

    pip install -e '.[bench]' torch && pytest tests/benchmarks/test_convolution.py -o addopts=--import-mode=importlib

limner's pictures go through in tiles side by side, as those of a batch do; torch sees the batch as it likes it.
``python tests/benchmarks/test_convolution.py`` prints a table of the processor's time on one thread: what others do on
the machine counts for less there.
"""

import time

import numpy as np
import pytest

from limner.registry.registry import registry
from limner.stages.context import Context
from limner_plugins.layers.convolutions.convolution import Convolution
from limner_plugins.layers.convolutions.geometry import Geometry
from limner_plugins.layers.convolutions.transposed import Transposed

pytestmark = [pytest.mark.bench, pytest.mark.filterwarnings("default")]
ROUNDS = {"rounds": 15, "iterations": 1, "warmup_rounds": 3}
SHAPES = {
    "3x3, 32 to 32, 16 of 64": (3, 1, 32, 32, 16, 64),
    "3x3, 64 to 64, 16 of 32": (3, 1, 64, 64, 16, 32),
    "3x3, 128 to 128, 16 of 16": (3, 1, 128, 128, 16, 16),
    "3x3, 256 to 256, 16 of 8": (3, 1, 256, 256, 16, 8),
    "3x3, 16 to 16, 2 of 256": (3, 1, 16, 16, 2, 256),
    "4x4 by 2, 3 to 32, 16 of 64": (4, 2, 3, 32, 16, 64),
    "4x4 by 2, 32 to 64, 16 of 32": (4, 2, 32, 64, 16, 32),
    "4x4 by 2, 128 to 256, 16 of 8": (4, 2, 128, 256, 16, 8),
    "4x4 by 2, 512 to 512, 4 of 8": (4, 2, 512, 512, 4, 8),
    "9x9, 3 to 64, 4 of 64": (9, 1, 3, 64, 4, 64),
    "9x9, 64 to 3, 4 of 64": (9, 1, 64, 3, 4, 64),
    "transposed 4x4 by 2, 256 to 64, 16 of 8": (4, -2, 256, 64, 16, 8),
    "transposed 4x4 by 2, 64 to 3, 16 of 32": (4, -2, 64, 3, 16, 32),
}
"""Kernel, stride (of a transposed one negative), channels in and out, pictures and their side."""


def arrays(name):
    kernel, stride, c, d, n, side = SHAPES[name]
    layer = (Transposed if stride < 0 else Convolution)(d, Geometry.same(kernel, abs(stride)))
    theta = layer.init_params(layer.param_layout(c), np.random.default_rng(0))
    x = np.random.default_rng(1).random((c, n, side, side), dtype=np.float32)
    height, width = layer.size((side, side))
    return layer, theta, x, np.random.default_rng(2).random((d, n, height, width), dtype=np.float32)


def of_limner(name, backend):
    layer, theta, x, dy = arrays(name)
    ctx, n = Context(size=(1, 1), backend=backend), x.shape[1]
    tile = -(-n // 2)
    parts = [slice(i, i + tile) for i in range(0, n, tile)]

    def run():
        _, pull = layer.vjp_tiles(theta, [x[:, p] for p in parts], ctx)
        flat = np.empty_like(theta)
        pull([dy[:, p] for p in parts], flat, 0)
        return flat[: -layer.channels]

    return run


def of_torch(name):
    torch = pytest.importorskip("torch")
    _, stride, c, d, _, _ = SHAPES[name]
    layer, theta, x, dy = arrays(name)
    f = torch.nn.functional
    convolve = f.conv_transpose2d if stride < 0 else f.conv2d
    k, before = layer.geometry.kernel, layer.geometry.before
    shape = (c, k, k, d) if stride < 0 else (d, k, k, c)
    weights = torch.tensor(theta[:-d].reshape(shape).transpose(0, 3, 1, 2).copy(), requires_grad=True)
    bias = torch.zeros(d, requires_grad=True)
    its, given = (torch.tensor(a.swapaxes(0, 1).copy()) for a in (x, dy))
    its.requires_grad_()

    def run():
        y = convolve(its, weights, bias, stride=abs(stride), padding=before)
        return torch.autograd.grad(y, [weights, bias, its], given)[0].permute(0, 2, 3, 1).numpy().ravel()

    return run


@pytest.mark.parametrize("peer", ["limner", "torch"])
@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.benchmark(group=n)) for n in SHAPES])
def test_convolution(benchmark, name, peer):
    backend = registry().load("backend", "numpy")()
    with backend.open_runner():
        expected = of_limner(name, backend)()
        if peer == "limner":
            benchmark.pedantic(of_limner(name, backend), **ROUNDS)
            return
    run = of_torch(name)
    np.testing.assert_allclose(run(), expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())
    benchmark.pedantic(run, **ROUNDS)


def on_one_thread():
    """The least time of the processor, ms, for each shape."""
    import torch

    torch.set_num_threads(1)
    backend = registry().load("backend", "numpy")(threads=1)
    with backend.open_runner():
        for name in SHAPES:
            least = {}
            for peer, run in {"limner": of_limner(name, backend), "torch": of_torch(name)}.items():
                run()
                times = []
                for _ in range(12):
                    start = time.thread_time()
                    run()
                    times.append(1e3 * (time.thread_time() - start))
                least[peer] = min(times)
            ratio = least["limner"] / least["torch"]
            print(f"{name:40} {least['limner']:8.1f} {least['torch']:8.1f} {ratio:6.2f}", flush=True)  # noqa: T201


if __name__ == "__main__":
    on_one_thread()
