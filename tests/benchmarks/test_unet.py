"""A training step's gradient of one small U-Net, against the same in torch; and the memory of a process that does it.

    pip install -e '.[bench]' torch && pytest tests/benchmarks/test_unet.py -o addopts=--import-mode=importlib

Pictures of 64 x 64, sixteen at once, mean absolute error, float32, all cores. With instance normalisation limner's
tiles run side by side; with batch normalisation the whole batch goes through together.
"""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from limner.registry.registry import registry
from limner.stages.context import Context
from limner_plugins.networks.unet import Unet

pytestmark = [pytest.mark.bench, pytest.mark.filterwarnings("default")]
BATCH, SIDE, TILE = 16, 64, 8
ROUNDS = {"rounds": 15, "iterations": 1, "warmup_rounds": 3}


def network(norm):
    return Unet(width=32, depth=4, norm=norm)


def pictures():
    rng = np.random.default_rng(0)
    return rng.random((2, 3, BATCH, SIDE, SIDE), dtype=np.float32)


def limner_step(norm, backend, runner):
    """The loss and its gradient, as a problem asks for them."""
    net, (x, target) = network(norm), pictures()
    layout = net.layout_for(3, 3)
    theta = layout.views(layout.pack(net.init_params(np.random.default_rng(1), 3, 3)))
    ctx = Context(size=(SIDE, SIDE), backend=backend, training=True, input_gradient=False)

    def of(part):
        y, pull = net.vjp(theta, x[:, part, ...], ctx)
        error = y - target[:, part, ...]
        return float(np.abs(error).sum()), pull(np.sign(error) / target.size)[0].flat

    def step():
        if net.uses_batch_statistics():
            value, gradient = of(slice(None))
            return value / target.size, gradient
        parts = runner.map(of, [slice(i, i + TILE) for i in range(0, BATCH, TILE)])
        total, gradient = next(parts)
        for value, part in parts:
            total += value
            gradient += part
        return total / target.size, gradient

    return step


def torch_step(norm):
    """The same in torch, with the same weights."""
    torch = pytest.importorskip("torch")
    nn, f = torch.nn, torch.nn.functional
    net, (x, target) = network(norm), pictures()
    layout = net.layout_for(3, 3)
    views = layout.views(layout.pack(net.init_params(np.random.default_rng(1), 3, 3)))
    weights = {k: torch.tensor(v, requires_grad=True) for k, v in views.items()}
    norms = {"instance": nn.InstanceNorm2d, "batch": nn.BatchNorm2d}[norm]
    kernels = [v.permute(0, 3, 1, 2).detach().contiguous().requires_grad_() for k, v in weights.items() if v.ndim == 4]
    depth, widths = net.depth, [32, 64, 128, 256]
    down, up = kernels[:depth], kernels[depth:]  # up: the deepest first
    down_biases = [torch.zeros(w, requires_grad=True) for w in widths]
    up_biases = [torch.zeros(w, requires_grad=True) for w in [*widths[2::-1], 3]]
    made = [norms(w, affine=True) for w in (*widths[1:3], *widths[2::-1])]
    parameters = [*down, *up, *down_biases, *up_biases, *(p for m in made for p in m.parameters())]
    inputs, wanted = (torch.tensor(a.swapaxes(0, 1).copy()) for a in (x, target))

    def forward(h):
        kept = []
        for i in range(depth):
            h = f.conv2d(h, down[i], down_biases[i], stride=2, padding=1)
            h = made[i - 1](h) if 0 < i < depth - 1 else h
            h = f.relu(h) if i == depth - 1 else f.leaky_relu(h, 0.2)
            kept.append(h)
        for i in range(depth):
            h = f.conv_transpose2d(h, up[i], up_biases[i], stride=2, padding=1)
            if i < depth - 1:
                h = f.relu(torch.cat([made[depth - 2 + i](h), kept[depth - 2 - i]], dim=1))
        return torch.sigmoid(h)

    def step():
        loss = (forward(inputs) - wanted).abs().mean()
        return loss.item(), torch.autograd.grad(loss, parameters)

    return step


@pytest.mark.parametrize("peer", ["limner", "torch"])
@pytest.mark.parametrize(
    "norm", [pytest.param(n, marks=pytest.mark.benchmark(group=f"U-Net, {n} norm")) for n in ("instance", "batch")]
)
def test_step(benchmark, norm, peer):
    assert os.environ.get("OMP_NUM_THREADS") is None, "peers are to use all cores"
    backend = registry().load("backend", "numpy")()
    with backend.open_runner() as runner:
        expected = limner_step(norm, backend, runner)()[0]
        if peer == "limner":
            benchmark.pedantic(limner_step(norm, backend, runner), **ROUNDS)
            return
    step = torch_step(norm)
    assert step()[0] == pytest.approx(expected, rel=1e-4)
    benchmark.pedantic(step, **ROUNDS)


@pytest.mark.parametrize("norm", ["instance", "batch"])
def test_memory(norm):
    """By how much the most that a process ever held grows while it takes three steps."""
    grown = {}
    for peer in ("limner", "torch"):
        done = subprocess.run([sys.executable, __file__, peer, norm], capture_output=True, text=True, check=True)
        grown[peer] = int(done.stdout)
    print(f"{norm} norm, MiB: limner {grown['limner'] / 1024:.0f}, torch {grown['torch'] / 1024:.0f}")  # noqa: T201


def measure(peer, norm):
    backend = registry().load("backend", "numpy")()
    with backend.open_runner() as runner:
        step = limner_step(norm, backend, runner) if peer == "limner" else torch_step(norm)
        before = most_held()
        for _ in range(3):
            step()
        return most_held() - before


def most_held():
    """The most memory that this process has held, KiB (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    print(measure(*sys.argv[1:]))  # noqa: T201
