"""A full-batch gradient of a network that learns a picture, beside JAX (jit), torch (compiled) and libfann.

    pip install -e '.[bench]' && pytest tests/benchmarks -o addopts=--import-mode=importlib

Each peer has the same points, target and weights, the mean squared error, and all cores; libfann, which has one thread
and no other loss, does an epoch of Rprop. The table's relative figures are the result: the machine is whatever it is.
"""

import ctypes
import ctypes.util
import os

import numpy as np
import pytest

from limner.composition.parser import parse
from limner.models.factory import init_params
from limner.registry.registry import registry
from limner.training.base_problem import param_initializer
from limner.training.image_problem import ImageProblem

pytestmark = [pytest.mark.bench, pytest.mark.filterwarnings("default")]  # a peer may warn of what it likes
CASES = {
    "3x15 tanh, 256 x 256": (15, 3, 256, "tanh"),
    "6x20 relu, 256 x 256": (20, 6, 256, "relu"),
    "5x256 relu, 256 x 256": (256, 5, 256, "relu"),
    "4x64 tanh, 512 x 512": (64, 4, 512, "tanh"),
}


def case(name):
    """Model, θ, target and points of a case."""
    width, depth, side, activation = CASES[name]
    network = {"width": width, "depth": depth, "activation": activation, "init": "xavier", "output": "identity"}
    table = {"seed": 1, "size": [side, side], "encoder": [{"kind": "xy"}], "network": {"kind": "mlp", **network}}
    model, theta = init_params(parse({**table, "loss": {"kind": "mse"}}, registry()))
    target = np.random.default_rng(0).random((3, side, side), dtype=np.float32)
    axis = ((2 * np.arange(side) + 1 - side) / side).astype(np.float32)
    points = np.stack([np.tile(axis, side), np.repeat(axis, side)])
    return model, theta, target, points


def layers(model, theta):
    """Weights and biases, layer by layer."""
    views = model.layout.views(theta)
    depth = model.recipe.network.stage.depth
    return [(views[f"network.W{i}"], views[f"network.b{i}"]) for i in range(depth + 1)]


def of_jax(model, theta, target, points, activation):
    jax = pytest.importorskip("jax")
    act = {"tanh": jax.numpy.tanh, "relu": jax.nn.relu}[activation]
    x, t = jax.numpy.asarray(points), jax.numpy.asarray(target.reshape(3, -1))

    def loss(weights):
        h = x
        for w, b in weights[:-1]:
            h = act(w @ h + b[:, None])
        w, b = weights[-1]
        return ((w @ h + b[:, None] - t) ** 2).mean()

    gradient, weights = jax.jit(jax.value_and_grad(loss)), layers(model, theta)
    return lambda: float(jax.block_until_ready(gradient(weights))[0])


def of_torch(model, theta, target, points, activation):
    torch = pytest.importorskip("torch")
    act = {"tanh": torch.tanh, "relu": torch.relu}[activation]
    weights = [torch.tensor(np.array(a), requires_grad=True) for pair in layers(model, theta) for a in pair]
    x, t = torch.tensor(points.T.copy()), torch.tensor(target.reshape(3, -1).T.copy())  # as torch likes them

    @torch.compile
    def loss():
        h = x
        for w, b in zip(weights[:-2:2], weights[1:-2:2], strict=True):
            h = act(torch.nn.functional.linear(h, w, b))
        return ((torch.nn.functional.linear(h, weights[-2], weights[-1]) - t) ** 2).mean()

    def run():
        value = loss()
        torch.autograd.grad(value, weights)
        return value.item()

    return run


def of_fann(model, theta, target, points, activation):
    name = ctypes.util.find_library("fann")
    if name is None:
        pytest.skip("libfann is not installed (Debian: apt-get install libfann2)")
    fann, floats = ctypes.CDLL(name), ctypes.POINTER(ctypes.c_float)
    fann.fann_create_standard_array.restype = fann.fann_create_train_from_callback.restype = ctypes.c_void_p
    fann.fann_train_epoch.restype = ctypes.c_float
    net = ctypes.c_void_p(fann.fann_create_standard_array(5, (ctypes.c_uint * 5)(2, 15, 15, 15, 3)))
    inputs, outputs = points.T, target.reshape(3, -1).T

    @ctypes.CFUNCTYPE(None, ctypes.c_uint, ctypes.c_uint, ctypes.c_uint, floats, floats)
    def fill(number, n_in, n_out, into, out):
        into[0:2], out[0:3] = inputs[number].tolist(), outputs[number].tolist()

    data = ctypes.c_void_p(fann.fann_create_train_from_callback(points.shape[1], 2, 3, fill))
    return lambda: fann.fann_train_epoch(net, data)


PEERS = {"jax, jit": of_jax, "torch, compiled": of_torch, "libfann": of_fann}


@pytest.mark.parametrize("peer", ["limner", *PEERS])
@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.benchmark(group=f"gradient, {n}")) for n in CASES])
def test_gradient(benchmark, name, peer):
    if peer == "libfann" and not name.startswith("3x15"):
        pytest.skip("libfann is measured on one case")
    model, theta, target, points = case(name)
    rounds = {"iterations": 1, "warmup_rounds": 3, "rounds": 30 if "256 x 256" in name and "x256 " not in name else 7}
    backend = registry().load("backend", "numpy")()
    with backend.open_runner() as runner:
        problem = ImageProblem(
            model, target, model.recipe.loss.stage, backend, runner, theta, param_initializer(model.recipe)
        )
        expected = float(problem.value(theta, problem.context))
        if peer == "limner":
            value = benchmark.pedantic(lambda: problem.value_and_grad(theta, problem.context)[0], **rounds)
    if peer != "limner":
        run = PEERS[peer](model, theta, target, points, CASES[name][3])
        value = benchmark.pedantic(run, **rounds)
    assert os.environ.get("OMP_NUM_THREADS") is None, "peers are to use all cores"
    if peer != "libfann":
        assert float(value) == pytest.approx(expected, rel=1e-4)
