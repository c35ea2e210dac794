"""A step of two players beside the same in torch: a U-Net, a patch discriminator, Adam for both, pictures of 64 x 64.

    pip install -e '.[bench]' torch && pytest tests/benchmarks/test_adversarial.py -o addopts=--import-mode=importlib

Sixteen pictures at once, cross-entropy and 100 times the mean absolute error, instance normalisation, float32, two
threads each, torch without compilation. limner's step includes the making of its examples, torch's begins with arrays.
"""

import os
from dataclasses import replace

import numpy as np
import pytest

from limner.composition.parser import parse
from limner.models.image_to_image import ImageToImageModel
from limner.registry.registry import registry
from limner.translation.datasets.images import ImageDataset
from limner.translation.datasets.pairs import PairedDataset
from limner.translation.example_loader import ExampleLoader
from limner.translation.problem import TranslationProblem
from limner_plugins.backends.numpy_ import NumPy

pytestmark = [pytest.mark.bench, pytest.mark.filterwarnings("default")]
BATCH, SIDE, THREADS, DEPTH = 16, 64, 2, 4
TABLE = {
    "seed": 1,
    "size": [SIDE, SIDE],
    "encoder": [{"kind": "identity"}],
    "output": {"kind": "identity"},
    "network": {"kind": "unet", "width": 32, "depth": DEPTH},
    "loss": {"kind": "mae"},
    "trainer": {
        "kind": "adversarial",
        "batch": BATCH,
        "discriminator": {"kind": "patch-discriminator", "width": 64, "depth": 2},
    },
}
ROUNDS = {"rounds": 10, "iterations": 1, "warmup_rounds": 3}


def problem(backend, runner):
    """The problem, θ, and the trainer."""
    planes = np.random.default_rng(0).integers(0, 256, (BATCH + 1, 3, SIDE, SIDE), dtype=np.uint8)
    collection = ImageDataset(planes, tuple(map(str, range(BATCH + 1))))
    pairs = PairedDataset(collection, collection, np.arange(BATCH), np.asarray([BATCH]))
    recipe = parse(TABLE, registry())
    model = ImageToImageModel(recipe)
    theta = model.init_params()
    examples = ExampleLoader(model, pairs, theta)
    loss, trainer = recipe.loss.stage, recipe.trainer.stage.configured_for(3, (SIDE, SIDE))
    return TranslationProblem(model, examples, loss, backend, runner, theta, lambda _: theta), theta, trainer


def limner_step(backend, runner):
    """A step of both players; it gives what both lost."""
    pairs, theta, trainer = problem(backend, runner)
    now = [theta, trainer.init(pairs, theta, pairs.context)]

    def step():
        done = trainer.take_step(pairs, *now, replace(pairs.context, step=0))
        now[:] = done.theta, done.state
        return done.metrics["discriminator"], done.loss

    return step


class Player:
    """A network in torch with limner's weights, layer by layer, and its own Adam."""

    def __init__(self, torch, layout, theta, rate):
        self.f, entries = torch.nn.functional, layout.parameters
        views = layout.views(np.asarray(theta))
        turned = [views[e.name].transpose(0, 3, 1, 2) if len(e.shape) == 4 else views[e.name] for e in entries]
        self.parameters = [torch.tensor(np.ascontiguousarray(p), requires_grad=True) for p in turned]
        self.adam = torch.optim.Adam(self.parameters, rate, betas=(0.5, 0.999))

    def __call__(self, x):
        rest = iter(self.parameters)
        return self.forward(lambda: next(rest), x)

    def norm(self, take, x):
        return self.f.instance_norm(x, weight=take(), bias=take())


class Discriminator(Player):
    def forward(self, take, x):
        f = self.f
        x = f.leaky_relu(f.conv2d(x, take(), take(), 2, 1), 0.2)
        x = f.leaky_relu(self.norm(take, f.conv2d(x, take(), take(), 2, 1)), 0.2)
        x = f.leaky_relu(self.norm(take, f.conv2d(f.pad(x, (2, 1, 2, 1)), take(), take())), 0.2)
        return f.conv2d(f.pad(x, (2, 1, 2, 1)), take(), take())


class Maker(Player):
    def forward(self, take, x, level=0):
        f, last = self.f, level == DEPTH - 1
        x = f.conv2d(x, take(), take(), 2, 1)
        x = self.norm(take, x) if 0 < level < DEPTH - 1 else x
        x = f.relu(x) if last else f.leaky_relu(x, 0.2)
        if not last:
            import torch

            x = f.relu(torch.cat([self.forward(take, x, level + 1), x], 1))
        x = f.conv_transpose2d(x, take(), take(), 2, 1)
        return self.norm(take, x) if level else x.sigmoid()


def torch_step():
    """The same in torch, eagerly."""
    torch = pytest.importorskip("torch", reason="torch is not installed")
    torch.set_num_threads(THREADS)
    backend = NumPy(threads=1)
    pairs, theta, trainer = problem(backend, None)
    layout = trainer.discriminator_layout(pairs)
    phi = trainer.init(pairs, theta, pairs.context).arrays["discriminator"]
    maker, discriminator = (
        Maker(torch, pairs.model.layout, theta, trainer.learning_rate),
        Discriminator(torch, layout, phi, trainer.discriminator_learning_rate),
    )
    source = torch.tensor(pairs.examples.pairs.sources.planes[:BATCH].astype(np.float32) / 255)
    entropy = torch.nn.functional.binary_cross_entropy_with_logits

    def judged(picture, label):
        y = discriminator(torch.cat([source, picture], 1))
        return entropy(y, torch.full_like(y, label))

    def step():
        made = maker(source)
        ours = judged(source, 0.9) + judged(made.detach(), 0.0)
        discriminator.adam.zero_grad()
        ours.backward()
        discriminator.adam.step()
        loss = judged(made, 1.0) + 100.0 * (made - source).abs().mean()
        maker.adam.zero_grad()
        loss.backward()
        maker.adam.step()
        return ours.item(), loss.item()

    return step


@pytest.mark.benchmark(group="two players, 64 x 64, a batch of 16")
@pytest.mark.parametrize("peer", ["limner", "torch"])
def test_step(benchmark, peer):
    assert os.environ.get("OMP_NUM_THREADS") is None, "peers are to use as many threads as they are given"
    backend = NumPy(threads=THREADS)
    with backend.open_runner() as runner:
        step = limner_step(backend, runner)
        expected = [step() for _ in range(2)]
        if peer == "limner":
            benchmark.pedantic(step, **ROUNDS)
            return
    step = torch_step()
    assert step() == pytest.approx(expected[0], rel=1e-4)
    assert step() == pytest.approx(expected[1], rel=1e-2)
    benchmark.pedantic(step, **ROUNDS)
