"""What an evaluation during training measures, and what a problem takes from the seed and the step."""

import math
from dataclasses import replace

import numpy as np
import pytest

from limner.artworks.artwork import Artwork
from limner.composition.parser import parse
from limner.imaging.quality import psnr
from limner.models.factory import init_params
from limner.registry.registry import registry
from limner.training import image_problem
from limner.training.base_problem import param_initializer, psnr_of
from limner.training.batches import features, tiling
from limner.training.filename_codes import ButtonCodes
from limner.training.image_problem import ImageProblem

W, H = 7, 5
THREE = ButtonCodes(np.eye(3, dtype=np.float32), ("a", "b", "c"))


def table(width=W, height=H, **roles):
    network = {"kind": "mlp", "width": 5, "depth": 2, "output": "identity", "weight_scale": 3.0}
    base = {
        "seed": 3,
        "size": [width, height],
        "encoder": [{"kind": "xy"}],
        "network": network,
        "loss": {"kind": "mse"},
    }
    return {**base, **roles}


def pictures(*shape, seed=0):
    return np.random.default_rng(seed).uniform(0.05, 0.95, shape).astype(np.float32)


@pytest.fixture
def problem_of():
    backend = registry().load("backend", "numpy")(threads=1)
    with backend.open_runner() as runner:

        def problem(recipe, planes, codes=None):
            model, theta = init_params(parse(recipe, registry()))
            loss, starts = model.recipe.loss.stage, param_initializer(model.recipe)
            return ImageProblem(model, planes, loss, backend, runner, theta, starts, codes), theta

        yield problem


def test_psnr_is_infinite_only_for_an_exact_match():
    assert psnr_of(0.01) == pytest.approx(20)
    assert psnr_of(1.0) == 0
    assert psnr_of(0.0) == math.inf


def test_psnr_is_that_of_the_clamped_picture(problem_of):
    """The oracle is the renderer, which cannot paint colours outside 0 to 1."""
    planes = pictures(3, H, W)
    problem, theta = problem_of(table(), planes)
    colours = problem.model.forward(theta, problem._all.samples, problem.context)
    assert colours.min() < -0.2
    assert colours.max() > 1.2
    levels = np.round(planes.transpose(1, 2, 0) * 65535).astype(np.uint16)
    rendered = Artwork(problem.model.recipe, theta).render(bits=16)
    assert problem.evaluate(theta).psnr == pytest.approx(psnr(levels, rendered), abs=0.01)


@pytest.mark.parametrize("loss", ["mse", "mae", "huber"])
@pytest.mark.parametrize("reduction", ["mean", "sum", "channel-sum"])
def test_the_evaluated_loss_is_that_of_the_training(problem_of, loss, reduction):
    problem, theta = problem_of(table(loss={"kind": loss, "reduction": reduction}), pictures(3, H, W))
    value = float(problem.value(theta, problem.context))
    assert problem.evaluate(theta).loss == pytest.approx(value, rel=1e-6)


def test_a_large_picture_is_evaluated_all_over(problem_of, monkeypatch):
    """The upper half is black, the lower white: a loss of points from one half only would be far off."""
    monkeypatch.setattr(image_problem, "EVAL_POINTS", 1000)
    planes = np.zeros((3, 60, 80), np.float32)
    planes[:, 30:] = 1.0
    network = {"kind": "mlp", "width": 3, "depth": 1, "output": "sigmoid"}
    problem, theta = problem_of(table(80, 60, network=network, loss={"kind": "mae"}), planes)
    theta = np.zeros_like(theta)
    theta[-3:] = 3.0  # all pixels are sigmoid(3): near 1 / (1 + e^-3)
    light = 1 / (1 + math.exp(-3))
    assert problem.num_evaluated == 1000
    assert problem.evaluate(theta).loss == pytest.approx((light + 1 - light) / 2, abs=0.05)


def test_small_pictures_are_evaluated_whole(problem_of):
    problem, _ = problem_of(table(), pictures(3, H, W))
    assert problem.num_evaluated == W * H


def test_whole_images_count_by_their_pixels(problem_of, monkeypatch):
    frame = {"kind": "raster", "width": W, "height": H}
    recipe = table(frame=frame, encoder=[{"kind": "one-hot", "size": 3}])
    for points, evaluated in ((3 * W * H, 3), (3 * W * H - 1, 2), (1, 1)):
        monkeypatch.setattr(image_problem, "EVAL_POINTS", points)
        problem, _ = problem_of(recipe, pictures(3, 3, H, W), THREE)
        assert problem.points == 3
        assert problem._eval_samples.count == evaluated


def test_features_are_cached_up_to_the_limit(problem_of, monkeypatch):
    """Eight frequencies are sixteen features of four bytes for each of 35 points."""
    recipe = table(encoder=[{"kind": "fourier", "count": 8}])
    for limit, cached in ((16 * 4 * W * H, True), (16 * 4 * W * H - 1, False)):
        monkeypatch.setattr(features, "MAX_FEATURE_BYTES", limit)
        problem, _ = problem_of(recipe, pictures(3, H, W))
        assert (problem._all.samples.features is not None) == cached


@pytest.mark.parametrize(
    ("method", "called"), [("value", "forward"), ("value_and_grad", "vjp"), ("normal_equations", "jacobian")]
)
def test_the_model_is_called_for_training_with_the_step_and_its_progress(problem_of, monkeypatch, method, called):
    problem, theta = problem_of(table(), pictures(3, H, W))
    seen, real = [], getattr(type(problem.model), called)

    def watched(self, theta, samples, ctx):
        seen.append((ctx.training, ctx.step, ctx.progress, ctx.size))
        return real(self, theta, samples, ctx)

    monkeypatch.setattr(type(problem.model), called, watched)
    getattr(problem, method)(theta, replace(problem.context, step=7, progress=0.25))
    assert set(seen) == {(True, 7, 0.25, (W, H))}


def test_batches_and_starts_follow_from_the_seed(problem_of):
    one, again, other = (problem_of(table(seed=seed), pictures(3, H, W))[0] for seed in (3, 3, 4))
    np.testing.assert_array_equal(one._batch_indices(2, 8), again._batch_indices(2, 8))
    assert not np.array_equal(one._batch_indices(2, 8), other._batch_indices(2, 8))
    np.testing.assert_array_equal(one.reinitialize(5), again.reinitialize(5))
    assert not np.array_equal(one.reinitialize(5), other.reinitialize(5))


def test_the_last_batch_of_an_epoch_may_be_smaller(problem_of):
    problem, _ = problem_of(table(), pictures(3, H, W))
    for epoch in range(2):
        batches = [problem._batch_indices(5 * epoch + step, 8) for step in range(5)]
        assert [len(batch) for batch in batches] == [8, 8, 8, 8, 3]
        assert sorted(np.concatenate(batches)) == list(range(W * H))


def test_normal_equations_are_summed_over_tiles(problem_of, monkeypatch):
    """600 points in tiles of 256 at most: loss and gradient are those of the pullback, JᵀJ is that of a single tile."""
    network = {"kind": "mlp", "width": 4, "depth": 1, "output": "sigmoid"}
    recipe = table(30, 20, network=network, loss={"kind": "mse", "half": True})
    planes, whole = pictures(3, 20, 30), 2**21
    for numbers in (whole, 1):
        monkeypatch.setattr(tiling, "MAX_JACOBIAN_NUMBERS", numbers)
        problem, theta = problem_of(recipe, planes)
        assert len(list(problem._all.tiles(problem._tiling.jacobian))) == (1 if numbers == whole else 3)
        value, square, gradient = problem.normal_equations(theta, problem.context)
        if numbers == whole:
            expected = square.copy()
        loss, slope = problem.value_and_grad(theta, problem.context)
        assert float(value) == pytest.approx(float(loss), rel=1e-5)
        np.testing.assert_allclose(gradient, slope, rtol=1e-4, atol=1e-7)
        np.testing.assert_allclose(square, expected, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("members", [1, 7, 19])
def test_a_population_that_chunks_do_not_divide_is_valued_whole(problem_of, members):
    """On one thread a chunk is a quarter of the members, rounded down."""
    problem, theta = problem_of(table(), pictures(3, H, W))
    population = theta + np.random.default_rng(1).normal(0, 0.3, (members, theta.size)).astype(np.float32)
    for batch in (0, 8):
        values = problem.value(population, problem.context, batch)
        singly = [float(problem.value(member, problem.context, batch)) for member in population]
        assert values.tolist() == pytest.approx(singly, rel=1e-6)
        assert len(set(singly)) == members


class ForwardOnly(registry().load("loss", "mse")):
    """A loss of no package, whose values are no numbers but whose pullback is sound."""

    def forward(self, y, target):
        return math.nan * super().forward(y, target)

    def vjp(self, y, target):
        return registry().load("loss", "mse")().vjp(y, target)


def test_a_stage_that_fails_only_in_evaluations_is_named(problem_of):
    problem, theta = problem_of(table(), pictures(3, H, W))
    assert problem.nonfinite_culprit((theta,), None) == ""
    problem.loss = ForwardOnly()
    assert math.isfinite(float(problem.value_and_grad(theta, problem.context)[0]))
    assert problem.nonfinite_culprit((theta,), None) == "loss 'local/forward-only': returns numbers that are not finite"
