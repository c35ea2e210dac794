"""The estimates of the memory that training takes."""

import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest

from limner.errors import LimnerError
from limner.imaging.target import shrunk
from limner.registry.registry import registry
from limner.stages.optimization.image_trainer import ImageTrainer
from limner.training import fit, memory
from limner.training.batches import features
from limner.training.memory import check_images_memory, check_one_image_memory, check_training_memory
from limner.training.plan import prepare
from limner.training.run import Budget


def test_memory_is_asked_for_beforehand():
    check_training_memory("a.png", (8000, 6000), 250, free=12_000_000_000)
    with pytest.raises(LimnerError) as caught:
        check_training_memory("a.png", (8000, 6000), 250, free=5_000_000_000)
    words = str(caught.value)
    assert words.startswith(
        "training a.png at 8000x6000 would take about 12.0 GB of memory, but only 5.0 GB are free; "
    )
    fits = int(words.split("`train_size` to ")[1].split()[0])
    assert 0.7 * 5e9 < fits * fits * 0.75 * 250 <= 5e9
    check_training_memory("a.png", shrunk((8000, 6000), fits), 250, free=5_000_000_000)
    with pytest.raises(LimnerError, match="close other programs"):
        check_training_memory("a.png", (80, 60), 250, free=100)
    with pytest.raises(LimnerError, match="set `train_size` to 24000"):
        check_training_memory("a.png", (100_000, 1), 100, free=2_700_000)
    check_training_memory("a.png", (8, 6), 250)


def test_memory_that_just_suffices_is_enough():
    check_training_memory("a.png", (10, 10), 2, free=200)
    with pytest.raises(LimnerError, match=r"a\.png at 10x10"):
        check_training_memory("a.png", (10, 10), 2, free=199)


@pytest.fixture
def needs(monkeypatch):
    """What the checks ask for, in bytes, while no memory is free."""
    asked = {}
    monkeypatch.setattr(memory, "require_memory", lambda need, what, fix, free: asked.update({what: (need, fix)}))
    monkeypatch.setattr(memory, "available_memory", lambda: 0)
    return asked


def pictures(count, width, height, channels=3):
    return [np.random.default_rng(i).integers(0, 255, (height, width, channels), np.uint8) for i in range(count)]


def table(encoder, width=16, **roles):
    network = {"kind": "mlp", "width": width, "depth": 2}
    stages = {"encoder": [{"kind": kind} for kind in encoder], "network": network, "loss": {"kind": "mse"}}
    return {"seed": 1, "trainer": {"kind": "rprop"}, **stages, **roles}


FOURIER = {"encoder": [{"kind": "fourier", "count": 64}]}
RASTER = {"frame": {"kind": "raster", "width": 96, "height": 64}}


@pytest.mark.parametrize(
    ("images", "recipe", "cached"),
    [
        (pictures(1, 120, 90), table(["xy"], width=96), True),
        (pictures(1, 120, 90), {**table([]), **FOURIER}, True),
        (pictures(1, 120, 90), {**table([]), **FOURIER}, False),
        (pictures(8, 120, 90), table(["xy", "one-hot"]), True),
        (pictures(4, 96, 64), table(["one-hot"], **RASTER), True),
        (pictures(1, 8, 8), table(["xy"], width=700), True),
    ],
    ids=["network", "features", "features not cached", "images", "raster", "parameters"],
)
def test_estimates_are_near_the_peak_of_a_fit(needs, monkeypatch, images, recipe, cached):
    """The oracle is the interpreter's count of what numpy allocates; each case has another summand that dominates."""
    if not cached:
        monkeypatch.setattr(features, "MAX_FEATURE_BYTES", 0)
        monkeypatch.setattr(memory, "MAX_FEATURE_BYTES", 0)
    backend = registry().load("backend", "numpy")(threads=1)
    plan = prepare(images, recipe, Budget(steps=2))
    fit.run(prepare(pictures(len(images), 8, 8), recipe, Budget(steps=1)), backend)  # what is imported on the first use
    needs.clear()
    tracemalloc.start()
    try:
        fit.run(plan, backend)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(needs) == 2
    estimate = sum(need for need, _ in needs.values())
    assert 0.65 * peak < estimate < 2.5 * peak


def test_a_network_that_is_too_large_is_not_blamed_on_the_image(monkeypatch):
    """The network takes 12 MB or so, the image 1 MB."""
    backend = registry().load("backend", "numpy")(threads=1)
    monkeypatch.setattr(memory, "available_memory", lambda: 2_000_000)
    with pytest.raises(LimnerError, match=r"training with this network would take about .*; choose a smaller network"):
        fit.run(prepare(pictures(1, 8, 8), table(["xy"], width=500), Budget(steps=1)), backend)


def test_the_image_has_what_the_network_leaves(needs, monkeypatch):
    backend = registry().load("backend", "numpy")(threads=1)
    plan = prepare(pictures(1, 160, 120), table(["xy"]), Budget(steps=1))
    model = plan.model()
    memory.check_fit_memory(plan, model, backend)
    network, image = (need for need, _ in needs.values())
    monkeypatch.undo()
    monkeypatch.setattr(memory, "available_memory", lambda: int(network + image) + 1)
    memory.check_fit_memory(plan, model, backend)
    monkeypatch.setattr(memory, "available_memory", lambda: int(network + image) - 1)
    with pytest.raises(LimnerError, match=r"training image-1 at 160x120 .*set `train_size` to 15\d"):
        memory.check_fit_memory(plan, model, backend)


class Translating:
    """A model between images: 1000 floats for each image, 10 parameters."""

    fan_in, fan_out, layout = 3, 3, SimpleNamespace(size=10)

    @property
    def image_network(self):
        return self

    def training_floats(self, fan_in, fan_out, size):
        return 1000 * size[0] * size[1]

    def feature_size(self, size):
        return 2 * size[0], size[1]


class Adversarial(ImageTrainer):
    """Holds 70 floats for each image."""

    def training_floats(self, channels, size):
        return 70 * size[0] * size[1]


def test_a_batch_of_images_takes_four_bytes_for_each_float_of_each_image(needs):
    def need(trainer, images):
        needs.clear()
        check_images_memory(Translating(), trainer, (4, 2), (8, 4), images)
        ((need, fix),) = needs.values()
        assert fix == "choose a smaller `size`, network or trainer.batch"
        return need

    assert need(None, 3) - need(None, 2) == 4 * 1000 * 4 * 2
    assert need(Adversarial(), 3) - need(Adversarial(), 2) == 4 * (1000 * 4 * 2 + 70 * 8 * 4)
    assert need(None, 1) >= 4 * (1000 * 4 * 2 + 3 * 10)  # θ, gradient and a state at least

    needs.clear()
    check_one_image_memory(Translating(), (4, 2))
    ((one, _),) = needs.values()
    assert one - need(None, 1) == 4 * 1000 * 4 * 2  # its features are twice as wide
