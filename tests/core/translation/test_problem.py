"""The problem of a translation: pictures in pairs, their examples, the loss and its gradient."""

from contextlib import ExitStack
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from limner.composition.parser import parse
from limner.errors import LimnerError, RecipeError
from limner.models.field import FieldModel
from limner.models.image_to_image import ImageToImageModel
from limner.registry.registry import registry
from limner.translation.configure import configure
from limner.translation.datasets.images import ImageDataset
from limner.translation.datasets.pairs import PairedDataset, read_pairs
from limner.translation.example_loader import ExampleLoader
from limner.translation.problem import TranslationProblem

UNET = {"kind": "unet", "width": 2, "depth": 2, "widest": 3, "activation": "swish", "up_activation": "tanh"}
TABLE = {"seed": 3, "encoder": [{"kind": "grayscale"}], "network": UNET, "loss": {"kind": "mse"}}
COUNT, SIDE = 9, 16


def planes(seed=0, count=COUNT, size=(SIDE, SIDE)):
    return np.random.default_rng(seed).integers(0, 256, (count, 3, size[1], size[0]), dtype=np.uint8)


def pairs(targets=None, validation=2):
    sources = ImageDataset(planes(), tuple(f"{i}.png" for i in range(COUNT)))
    other = sources if targets is None else ImageDataset(targets, sources.names)
    return PairedDataset(sources, other, np.arange(validation, COUNT), np.arange(validation))


@pytest.fixture
def problem():
    """Makes problems, whose runners are closed at the end."""
    with ExitStack() as stack:

        def make(table=TABLE, these=None, threads=1, dtype="float32"):
            model = ImageToImageModel(parse(table, registry()))
            backend = registry().load("backend", "numpy")(threads=threads)
            runner = stack.enter_context(backend.open_runner())
            theta = model.init_params().astype(dtype)
            examples = ExampleLoader(model, these or pairs(), theta)
            return TranslationProblem(
                model, examples, model.recipe.loss.stage, backend, runner, theta, lambda seed: theta
            ), theta

        yield make


def test_the_gradient_is_that_of_the_loss(problem):
    one, theta = problem(dtype="float64")
    value, gradient = one.value_and_grad(theta, one.context, 4)
    assert float(value) == pytest.approx(float(one.value(theta, one.context, 4)), rel=1e-12)
    for i in np.linspace(0, theta.size - 1, 25).astype(int):
        step = np.zeros_like(theta)
        step[i] = 1e-3  # the pictures are float32; the kit looks closer, stage by stage
        ahead, behind = (float(one.value(theta + s * step, one.context, 4)) for s in (1, -1))
        assert gradient[i] == pytest.approx((ahead - behind) / 2e-3, rel=1e-2, abs=1e-5)


def test_the_loss_is_the_mean_over_the_pictures(problem):
    one, theta = problem()
    example = one.examples.unaugmented(one.examples.pairs.training, one.context)
    y = one.model.forward(theta, example.samples, one.context)
    assert y.shape == example.target.shape == (3, COUNT - 2, SIDE, SIDE)
    assert float(one.value(theta, one.context)) == pytest.approx(np.mean((y - example.target) ** 2), rel=1e-5)
    gray = np.tensordot([0.299, 0.587, 0.114], planes()[2:].transpose(1, 0, 2, 3) / 255, axes=1)
    np.testing.assert_allclose(example.features[0], gray, atol=1e-6)


def test_evaluation_uses_the_validation_set(problem):
    one, theta = problem()
    seen = one.evaluate(theta)
    example = one.examples.unaugmented(np.arange(2), one.context)
    y = one.model.forward(theta, example.samples, one.context)
    mean = np.mean((np.clip(y, 0, 1) - example.target) ** 2)
    assert seen.psnr == pytest.approx(-10 * np.log10(mean), abs=1e-3)
    assert seen.loss == pytest.approx(np.mean((y - example.target) ** 2), rel=1e-5)
    assert -1 <= seen.ssim <= 1
    target = planes()[:2] / 255
    gray = np.tensordot([0.299, 0.587, 0.114], target.transpose(1, 0, 2, 3), axes=1)[:, None]
    assert one.evaluator.evaluate_inputs().psnr == pytest.approx(
        -10 * np.log10(np.mean((gray - target) ** 2)), abs=1e-3
    )


def test_an_epoch_sees_each_picture_once(problem):
    one, _ = problem()
    seen = [one._batch(step, 3) for step in range(6)]
    for epoch in (seen[:3], seen[3:]):
        assert sorted(np.concatenate(epoch)) == list(range(2, COUNT))
    assert [len(batch) for batch in seen] == [3, 3, 1, 3, 3, 1]
    assert any(not np.array_equal(a, b) for a, b in zip(seen[:3], seen[3:], strict=True))


def test_neither_threads_nor_tiles_show(problem, monkeypatch):
    monkeypatch.setattr("limner.translation.problem.MAX_TILE_PIXELS", 2 * SIDE * SIDE)
    (one, theta), (two, _) = problem(), problem(threads=3)
    first, second = (p.value_and_grad(theta, p.context, 7) for p in (one, two))
    assert float(first[0]) == float(second[0])
    np.testing.assert_array_equal(first[1], second[1])
    monkeypatch.undo()
    whole, theta = problem()
    np.testing.assert_allclose(whole.value_and_grad(theta, whole.context, 7)[1], first[1], rtol=1e-3, atol=1e-6)


def test_a_source_and_its_target_are_varied_alike(problem):
    table = {**TABLE, "encoder": [{"kind": "identity"}], "augment": [{"kind": "flip"}, {"kind": "crop"}]}
    one, _ = problem(table, pairs(targets=255 - planes()))
    made = [one.examples.augmented(np.arange(2, COUNT), replace(one.context, step=step)) for step in range(3)]
    for example in made:
        np.testing.assert_allclose(example.features, 1 - example.target, atol=1e-5)
    assert all(np.abs(a.target - b.target).max() > 0.1 for a, b in pairwise(made))
    again = one.examples.augmented(np.arange(2, COUNT), one.context)
    np.testing.assert_array_equal(again.target, made[0].target)
    alone = one.examples.augmented(np.asarray([5]), one.context)  # whoever stands beside it
    np.testing.assert_array_equal(alone.target[:, 0], made[0].target[:, 3])


def test_the_average_is_of_other_pictures_of_the_training(problem):
    table = {**TABLE, "encoder": [{"kind": "identity"}], "output": {"kind": "average"}}
    one, _ = problem(table)
    known = planes().transpose(1, 0, 2, 3) / np.float32(255)
    found = []
    for step in range(40):
        target = one.examples.unaugmented(np.asarray([0, 1, 2]), replace(one.context, step=step)).target
        off = np.abs(target[:, :, None] - known[:, None]).max(axis=(0, 3, 4))
        assert (off.min(axis=1) < 1e-6).all()
        found += list(off.argmin(axis=1))
    assert set(found) == set(range(2, COUNT))


def test_batch_normalisation_is_measured_before_it_is_evaluated(problem):
    one, theta = problem({**TABLE, "network": {**UNET, "norm": "batch"}})
    assert one.model.uses_batch_statistics
    ready = one.evaluator.with_batch_statistics(theta)
    changed = ready != theta
    assert changed.any()
    assert not changed[one.trainable].any()
    example = one.evaluator._calibration_example
    trained = one.model.forward(theta, example.samples, one.context)  # by the batch's own statistics
    painted = one.model.forward(ready, example.samples, replace(one.context, training=False))
    np.testing.assert_allclose(painted, trained, atol=2e-3)


def test_there_are_no_derivatives_of_each_number(problem):
    one, theta = problem()
    with pytest.raises(NotImplementedError, match="too many values for a Jacobian"):
        one.normal_equations(theta, one.context)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"output": {"kind": "noise"}}, "output: goes with recipes that take pictures to pictures"),
        ({"augment": [{"kind": "flip"}]}, "augment: goes with recipes"),
        ({**TABLE, "encoder": [{"kind": "xy"}]}, "encoder 'xy' works on points and network 'unet' on images"),
        ({**TABLE, "output": {"kind": "xy"}}, "on points"),
        ({"loss": {"kind": "ssim"}}, "loss 'ssim' on images"),
        ({**TABLE, "warp": [{"kind": "mirror"}]}, "warp 'mirror' on points"),
    ],
)
def test_what_does_not_go_together_is_refused(table, words):
    with pytest.raises(RecipeError, match=r"works on|goes") as error:
        parse(table, registry())
    assert words in str(error.value)


def test_an_output_is_the_picture_itself_where_none_is_named():
    recipe = parse(TABLE, registry())
    assert recipe.output.kind == "identity"
    assert recipe.domain == "image"
    assert parse(recipe.table(), registry()) == recipe


def test_sizes_that_do_not_go_together_are_reported():
    small = ImageToImageModel(parse({**TABLE, "encoder": [{"kind": "downscale", "factor": 2}]}, registry()))
    with pytest.raises(LimnerError, match="16x16: the network 'unet' turns downscale of 8x8 into 8x8"):
        small.check_sizes((16, 16))
    both = {**TABLE, "encoder": [{"kind": "downscale", "factor": 2}, {"kind": "identity"}]}
    with pytest.raises(LimnerError, match="'downscale' returns 8x8 and 'identity' 16x16, which cannot be combined"):
        ImageToImageModel(parse(both, registry())).check_sizes((16, 16))


def test_recipes_that_cannot_be_trained_are_refused():
    trainer = {"kind": "backprop"}
    network = {"kind": "patch-discriminator"}
    for change, message in (
        ({}, r"the recipe has no \[trainer\]; add one with `swap=\{'trainer': 'backprop'\}`"),
        ({"trainer": trainer, "network": network}, "'patch-discriminator' is a discriminator and outputs no pictures"),
        ({"trainer": trainer, "color": {"kind": "rgb", "alpha": True}}, r"color\.alpha: converted pictures have no"),
        ({"trainer": trainer, "encoder": [{"kind": "xy"}], "network": {"kind": "mlp"}}, "does not convert pictures"),
    ):
        with pytest.raises(LimnerError, match=message):
            configure({**TABLE, **change}, "recipe")
    assert configure({**TABLE, "trainer": trainer}, "recipe").trainer.kind == "backprop"


def stored(folder, names, size=(8, 8)):
    folder.mkdir()
    for i, name in enumerate(names):
        Image.new("RGB", size, (20 * i, 0, 255 - i)).save(folder / f"{name}.png")
    return [str(folder / f"{name}.png") for name in names]


def test_pairs_are_matched_by_their_names(tmp_path):
    left, right = stored(tmp_path / "a", "pqrs"), stored(tmp_path / "b", "srqp")
    found = read_pairs(left, right, validation_split=0.25)
    assert list(found.targets.planes[:, 0, 0, 0]) == [60, 40, 20, 0]
    assert len(found.validation) == 1
    assert sorted([*found.validation, *found.training]) == [0, 1, 2, 3]
    assert read_pairs(left, right, validation_split=0.25).digest == found.digest
    assert read_pairs(left, validation_split=0.25).digest != found.digest


def test_what_is_held_out_follows_from_the_seed(tmp_path):
    names = stored(tmp_path / "a", "pqrstuvw")
    validation = [tuple(read_pairs(names, validation_split=0.4, seed=seed).validation) for seed in (1, 1, 2, 3)]
    assert validation[0] == validation[1]
    assert len(set(validation)) > 1
    assert all(len(one) == 3 for one in validation)


@pytest.mark.parametrize(
    ("left", "right", "words"),
    [
        ("pq", "pr", "q.png: no matching target; add a target called 'q'"),
        ("pq", "pqr", "r.png: no matching source"),
        ("p", "", "1 picture is too few"),
    ],
)
def test_pairs_that_do_not_match(tmp_path, left, right, words):
    first, second = stored(tmp_path / "a", left), stored(tmp_path / "b", right) if right else []
    with pytest.raises(LimnerError) as error:
        read_pairs(first, second)
    assert words in str(error.value)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, float("nan")])
def test_the_part_that_is_held_out_is_a_part(tmp_path, share):
    with pytest.raises(LimnerError, match="`validation_split`: must be between 0 and 1"):
        read_pairs(stored(tmp_path / "a", "pq"), validation_split=share)


def test_filters_own_no_theta():
    noise = [{"kind": "noise", "count": 5}]
    model = ImageToImageModel(parse({**TABLE, "encoder": noise, "output": {"kind": "identity"}}, registry()))
    assert {entry.name.split(".")[0] for entry in model.layout.parameters} == {"network"}
    assert len(model.init_params()) == model.network.param_layout(5, 3).size
    points = FieldModel(parse({"encoder": noise, "seed": 3}, registry()))
    assert any(entry.name.startswith("encoder") for entry in points.layout.parameters)
