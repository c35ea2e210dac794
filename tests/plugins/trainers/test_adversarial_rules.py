"""The adversarial trainer's bookkeeping by hand: shares of tiles, who counts what, rates, means, what is remembered."""

from dataclasses import replace

import numpy as np
import pytest

from limner.plugin import Context, Example, PairsProblem, Samples, State, flat_gradient
from limner_plugins.losses.mse import Mse
from limner_plugins.networks.decoder import Decoder
from limner_plugins.networks.image_discriminator import ImageDiscriminator
from limner_plugins.networks.patch_discriminator import PatchDiscriminator
from limner_plugins.networks.unet import Unet
from limner_plugins.optimizers.sgd import Sgd
from limner_plugins.trainers._gan.step import AdversarialStep
from limner_plugins.trainers.adversarial import Adversarial

CONTEXT = Context(size=(8, 8), seed=5, training=True)
PATCHES = {"kind": "patch-discriminator", "width": 2, "depth": 1, "activation": "tanh", "init": "he", "scale": 1.0}
WHOLE = {**PATCHES, "kind": "image-discriminator"}
STEPPED = {"optimizer": "sgd", "discriminator_optimizer": "sgd"}


def taken(trainer, *args):
    """θ, the state, and the loss among the metrics, after a step as the loop takes it."""
    done = trainer.take_step(*args)
    return done.theta, done.state, {**done.metrics, "loss": done.loss}


class Tints(PairsProblem):
    """Four pictures of 8 x 8 in float64; the network multiplies three channels of noise by a number each."""

    points, channels, size, loss = 4, 3, (8, 8), Mse()

    def __init__(self, tile=4):
        rng = np.random.default_rng(11)
        self.features = rng.uniform(0, 1, (3, 4, 8, 8))
        self.targets = 1 - self.features**2
        self.theta, self.trainable, self.tile = np.array([0.5, 0.8, 1.1]), np.ones(3, bool), tile
        self.steps = []

    def map_tiles(self, function, ctx, batch, *, whole_batch=False):
        size = batch if whole_batch else self.tile
        cuts = [slice(i, min(i + size, batch)) for i in range(0, batch, size)]
        return [function(self.example(cut), replace(ctx, tile=i)) for i, cut in enumerate(cuts)]

    def example(self, cut):
        return Example(Samples(features=self.features[:, cut]), self.targets[:, cut])

    def parallel_map(self, function, items):
        return [function(item) for item in items]

    def translate(self, theta, example, ctx):
        self.steps.append(ctx.step)
        x = example.features
        return theta[:, None, None, None] * x, lambda dy: (dy * x).sum(axis=(1, 2, 3))


def trainer(**fields):
    return Adversarial.model_validate({"batch": 4, "discriminator": PATCHES, **fields})


def run(rules, pairs, steps, budget=0):
    """θ, the state and the metrics after each step."""
    theta, state = pairs.theta, rules.init(pairs, pairs.theta, CONTEXT)
    for step in range(steps):
        ctx = replace(CONTEXT, step=step, progress=step / (budget or steps))
        theta, state, metrics = taken(rules, pairs, theta, state, ctx)
        yield theta, state, metrics


@pytest.fixture
def moves(monkeypatch):
    """What the rule ``sgd`` is asked: for how many numbers, at which rate, and which step it is."""
    seen = []

    def spy(self, theta, gradient, slots, rate, step):
        seen.append((theta.shape[0], rate, step))
        return theta - rate * gradient, {}

    monkeypatch.setattr(Sgd, "update", spy)
    return seen


@pytest.mark.parametrize("tile", [1, 2, 3])
@pytest.mark.parametrize("discriminator", [PATCHES, WHOLE], ids=["patches", "whole"])
def test_the_tiles_of_a_batch_are_lost_and_learned_as_one(discriminator, tile):
    rules = trainer(
        discriminator=discriminator, weight=2.0, learning_rate=0.1, discriminator_learning_rate=0.1, **STEPPED
    )
    (one, whole, messages), (parts, cut, split) = (list(run(rules, Tints(size), 2))[-1] for size in (4, tile))
    np.testing.assert_allclose(parts, one, rtol=1e-9)
    np.testing.assert_allclose(cut.arrays["discriminator"], whole.arrays["discriminator"], rtol=1e-9, atol=1e-12)
    assert split == pytest.approx(messages, rel=1e-9)


def test_the_gradients_of_tiles_are_those_of_one():
    rules = trainer(weight=2.0)
    state = State({"discriminator": rules.init(Tints(), np.zeros(3), CONTEXT).arrays["discriminator"]})
    whole, cut = (
        AdversarialStep(rules, pairs)._generator_gradient(
            state, AdversarialStep(rules, pairs)._generate(pairs.theta, CONTEXT)
        )
        for pairs in (Tints(4), Tints(2))
    )
    assert cut[:2] == pytest.approx(whole[:2], rel=1e-9)
    np.testing.assert_allclose(cut[2], whole[2], rtol=1e-9)


def test_each_step_of_the_discriminator_has_a_batch_and_noise_of_its_own():
    pairs = Tints()
    list(run(trainer(discriminator_steps=3), pairs, 2))
    assert pairs.steps == [0, 1, 2, 3, 4, 5]


def test_both_rates_fall_in_a_line_over_the_second_half(moves):
    rules = trainer(final=0.2, learning_rate=0.5, discriminator_learning_rate=0.1, **STEPPED)
    messages = [metrics["learning_rate"] for _, _, metrics in run(rules, Tints(), 10)]
    left = [1, 1, 1, 1, 1, 1, 0.84, 0.68, 0.52, 0.36]
    assert messages == pytest.approx([0.5 * part for part in left])
    assert [rate for count, rate, _ in moves if count == 3] == pytest.approx([0.5 * part for part in left])
    assert [rate for count, rate, _ in moves if count != 3] == pytest.approx([0.1 * part for part in left])


@pytest.mark.parametrize(
    ("fields", "counted"),
    [({"discriminator_every": 2}, [1, 2, 3]), ({"discriminator_steps": 2}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])],
)
def test_each_rule_counts_its_own_steps(moves, fields, counted):
    """Adam's correction of what it remembers is of how often it was asked."""
    list(run(trainer(**fields, **STEPPED), Tints(), 5))
    assert [t for count, _, t in moves if count == 3] == [1, 2, 3, 4, 5]
    assert [t for count, _, t in moves if count != 3] == counted


def test_the_mean_of_the_steps_by_hand():
    rules = trainer(average=0.2, learning_rate=0.05)
    a, b, c, d, e = run(rules, Tints(), 5)
    mean = 1 / 11 * a[0] + 10 / 11 * b[0]
    mean = 1 / 6 * mean + 5 / 6 * c[0]
    mean = 0.2 * mean + 0.8 * d[0]  # 3/13 would be more
    mean = 0.2 * mean + 0.8 * e[0]
    np.testing.assert_array_equal(a[1].arrays["mean"], a[0])
    np.testing.assert_allclose(e[1].arrays["mean"], mean, rtol=1e-12)
    np.testing.assert_array_equal(rules.eval_params(e[0], e[1]), e[1].arrays["mean"])
    assert np.abs(mean - e[0]).max() > 1e-3


def test_the_recent_accuracy_by_hand():
    recent, seen = 0.5, set()
    for _, state, metrics in run(trainer(discriminator_learning_rate=0.02), Tints(), 12):
        recent = 0.98 * recent + 0.02 * metrics["accuracy"]
        assert state.numbers["recent_accuracy"] == pytest.approx(recent, rel=1e-12)
        seen.add(metrics["accuracy"])
    assert len(seen) > 2
    assert abs(recent - 0.5) > 0.01


def test_a_discriminator_that_is_too_strong_is_reported_after_a_long_while():
    rules = trainer(batch=1, learning_rate=1e-9, discriminator_learning_rate=0.1)
    messages = (rules.runtime_warning(state) for _, state, _ in run(rules, Tints(), 250))
    first, line = next((i, line) for i, line in enumerate(messages) if line)
    assert first > 150
    assert "the discriminator is too strong" in line


def test_a_discriminator_without_information_has_an_accuracy_of_one_half():
    rules, pairs = trainer(discriminator=WHOLE), Tints()
    state = rules.init(pairs, pairs.theta, CONTEXT)
    blind = {**state.arrays, "discriminator": np.zeros_like(state.arrays["discriminator"])}
    sure = {**state.numbers, "accuracy": 0.9, "recent_accuracy": 0.9}
    _, state, metrics = taken(rules, pairs, pairs.theta, State(blind, sure), CONTEXT)
    assert metrics["accuracy"] == state.numbers["accuracy"] == 0.5
    assert state.numbers["recent_accuracy"] == pytest.approx(0.98 * 0.9 + 0.02 * 0.5)


def test_a_smoothed_label_moves_the_number_beyond_which_a_score_is_correct():
    rules, pairs = trainer(label=0.9), Tints()
    phi = rules.discriminator_layout(pairs).views(rules.init(pairs, pairs.theta, CONTEXT).arrays["discriminator"])
    (seen,) = AdversarialStep(rules, pairs)._generate(pairs.theta, CONTEXT)
    r, f = (
        rules.network.forward(phi, np.concatenate([pairs.features, x]), CONTEXT)
        for x in (pairs.targets, seen.generated)
    )
    middle = np.log(0.45 / 0.55)
    right = np.sum(r > middle) + np.sum(f <= middle)
    assert rules.discriminator_pass(phi, 4).discriminator_gradient(seen).num_correct == right
    assert right != np.sum(r > 0) + np.sum(f <= 0)


def test_a_source_is_varied_as_its_picture_is(monkeypatch):
    shown, vjp = [], PatchDiscriminator.vjp
    monkeypatch.setattr(
        PatchDiscriminator, "vjp", lambda self, phi, x, ctx: (shown.append(x), vjp(self, phi, x, ctx))[1]
    )
    pairs = Tints()
    pairs.targets, pairs.theta = pairs.features, np.ones(3)
    next(run(trainer(augment=[{"kind": "flip"}], learning_rate=1e-12), pairs, 1))
    assert len(shown) == 3  # real, made, and made again
    for x in shown:
        np.testing.assert_array_equal(x[:3], x[3:])
        turned = [not np.array_equal(x[:3, i], pairs.features[:, i]) for i in range(4)]
        assert any(turned)
        assert not all(turned)
        np.testing.assert_array_equal(x, shown[0])


def test_what_is_shown_is_varied_once_for_both_networks(monkeypatch):
    from limner_plugins.augments.flip import Flip

    asked, vjp = [], Flip.vjp
    monkeypatch.setattr(Flip, "vjp", lambda self, x, rngs: (asked.append(x.shape), vjp(self, x, rngs))[1])
    next(run(trainer(augment=[{"kind": "flip"}]), Tints(), 1))
    assert len(asked) == 3  # the source, what was made of it, and what is real


SEEN_THROUGH = [
    PatchDiscriminator(width=2, depth=2),
    PatchDiscriminator(width=2, depth=1, norm="none", spectral=True),
    PatchDiscriminator(width=2, depth=2, norm="batch"),
    ImageDiscriminator(width=2, depth=1),
    Unet(width=2, depth=2, residual=True),
    Unet(width=2, depth=2, norm="batch"),
    Decoder(base=(2, 2), doublings=1, width=2, norm="none"),
]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("network", SEEN_THROUGH, ids=lambda n: f"{type(n).__name__}-{n.norm}")
def test_who_does_not_learn_is_looked_through_all_the_same(network, training):
    fans, rng = (3, 3 if isinstance(network, Unet | Decoder) else 1), np.random.default_rng(3)
    layout = network.layout_for(*fans)
    params = layout.views(layout.pack(network.init_params(rng, *fans)).astype(np.float64))
    x, ctx = rng.normal(size=(3, 4, 8, 8)), replace(CONTEXT, training=training)
    y, pull = network.vjp(params, x, ctx)
    other, look = network.vjp(params, x, replace(ctx, theta_gradient=False))
    gradients, dx = look(np.cos(y))
    np.testing.assert_array_equal(other, y)
    np.testing.assert_array_equal(dx, pull(np.cos(y))[1])
    for name, part in layout.views(flat_gradient(gradients, params)).items():
        assert name[-1] not in "Wb" or not part.any()


def test_a_tile_of_a_network_that_enlarges_is_a_few_of_its_large_pictures():
    from limner_plugins.networks._convolutional import _tiles

    noise, pictures = np.zeros((5, 10, 1, 1)), np.zeros((3, 10, 64, 64))
    cut = [slice(0, 4), slice(4, 8), slice(8, 10)]
    assert _tiles(Decoder(base=(4, 4), doublings=4, width=2).layers(5, 3), noise) == cut
    assert _tiles(ImageDiscriminator(width=2, depth=4).layers(3, 1), pictures) == cut
