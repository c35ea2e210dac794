"""The problem of a picture: its loss and gradient, beside slow ways to find the same."""

import numpy as np
import pytest

from limner.artworks.artwork import Artwork
from limner.composition.parser import parse
from limner.imaging.quality import psnr
from limner.models.factory import init_params
from limner.registry.registry import registry
from limner.training import image_problem
from limner.training.base_problem import param_initializer
from limner.training.batches import features
from limner.training.filename_codes import ButtonCodes
from limner.training.image_problem import ImageProblem

W, H = 7, 5
NUMPY = registry().load("backend", "numpy")


def table(**roles):
    small = {"kind": "mlp", "width": 5, "depth": 2, "output": "sigmoid", "weight_scale": 0.7}
    base = {"seed": 3, "size": [W, H], "encoder": [{"kind": "xy"}], "network": small, "loss": {"kind": "mse"}}
    return {**base, **roles}


def picture(channels, seed=0):
    return np.random.default_rng(seed).uniform(0.05, 0.95, (channels, H, W)).astype(np.float32)


class Opened:
    """A problem with its runner open."""

    def __init__(self, recipe, planes, *, backend=None, dtype=np.float32, codes=None):
        self.model, self.theta = init_params(parse(recipe, registry()))
        self.theta = self.theta.astype(dtype)
        self.backend = backend or NUMPY(threads=1)
        self._running = self.backend.open_runner()
        recipe, loss = self.model.recipe, self.model.recipe.loss.stage
        self.problem = ImageProblem(
            self.model,
            planes,
            loss,
            self.backend,
            self._running.__enter__(),
            self.theta,
            param_initializer(self.model.recipe),
            codes,
        )
        self.ctx = self.problem.context

    def close(self):
        self._running.__exit__(None, None, None)


@pytest.fixture
def opened():
    made = []

    def make(*args, **kwargs):
        made.append(Opened(*args, **kwargs))
        return made[-1]

    yield make
    for one in made:
        one.close()


RECIPES = {
    "rgb": (table(), 3),
    "hsv": (table(color={"kind": "hsv"}), 3),
    "hsl": (table(color={"kind": "hsl"}), 3),
    "cmyk": (table(color={"kind": "cmyk"}), 3),
    "oklab": (table(color={"kind": "oklab"}), 3),
    "gray": (table(color={"kind": "gray"}), 1),
    "gray and alpha": (table(color={"kind": "gray", "alpha": True, "opacity": "plain"}), 2),
    "rgba": (table(color={"kind": "rgb", "alpha": True, "opacity": "plain"}), 4),
    "grid": (table(encoder=[{"kind": "grid", "levels": 2, "coarsest": 2, "finest": 4, "init_scale": 0.5}]), 3),
    "grid behind a warp, beside xy": (
        table(
            warp=[{"kind": "swirl"}],
            encoder=[{"kind": "xy"}, {"kind": "grid", "levels": 1, "coarsest": 3, "finest": 3, "init_scale": 0.5}],
        ),
        3,
    ),
    "siren": (table(network={"kind": "siren", "width": 6, "depth": 2, "first_omega": 4.0, "omega": 4.0}), 3),
    "fourier": (table(encoder=[{"kind": "fourier", "count": 3}]), 3),
    "mae": (table(loss={"kind": "mae", "reduction": "channel-sum"}), 3),
    "huber": (table(loss={"kind": "huber", "reduction": "sum"}), 3),
    "fann-tanh": (table(loss={"kind": "fann-tanh"}), 3),
}


SEVERAL = {
    "points, one-hot": (table(encoder=[{"kind": "xy"}, {"kind": "one-hot", "size": 3}]), 3),
    "points, one-hot and trainable parameters": (
        table(
            encoder=[
                {"kind": "grid", "levels": 1, "coarsest": 2, "finest": 2, "init_scale": 0.5},
                {"kind": "one-hot", "size": 3},
            ]
        ),
        3,
    ),
    "points, index": (table(encoder=[{"kind": "xy"}, {"kind": "index", "size": 3}]), 3),
    "points, learned codes": (table(encoder=[{"kind": "xy"}, {"kind": "latent", "learn": True, "pictures": 3}]), 3),
    "plates": (
        table(frame={"kind": "raster", "width": W, "height": H}, encoder=[{"kind": "one-hot", "size": 3}]),
        3,
    ),
    "plates, gray and alpha": (
        table(
            frame={"kind": "raster", "width": W, "height": H},
            encoder=[{"kind": "one-hot", "size": 3}],
            color={"kind": "gray", "alpha": True, "opacity": "plain"},
        ),
        2,
    ),
    "plates, learned codes": (
        table(
            frame={"kind": "raster", "width": W, "height": H},
            encoder=[{"kind": "latent", "learn": True, "pictures": 3}],
            color={"kind": "hsv"},
        ),
        3,
    ),
}
PLAIN = ButtonCodes(np.eye(3, dtype=np.float32), ("a", "b", "c"))
MIXED = ButtonCodes(np.array([[1, 0, 0], [0.5, -1, 0], [0, 0.25, 2]], np.float32))


def target_set(channels):
    return np.stack([picture(channels, seed) for seed in range(3)]).astype(np.float64)


@pytest.mark.parametrize("codes", [PLAIN, MIXED], ids=["buttons", "codes"])
@pytest.mark.parametrize("name", SEVERAL)
def test_gradient_over_several_pictures(opened, name, codes):
    recipe, channels = SEVERAL[name]
    case = opened(recipe, target_set(channels), dtype=np.float64, codes=codes)
    _check_gradient(case)


@pytest.mark.parametrize("name", SEVERAL)
def test_loss_over_several_is_that_of_the_painted_pictures(opened, name):
    """The oracle is the renderer, in 16 bits, with the buttons pressed as they were for each picture."""
    recipe, channels = SEVERAL[name]
    planes = target_set(channels).astype(np.float32)
    case = opened(recipe, planes, codes=MIXED)
    art = Artwork(case.model.recipe, case.theta)
    total = 0.0
    for target, code in zip(planes, MIXED.table, strict=True):
        painted = art.press([float(weight) for weight in code]).render(bits=16).astype(float).transpose(2, 0, 1) / 65535
        alpha = target[-1:] if channels == 2 else 1.0
        rows = painted[[0, 3]] if channels == 2 else painted
        weight = np.concatenate([alpha, np.ones_like(alpha)]) if channels == 2 else 1.0
        total += np.sum((weight * (rows - target)) ** 2)
    assert float(case.problem.value(case.theta, case.ctx)) == pytest.approx(total / planes.size, rel=1e-3)
    batches = [float(case.problem.value(case.theta, at_step(case.ctx, step), batch=1)) for step in range(3)]
    if case.model.is_raster:  # a batch counts whole pictures there
        assert case.problem.points == 3
        assert np.mean(batches) == pytest.approx(total / planes.size, rel=1e-3)
    else:
        assert case.problem.points == 3 * W * H


@pytest.mark.parametrize("name", SEVERAL)
def test_several_pictures_on_another_array_library(opened, strict_registry, name):
    recipe, channels = SEVERAL[name]
    planes = target_set(channels).astype(np.float32)
    ours = opened(recipe, planes, codes=PLAIN)
    strict = opened(recipe, planes, codes=PLAIN, backend=strict_registry.load("backend", "strict")())
    theta = strict.backend.asarray(strict.theta)
    for batch in (0, 2):
        value, gradient = ours.problem.value_and_grad(ours.theta, ours.ctx, batch)
        other, theirs = strict.problem.value_and_grad(theta, strict.ctx, batch)
        assert float(other) == pytest.approx(float(value), rel=1e-5)
        assert np.allclose(strict.backend.to_host(theirs), gradient, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", RECIPES)
def test_gradient_of_the_whole_model(opened, name):
    """Central differences in float64, over every number of θ that is learned."""
    recipe, channels = RECIPES[name]
    _check_gradient(opened(recipe, picture(channels).astype(np.float64), dtype=np.float64))


def _check_gradient(case):
    value, gradient = case.problem.value_and_grad(case.theta, case.ctx)
    assert float(value) == pytest.approx(float(case.problem.value(case.theta, case.ctx)), rel=1e-6)
    assert gradient.dtype == np.float64
    for i in np.flatnonzero(case.problem.trainable):
        step = np.zeros_like(case.theta)
        step[i] = 1e-6
        slope = (
            case.problem.value(case.theta + step, case.ctx) - case.problem.value(case.theta - step, case.ctx)
        ) / 2e-6
        assert gradient[i] == pytest.approx(slope, rel=2e-4, abs=2e-7)


def test_loss_is_that_of_the_painted_picture(opened):
    """The oracle is the renderer, in 16 bits."""
    case, planes = opened(table(), picture(3)), picture(3)
    art = Artwork(case.model.recipe, case.theta)
    painted = art.render(bits=16).astype(float).transpose(2, 0, 1) / 65535
    assert float(case.problem.value(case.theta, case.ctx)) == pytest.approx(np.mean((painted - planes) ** 2), rel=1e-3)
    levels = np.round(planes.transpose(1, 2, 0) * 65535).astype(np.uint16)
    evaluation = case.problem.evaluate(case.theta)
    assert evaluation.psnr == pytest.approx(psnr(levels, art.render(bits=16)), abs=0.01)
    assert evaluation.loss == pytest.approx(float(case.problem.value(case.theta, case.ctx)), rel=1e-6)


@pytest.mark.parametrize(
    ("reduction", "factor"), [("mean", 1 / (3 * W * H)), ("channel-sum", 1 / (W * H)), ("sum", 1.0)]
)
def test_reductions(opened, reduction, factor):
    planes = picture(3)
    case = opened(table(loss={"kind": "mse", "half": True, "reduction": reduction}), planes)
    painted = Artwork(case.model.recipe, case.theta).render(bits=16).astype(float).transpose(2, 0, 1) / 65535
    expected = 0.5 * np.sum((painted - planes) ** 2) * factor
    assert float(case.problem.value(case.theta, case.ctx)) == pytest.approx(expected, rel=1e-3)


def test_a_population_is_valued_row_by_row(opened):
    case = opened(table(), picture(3), backend=NUMPY(threads=2))
    rng = np.random.default_rng(1)
    population = case.theta + rng.normal(0, 0.3, (6, case.theta.size)).astype(np.float32)
    values = case.problem.value(population, case.ctx)
    singly = [float(case.problem.value(member, case.ctx)) for member in population]
    assert values.shape == (6,)
    assert values.tolist() == pytest.approx(singly, rel=1e-6)
    assert len(set(singly)) == 6


def at_step(ctx, step):
    return type(ctx)(**{**ctx.__dict__, "step": step})


def test_an_epoch_holds_every_point_once(opened):
    """The gradients of an epoch's batches, weighted by their sizes, sum to that of all points; orders differ."""
    case, batch = opened(table(loss={"kind": "mse", "reduction": "sum"}), picture(3)), 8
    _, whole = case.problem.value_and_grad(case.theta, case.ctx)
    epochs = []
    for epoch in range(2):
        parts = [case.problem.value_and_grad(case.theta, at_step(case.ctx, 5 * epoch + i), batch)[1] for i in range(5)]
        np.testing.assert_allclose(sum(parts), whole, rtol=1e-3, atol=1e-5)
        epochs.append(parts)
    assert not np.allclose(epochs[0][0], epochs[1][0], rtol=1e-3)
    again = case.problem.value_and_grad(case.theta, at_step(case.ctx, 7), batch)[1]
    np.testing.assert_array_equal(again, epochs[1][2])


def test_a_batch_as_large_as_the_picture_is_the_picture(opened):
    case = opened(table(), picture(3))
    for batch in (W * H, 10 * W * H):
        assert (
            case.problem.value_and_grad(case.theta, case.ctx, batch)[0]
            == case.problem.value_and_grad(case.theta, case.ctx)[0]
        )


def test_threads_change_no_bit(opened):
    rng = np.random.default_rng(5)
    planes = rng.uniform(0, 1, (3, 96, 128)).astype(np.float32)
    recipe = table(size=[128, 96], network={"kind": "mlp", "width": 15, "depth": 3})
    results = []
    for threads in (1, 2, 5):
        case = opened(recipe, planes, backend=NUMPY(threads=threads))
        results.append(case.problem.value_and_grad(case.theta, case.ctx))
        results.append(case.problem.value_and_grad(case.theta, at_step(case.ctx, 3), 4096))
    for value, gradient in results[2:]:
        twin = results[0] if value == results[0][0] else results[1]
        assert value == twin[0]
        np.testing.assert_array_equal(gradient, twin[1])


def test_other_arrays(opened, strict_registry):
    """array-api-strict on a device of its own gives the same loss and gradient."""
    strict = strict_registry.load("backend", "strict")()
    for name in ("rgb", "grid", "gray and alpha", "rgba"):
        recipe, channels = RECIPES[name]
        host, there = opened(recipe, picture(channels)), opened(recipe, picture(channels), backend=strict)
        theta = strict.asarray(there.theta)
        for batch in (0, 10):
            value, gradient = host.problem.value_and_grad(host.theta, host.ctx, batch)
            other, strange = there.problem.value_and_grad(theta, there.ctx, batch)
            assert float(other) == pytest.approx(float(value), rel=1e-5)
            np.testing.assert_allclose(strict.to_host(strange), gradient, rtol=1e-3, atol=1e-6)
        assert there.problem.evaluate(theta).psnr == pytest.approx(host.problem.evaluate(host.theta).psnr, rel=1e-5)


def test_colours_of_clear_pixels_do_not_count(opened):
    planes = picture(4)
    planes[3] = 1.0
    planes[3, 2] = 0.0
    other = planes.copy()
    other[:3, 2] = 0.123
    one, two = opened(RECIPES["rgba"][0], planes), opened(RECIPES["rgba"][0], other)
    value, gradient = one.problem.value_and_grad(one.theta, one.ctx)
    assert value == two.problem.value(two.theta, two.ctx)
    assert one.problem.evaluate(one.theta) == two.problem.evaluate(two.theta)
    np.testing.assert_array_equal(gradient, two.problem.value_and_grad(two.theta, two.ctx)[1])
    other[:3, 1] = 0.123
    three = opened(RECIPES["rgba"][0], other)
    assert value != three.problem.value(three.theta, three.ctx)


def test_kept_features_change_nothing(opened, monkeypatch):
    kept = opened(RECIPES["fourier"][0], picture(3))
    assert kept.problem._all.samples.features is not None
    monkeypatch.setattr(features, "MAX_FEATURE_BYTES", 0)
    asked = opened(RECIPES["fourier"][0], picture(3))
    assert asked.problem._all.samples.features is None
    value, gradient = kept.problem.value_and_grad(kept.theta, kept.ctx)
    other, same = asked.problem.value_and_grad(asked.theta, asked.ctx)
    assert float(value) == pytest.approx(float(other), rel=1e-6)
    np.testing.assert_allclose(gradient, same, rtol=1e-4, atol=1e-7)


def test_features_that_are_learned_are_never_kept(opened):
    assert opened(RECIPES["grid"][0], picture(3)).problem._all.samples.features is None


def test_large_pictures_are_evaluated_by_a_choice_of_their_points(opened, monkeypatch):
    monkeypatch.setattr(image_problem, "EVAL_POINTS", 1000)
    planes = np.random.default_rng(2).uniform(0, 1, (3, 60, 80)).astype(np.float32)
    case = opened(table(size=[80, 60]), planes)
    evaluation = case.problem.evaluate(case.theta)
    assert case.problem._eval_samples.count == 1000
    assert evaluation.loss == pytest.approx(float(case.problem.value(case.theta, case.ctx)), rel=0.1)
    assert evaluation == case.problem.evaluate(case.theta)


def test_another_start_is_drawn_afresh(opened):
    """The same for the same number; what is not learned, Fourier's frequencies, stays."""
    case = opened(RECIPES["fourier"][0], picture(3))
    one, again, two = case.problem.reinitialize(0), case.problem.reinitialize(0), case.problem.reinitialize(1)
    np.testing.assert_array_equal(one, again)
    still = ~case.problem.trainable
    assert still.any()
    np.testing.assert_array_equal(one[still], case.theta[still])
    for first, second in ((one, two), (one, case.theta)):
        assert (first[~still] != second[~still]).all()


def test_units_are_rows_and_their_biases(opened):
    units = opened(table(), picture(3)).problem.units  # 2 -> 5 -> 5 -> 3
    first, second, last = np.split(units, [15, 45])
    np.testing.assert_array_equal(first, [*np.repeat(range(5), 2), *range(5)])
    np.testing.assert_array_equal(second, 5 + np.asarray([*np.repeat(range(5), 5), *range(5)]))
    np.testing.assert_array_equal(last, 10 + np.asarray([*np.repeat(range(3), 5), *range(3)]))
