"""The trainer adversarial: both gradients against differences, losses against formulas, the order of updates."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from limner.plugin import Context, Example, PairsProblem, Samples, State, flat_gradient
from limner_plugins.losses.mae import Mae
from limner_plugins.losses.mse import Mse
from limner_plugins.networks.unet import Unet
from limner_plugins.trainers._gan.discriminator_step import DiscriminatorPass
from limner_plugins.trainers._gan.losses import ADVERSARIAL_LOSSES
from limner_plugins.trainers._gan.step import AdversarialStep
from limner_plugins.trainers.adversarial import Adversarial

CONTEXT = Context(size=(8, 8), seed=5, training=True)
PATCHES = {"kind": "patch-discriminator", "width": 2, "depth": 1, "activation": "tanh", "init": "he", "scale": 1.0}
WHOLE = {"kind": "image-discriminator", "width": 2, "depth": 1, "activation": "tanh", "init": "he", "scale": 1.0}
AUGMENTS = [{"kind": "flip"}, {"kind": "crop"}, {"kind": "jitter"}]


def taken(trainer, *args):
    """θ, the state, and the loss among the metrics, after a step as the loop takes it."""
    done = trainer.take_step(*args)
    return done.theta, done.state, {**done.metrics, "loss": done.loss}


class Pictures(PairsProblem):
    """Four pictures of 8 x 8 to be made of others, in float64, in tiles of two."""

    points, channels, size = 4, 2, (8, 8)

    def __init__(self, network=None, loss=None, tile=2):
        rng = np.random.default_rng(11)
        self.network = network or Unet(width=2, depth=2, activation="tanh", up_activation="tanh", dropout=0.3)
        self.loss, self.tile = loss or Mse(), tile
        self.features, self.targets = rng.uniform(-1, 1, (2, 4, 8, 8)), rng.uniform(0, 1, (3, 4, 8, 8))
        self.layout = self.network.layout_for(2, 3)
        self.trainable, self.units = self.layout.trainable, self.layout.units
        self.theta = self.layout.pack(self.network.init_params(rng, 2, 3)).astype(np.float64)

    def map_tiles(self, function, ctx, batch, *, whole_batch=False):
        index = np.arange(batch) if batch < 4 else np.arange(4)
        size = len(index) if whole_batch or self.network.uses_batch_statistics() else self.tile
        cuts = [index[i : i + size] for i in range(0, len(index), size)]
        return [function(self.example(cut), replace(ctx, tile=i)) for i, cut in enumerate(cuts)]

    def example(self, cut):
        return Example(Samples(features=self.features[:, cut]), self.targets[:, cut])

    def parallel_map(self, function, items):
        return [function(item) for item in items]

    def translate(self, theta, example, ctx):
        params = self.layout.views(theta)
        y, pull = self.network.vjp(params, example.features, ctx)
        return y, lambda dy: flat_gradient(pull(dy)[0], params)


def initialized(rules, pairs, seed=1):
    """The discriminator's layout and an initial θ of it."""
    layout = rules.discriminator_layout(pairs)
    return layout, layout.pack(rules.network.init_params(np.random.default_rng(seed), *layout.fans)).astype(np.float64)


def trainer(**fields):
    return Adversarial.model_validate({"batch": 4, "discriminator": PATCHES, **fields})


def slopes_agree(value, gradient, at, learned, rtol=1e-6):
    """A gradient against central differences along a few directions."""
    rng = np.random.default_rng(0)
    for _ in range(4):
        v = rng.normal(size=at.shape) * learned
        v /= np.linalg.norm(v)
        h = 1e-5
        slope = (value(at + h * v) - value(at - h * v)) / (2 * h)
        assert gradient @ v == pytest.approx(slope, rel=rtol, abs=rtol * np.linalg.norm(gradient))


def both_gradients_agree(rules, pairs, rtol=1e-6):
    adversarial = AdversarialStep(rules, pairs)
    layout, phi = initialized(rules, pairs)
    # Weights as they are drawn give numbers near 0, where all adversarial losses are alike.
    phi = np.where(layout.trainable, 1.5 * phi + 0.05, phi)
    seen = adversarial._generate(pairs.theta, CONTEXT)
    pictures = sum(one.generated.shape[1] for one in seen)

    def discriminator_loss(phi):
        return sum(
            float(rules.discriminator_pass(layout.views(phi), pictures).discriminator_gradient(one).loss)
            for one in seen
        )

    gradient = sum(
        rules.discriminator_pass(layout.views(phi), pictures).discriminator_gradient(one).gradient for one in seen
    )
    slopes_agree(discriminator_loss, gradient, phi, layout.trainable, rtol)

    def network_loss(theta):
        state = State({"discriminator": phi})
        generator_loss, own, _ = adversarial._generator_gradient(state, adversarial._generate(theta, CONTEXT))
        return generator_loss + rules.weight * own

    gradient = adversarial._generator_gradient(State({"discriminator": phi}), seen)[2]
    slopes_agree(network_loss, gradient, pairs.theta, pairs.trainable, rtol)


@pytest.mark.parametrize("adversarial_loss", ADVERSARIAL_LOSSES)
@pytest.mark.parametrize("discriminator", [PATCHES, WHOLE], ids=["paired", "alone"])
def test_gradients_of_both_networks_with_every_adversarial_loss(adversarial_loss, discriminator):
    both_gradients_agree(
        trainer(adversarial_loss=adversarial_loss, discriminator=discriminator, weight=3.0), Pictures()
    )


@pytest.mark.parametrize("discriminator", [PATCHES, WHOLE], ids=["paired", "alone"])
def test_gradients_of_both_networks_with_augmentation(discriminator):
    both_gradients_agree(trainer(discriminator=discriminator, augment=AUGMENTS, weight=0.0), Pictures())


def test_gradients_of_both_networks_where_weights_are_divided_by_their_norm():
    both_gradients_agree(
        trainer(discriminator={**PATCHES, "spectral": True, "norm": "none"}, adversarial_loss="hinge"), Pictures()
    )


def test_gradients_of_both_networks_where_batches_are_looked_at_together():
    unet = Unet(width=2, depth=2, activation="tanh", up_activation="tanh", norm="batch")
    both_gradients_agree(trainer(discriminator={**PATCHES, "depth": 2, "norm": "batch"}), Pictures(unet))


@pytest.mark.parametrize("discriminator", [PATCHES, {**WHOLE, "norm": "none"}], ids=["paired", "alone"])
def test_the_penalty_is_a_difference_of_two_gradients_and_yet_exact_where_they_lie_close(discriminator, monkeypatch):
    monkeypatch.setattr("limner_plugins.trainers._gan.discriminator_step.DIFFERENCE_RMS", 0.0)
    rules = trainer(
        discriminator={**discriminator, "depth": 1}, adversarial_loss="wasserstein", penalty=10.0, weight=0.0
    )
    both_gradients_agree(rules, Pictures(), rtol=1e-5)


@pytest.mark.parametrize("discriminator", [PATCHES, {**WHOLE, "norm": "none"}], ids=["paired", "alone"])
def test_the_penaltys_gradient_of_a_smooth_discriminator_is_exact_up_to_the_steps_square(discriminator, monkeypatch):
    rules, pairs = (
        trainer(discriminator=discriminator, adversarial_loss="wasserstein", penalty=10.0, weight=0.0),
        Pictures(tile=4),
    )
    layout, phi = initialized(rules, pairs)
    (seen,) = AdversarialStep(rules, pairs)._generate(pairs.theta, CONTEXT)

    def gradient(reach):
        monkeypatch.setattr("limner_plugins.trainers._gan.discriminator_step.DIFFERENCE_RMS", reach)
        return rules.discriminator_pass(layout.views(phi), 4).discriminator_gradient(seen).gradient

    off = [np.linalg.norm(gradient(reach) - gradient(0.0)) for reach in (0.005, 0.0025)]
    assert off[0] == pytest.approx(4 * off[1], rel=0.1)
    assert off[0] < 0.05 * np.linalg.norm(gradient(0.0))


@pytest.mark.parametrize("seed", [0, 1])
def test_descending_the_penalty_makes_slopes_of_1_of_a_leaky_discriminator_in_float32(seed):
    discriminator = {"kind": "patch-discriminator", "width": 4, "depth": 2, "init": "he", "scale": 1.0}
    rules, rng = (
        trainer(discriminator=discriminator, adversarial_loss="wasserstein", penalty=1.0),
        np.random.default_rng(seed),
    )
    layout, lost = rules.network.layout_for(6, 1), []
    phi = layout.pack(rules.network.init_params(rng, 6, 1))
    real, made = rng.uniform(0, 1, (2, 6, 4, 32, 32)).astype(np.float32)
    for _ in range(20):
        penalty, gradient = rules.discriminator_pass(layout.views(phi), 4)._penalty(real, made, CONTEXT)
        lost.append(float(penalty))
        phi = phi - np.float32(0.1 / np.linalg.norm(gradient)) * gradient
    assert phi.dtype == np.float32
    assert lost[0] > 0.5
    assert max(lost[-3:]) < 0.1 * lost[0]


def test_the_penalty_is_that_of_the_slope_by_the_picture_alone():
    rules, pairs = trainer(adversarial_loss="wasserstein", penalty=7.0), Pictures(tile=4)
    layout, phi = initialized(rules, pairs)
    (seen,) = AdversarialStep(rules, pairs)._generate(pairs.theta, CONTEXT)
    part = np.array([seen.ctx.rng("between", i).random() for i in range(4)])[None, :, None, None]
    between = part * seen.example.target + (1 - part) * seen.generated

    def mean_score(picture):
        y = rules.network.forward(layout.views(phi), np.concatenate([seen.example.features, picture]), CONTEXT)
        return y.mean(axis=(0, 2, 3))

    slope = np.zeros_like(between)
    for place in np.ndindex(between.shape):
        step = np.zeros_like(between)
        step[place] = 1e-6
        slope[place] = ((mean_score(between + step) - mean_score(between - step)) / 2e-6)[place[1]]
    penalty = 7.0 * np.mean((np.sqrt((slope**2).sum(axis=(0, 2, 3))) - 1) ** 2)
    plain = replace(rules.discriminator_pass(layout.views(phi), 4), penalty=0.0).discriminator_gradient(seen).loss
    assert rules.discriminator_pass(layout.views(phi), 4).discriminator_gradient(seen).loss - plain == pytest.approx(
        penalty, rel=1e-6
    )


def logistic(x):
    return 1 / (1 + math.exp(-x))


NUMBERS = (-30.0, -2.0, -1.0, -0.3, 0.0, 0.4, 1.0, 2.5, 30.0)
FORMULAS = {
    "bce": (
        lambda r, t: -t * math.log(logistic(r)) - (1 - t) * math.log(1 - logistic(r)),
        lambda f: -math.log(1 - logistic(f)),
        lambda f: -math.log(logistic(f)),
    ),
    "least-squares": (lambda r, t: (r - t) ** 2 / 2, lambda f: f**2 / 2, lambda f: (f - 1) ** 2 / 2),
    "hinge": (lambda r, t: max(0, 1 - r), lambda f: max(0, 1 + f), lambda f: -f),
    "wasserstein": (lambda r, t: -r, lambda f: f, lambda f: -f),
}


@pytest.mark.parametrize("name", ADVERSARIAL_LOSSES)
def test_each_loss_is_their_formula(name):
    loss, (real, made, fooled) = ADVERSARIAL_LOSSES[name], FORMULAS[name]
    x = np.array(NUMBERS)
    for label in (1.0, 0.9, 0.5):
        np.testing.assert_allclose(loss.real(x, label)[0], [real(v, label) for v in NUMBERS], rtol=2e-3, atol=1e-12)
    np.testing.assert_allclose(loss.generated(x)[0], [made(v) for v in NUMBERS], rtol=2e-3, atol=1e-12)
    np.testing.assert_allclose(loss.generator(x)[0], [fooled(v) for v in NUMBERS], rtol=2e-3, atol=1e-12)


@pytest.mark.parametrize("name", ADVERSARIAL_LOSSES)
def test_each_loss_is_a_number_for_any_confidence(name):
    x = np.array([-1e15, 1e15], dtype=np.float32)
    for loss, slope in (
        ADVERSARIAL_LOSSES[name].real(x, 0.9),
        ADVERSARIAL_LOSSES[name].generated(x),
        ADVERSARIAL_LOSSES[name].generator(x),
    ):
        assert np.isfinite(loss).all()
        assert np.isfinite(slope).all()
        assert loss.dtype == slope.dtype == np.float32


RIGHT = [("bce", 1.0, 5), ("bce", 0.9, 4), ("least-squares", 1.0, 4), ("least-squares", 0.5, 5)]


@pytest.mark.parametrize(("name", "label", "right"), [*RIGHT, ("hinge", 0.5, 5), ("wasserstein", 0.5, 6)])
def test_the_number_of_correct_scores(name, label, right):
    """Of 0.9, 0.45 is as far as a discriminator goes that cannot tell: its number is log(0.45 / 0.55), -0.2007."""
    real, made = np.array([0.2, 0.3, 3.0]), np.array([-1.0, -0.1, 0.1])
    real, made = (real, made) if name != "wasserstein" else (real + 99, made + 95)
    assert ADVERSARIAL_LOSSES[name].num_correct(real, made, label) == right


@pytest.mark.parametrize("name", ["bce", "least-squares", "hinge"])
@pytest.mark.parametrize("label", [1.0, 0.9, 0.5])
def test_the_threshold_is_the_best_score_without_information(name, label):
    answers = np.linspace(-2, 2, 8001)
    lost = ADVERSARIAL_LOSSES[name].real(answers, label)[0] + ADVERSARIAL_LOSSES[name].generated(answers)[0]
    best = answers[lost <= lost.min() + 1e-12]
    assert best.mean() == pytest.approx(ADVERSARIAL_LOSSES[name].threshold(label), abs=5e-4)


def run(rules, pairs, steps, state=None, theta=None, first=0):
    theta = pairs.theta if theta is None else theta
    state = rules.init(pairs, theta, CONTEXT) if state is None else state
    rows = []
    for step in range(first, steps):
        ctx = replace(CONTEXT, step=step, progress=step / steps)
        theta, state, metrics = taken(rules, pairs, theta, state, ctx)
        rows.append(metrics)
    return theta, state, rows


def test_the_network_comes_nearer_and_the_discriminator_improves():
    _, _, rows = run(
        trainer(weight=20.0, learning_rate=0.01, discriminator_learning_rate=0.01), Pictures(loss=Mae()), 40
    )
    assert rows[-1]["loss"] < rows[0]["loss"]
    _, state, rows = run(trainer(learning_rate=1e-6, discriminator_learning_rate=0.02), Pictures(), 40)
    assert rows[-1]["discriminator_loss"] < 0.7 * rows[0]["discriminator_loss"]
    assert rows[-1]["accuracy"] > 0.9
    assert state.numbers["accuracy"] == rows[-1]["accuracy"]


def test_at_first_the_network_learns_alone():
    calm = Unet(width=2, depth=2, activation="tanh", up_activation="tanh")
    rules, pairs = trainer(warmup=0.5, weight=3.0, learning_rate=0.01), Pictures(calm, Mae(), tile=4)
    start = rules.init(pairs, pairs.theta, CONTEXT)
    rows = run(rules, pairs, 4)[2]
    assert [("discriminator_loss" in row, "accuracy" in row) for row in rows] == [(False, False)] * 2 + [
        (True, True)
    ] * 2
    _, state, rows = run(trainer(warmup=0.9, weight=3.0, learning_rate=0.01), pairs, 8)
    assert rows[-1]["loss"] < rows[0]["loss"]
    np.testing.assert_array_equal(state.arrays["discriminator"], start.arrays["discriminator"])
    assert state.numbers["discriminator_steps"] == 0
    made, pull = pairs.translate(pairs.theta, pairs.example(np.arange(4)), CONTEXT)
    off = made - pairs.targets
    assert rows[0]["loss"] == pytest.approx(3.0 * np.abs(off).mean())
    first = run(trainer(warmup=0.9, weight=3.0, learning_rate=0.01, optimizer="sgd"), pairs, 1)[0]
    np.testing.assert_allclose(first, pairs.theta - 0.01 * 3.0 * pull(np.sign(off) / off.size), atol=1e-12)


def test_the_discriminator_is_updated_at_its_interval():
    pairs, rules = Pictures(), trainer(discriminator_every=3)
    discriminators, messages = [], []
    theta, state = pairs.theta, None
    for step in range(7):
        theta, state, (row,) = run(rules, pairs, step + 1, state, theta, step)
        discriminators.append(state.arrays["discriminator"].tobytes())
        messages.append(row["discriminator_loss"])
    assert [discriminators[i] != discriminators[i - 1] for i in range(1, 7)] == [False, False, True, False, False, True]
    assert messages[0] == messages[1] == messages[2] != messages[3]
    assert state.numbers["discriminator_steps"] == 3
    assert run(trainer(discriminator_steps=3), pairs, 2)[1].numbers["discriminator_steps"] == 6


def test_a_state_survives_json_and_goes_on_to_the_bit():
    rules, pairs = (
        trainer(adversarial_loss="hinge", discriminator_every=2, optimizer="rmsprop", augment=AUGMENTS),
        Pictures(),
    )
    wanted, after, _ = run(rules, pairs, 6)
    theta, half, _ = run(rules, pairs, 3)
    numbers = json.loads(json.dumps(dict(half.numbers)))
    arrays = {name: np.frombuffer(a.tobytes(), a.dtype) for name, a in half.arrays.items()}
    # The rate's schedule follows how much of the budget is spent: the same as without the stop.
    theta, state, _ = run(rules, pairs, 6, State(arrays, numbers), theta, 3)
    assert theta.tobytes() == wanted.tobytes()
    assert state.arrays["discriminator"].tobytes() == after.arrays["discriminator"].tobytes()
    assert state.numbers == after.numbers


def test_what_is_not_learned_stays_but_u_follows_the_weights():
    rules, pairs = (
        trainer(
            discriminator={**PATCHES, "norm": "none", "spectral": True}, weight=0.0, discriminator_learning_rate=0.1
        ),
        Pictures(),
    )
    state = rules.init(pairs, pairs.theta, CONTEXT)
    layout = rules.discriminator_layout(pairs)
    after = run(rules, pairs, 30)[1].arrays["discriminator"]
    for name, u in layout.views(after).items():
        if name.endswith("u"):
            weights = layout.views(after)[name[:-1] + "W"].reshape(len(u), -1)
            assert np.linalg.norm(u @ weights) == pytest.approx(np.linalg.norm(weights, 2), rel=0.05)
            assert not np.array_equal(u, layout.views(state.arrays["discriminator"])[name])


def test_the_setting_to_lower_after_a_divergence():
    pairs, discriminator = Pictures(), {**PATCHES, "activation": "leaky-relu", "norm": "none"}
    rules = trainer(
        discriminator=discriminator,
        discriminator_learning_rate=1000.0,
        discriminator_optimizer="sgd",
        adversarial_loss="least-squares",
    )
    with np.errstate(all="ignore"):
        rows = run(rules, pairs, 30)[2]
        bad = next(row for row in rows if not math.isfinite(row["loss"]))
        assert rules.divergence_setting(bad) == "discriminator_learning_rate"
        rules = trainer(learning_rate=1000.0, optimizer="sgd", weight=1e6)
        rows = run(rules, Pictures(Unet(width=2, depth=2, output="identity")), 30)[2]
    bad = next(row for row in rows if not math.isfinite(row["loss"]))
    assert rules.divergence_setting(bad) == "learning_rate"
    assert rules.divergence_setting({"loss": 1.0, "discriminator_loss": 0.5}) == "learning_rate"


def test_an_imbalance_is_reported_after_a_long_while():
    rules = trainer(learning_rate=1e-9, discriminator_learning_rate=0.05)
    pairs = Pictures()
    few = run(rules, pairs, 20)[1]
    assert not rules.runtime_warning(few)
    many = replace(few, numbers={**few.numbers, "recent_accuracy": 0.991})
    assert "the discriminator is too strong" in rules.runtime_warning(many)
    assert "trainer.discriminator_learning_rate" in rules.runtime_warning(many)
    guessing = {**few.numbers, "recent_accuracy": 0.505}
    assert not rules.runtime_warning(replace(few, numbers=guessing))  # at first it knows nothing
    assert "the discriminator is too weak" in rules.runtime_warning(
        replace(few, numbers={**guessing, "discriminator_steps": 1500})
    )
    assert not rules.runtime_warning(
        replace(few, numbers={**guessing, "discriminator_steps": 1500, "recent_accuracy": 0.6})
    )


@pytest.mark.parametrize(
    ("fields", "messages"),
    [
        (
            {"discriminator": {"kind": "unet"}},
            "'unet' is not a discriminator; use patch-discriminator or image-discriminator",
        ),
        ({"discriminator": {"kind": "mlp"}}, "'mlp' is not a discriminator"),
        ({"discriminator": {"kind": "patch-discriminators"}}, "patch-discriminator"),
        ({"weight": 0.0, "warmup": 0.5}, "but weight is 0"),
        ({"weight": -1.0}, "greater than or equal to 0"),
        (
            {"discriminator": {**PATCHES, "norm": "batch"}, "penalty": 10.0},
            "set trainer.discriminator.norm=instance or none",
        ),
        ({"augment": [{"kind": "flip", "probability": 2.0}]}, "at most 1"),
        (
            {"discriminator_steps": 2, "discriminator_every": 2},
            "discriminator_every are both above 1; set one of them to 1",
        ),
    ],
)
def test_what_cannot_play_is_refused(fields, messages):
    with pytest.raises(ValidationError, match=messages):
        Adversarial.model_validate(fields)


@pytest.mark.parametrize(
    ("fields", "messages"),
    [
        ({}, False),
        ({"adversarial_loss": "wasserstein"}, True),
        ({"adversarial_loss": "wasserstein", "penalty": 10.0}, False),
        ({"adversarial_loss": "wasserstein", "discriminator": {**PATCHES, "norm": "none", "spectral": True}}, False),
    ],
)
def test_an_unbounded_gradient_is_reported(fields, messages):
    advice = trainer(**fields).preflight_warnings(5000)
    assert ["is not bounded; set trainer.penalty=10" in line for line in advice] == [True] * messages


@pytest.mark.parametrize(
    ("points", "kinds", "messages"),
    [
        (5000, [], ()),
        (50, [], ("50 pictures: the discriminator may overfit",)),
        (50, ["flip", "crop"], ("50 pictures: the discriminator may overfit",)),
        (50, ["flip", "cutout"], ()),
        (50, ["jitter"], ()),
        (3, ["cutout", "jitter"], ("3 pictures: the discriminator will overfit despite",)),
        (1, [], ("1 picture: the discriminator will overfit",)),
    ],
)
def test_a_set_that_is_too_small_is_said_so(points, kinds, messages):
    advice = trainer(augment=[{"kind": kind} for kind in kinds]).preflight_warnings(points)
    assert [line.startswith(start) for line, start in zip(advice, messages, strict=True)] == [True] * len(messages)


def test_a_small_source_of_a_larger_picture():
    from limner_plugins.trainers._gan.discriminator_step import resized_like

    source = np.arange(4.0).reshape(1, 1, 2, 2)
    large = resized_like(source, np.zeros((3, 1, 4, 4)))
    np.testing.assert_array_equal(large[0, 0], np.kron(source[0, 0], np.ones((2, 2))))
    assert isinstance(trainer().discriminator_pass(np.zeros(3), 4), DiscriminatorPass)


@pytest.mark.parametrize("adversarial_loss", ADVERSARIAL_LOSSES)
def test_the_standard_alone_suffices(adversarial_loss):
    strict = pytest.importorskip("array_api_strict", reason="array-api-strict is not installed")
    penalty = 5.0 if adversarial_loss == "wasserstein" else 0.0
    discriminator = {**PATCHES, "norm": "none", "spectral": True}
    rules = trainer(adversarial_loss=adversarial_loss, penalty=penalty, augment=AUGMENTS, discriminator=discriminator)
    pairs = Pictures()
    wanted, _, rows = run(rules, pairs, 2)
    pairs.theta, pairs.features, pairs.targets = map(strict.asarray, (pairs.theta, pairs.features, pairs.targets))
    pairs.example = lambda cut: Example(
        Samples(features=pairs.features[:, cut[0] : cut[-1] + 1, ...]), pairs.targets[:, cut[0] : cut[-1] + 1, ...]
    )
    theta, state, messages = run(rules, pairs, 2)
    assert type(state.arrays["discriminator"]) is type(pairs.theta)
    np.testing.assert_allclose(np.asarray(theta), wanted, rtol=1e-6, atol=1e-9)
    assert messages[1] == pytest.approx(rows[1], rel=1e-6)
