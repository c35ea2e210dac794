"""Online descent of a network that answers a code with a whole picture, beside torch.

    pip install -e '.[bench]' torch && pytest tests/benchmarks -o addopts=--import-mode=importlib

System C's network, 8-110-110-12,100 without biases: an epoch is eight steps, a picture each. torch has all cores, the
same weights, pictures and order. The table's relative figures are the result.
"""

import numpy as np
import pytest

from limner.composition.parser import parse, read_toml
from limner.models.factory import init_params
from limner.registry.registry import registry
from limner.training.base_problem import param_initializer
from limner.training.filename_codes import ButtonCodes
from limner.training.image_problem import ImageProblem
from limner.training.loop import start

pytestmark = [pytest.mark.bench, pytest.mark.filterwarnings("default")]
SIDE = 110


def case():
    """The preset's model, θ and eight pictures."""
    model, theta = init_params(
        parse({**read_toml(registry().read_recipe("button-board"), "board"), "seed": 1}, registry())
    )
    return model, theta, np.random.default_rng(0).random((8, 1, SIDE, SIDE), dtype=np.float32)


def of_limner(model, theta, pictures):
    backend = registry().load("backend", "numpy")()
    runner = backend.open_runner()
    codes = ButtonCodes(np.eye(8, dtype=np.float32))
    loss, trainer = model.recipe.loss.stage, model.recipe.trainer.stage
    problem = ImageProblem(
        model, pictures, loss, backend, runner.__enter__(), theta, param_initializer(model.recipe), codes
    )
    run = start(trainer, problem, theta)

    def epoch():
        for step in range(8):
            ctx = type(problem.context)(**{**problem.context.__dict__, "step": step})
            done = trainer.take_step(problem, run.theta, run.state, ctx)
            run.theta, run.state = done.theta, done.state
        return run.theta

    order = problem._permutation(0)
    return epoch, lambda: runner.__exit__(None, None, None), order


def of_torch(model, theta, pictures, order):
    torch = pytest.importorskip("torch")
    views = model.layout.views(theta)
    weights = [torch.tensor(views[f"network.W{i}"].copy(), requires_grad=True) for i in range(3)]
    targets, eye = torch.tensor(pictures.reshape(8, -1)), torch.eye(8)
    optimizer = torch.optim.SGD(weights, lr=0.1)

    def epoch():
        for i in order:
            h = eye[i]
            for w in weights:
                h = torch.sigmoid(w @ h)
            loss = 0.5 * ((h - targets[i]) ** 2).sum()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
        return np.concatenate([w.detach().numpy().ravel() for w in weights])

    return epoch


@pytest.mark.benchmark(group="an epoch of system C, online")
@pytest.mark.parametrize("peer", ["limner", "torch"])
def test_epoch(benchmark, peer):
    ours, close, order = of_limner(*case())
    theirs = of_torch(*case(), order)
    assert np.abs(ours() - theirs()).max() < 1e-4  # the same epoch
    chosen = ours if peer == "limner" else theirs
    benchmark.pedantic(chosen, rounds=30, warmup_rounds=5)
    close()
