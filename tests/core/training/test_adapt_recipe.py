"""What a fit takes from its images: title, size, colour, detail and buttons; and what the user's settings keep."""

import numpy as np
import pytest
from PIL import Image

from limner.errors import LimnerError
from limner.training.plan import prepare
from limner.training.run import Budget

NETWORK = {"kind": "mlp", "width": 3, "depth": 1}
POINTS = {"encoder": [{"kind": "xy"}], "network": NETWORK, "loss": {"kind": "mse"}, "trainer": {"kind": "rprop"}}
BUTTONS = {**POINTS, "encoder": [{"kind": "xy"}, {"kind": "one-hot"}]}
WHOLE = {**POINTS, "encoder": [{"kind": "one-hot"}], "frame": {"kind": "raster", "width": 64, "height": 64}}


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def files(*stems, mode="RGB", size=(8, 6), color=None):
    """Pictures of these names; each has its own colour unless it is given."""
    names = []
    for i, stem in enumerate(stems):
        value = color or tuple(40 * i + 10 * k for k in range(len(mode)))
        Image.new(mode, size, value).save(f"{stem}.png")
        names.append(f"{stem}.png")
    return names


def fitted(images, table, *, set=None, **options):  # noqa: A002 - the same word as in the API
    """The recipe of a fit."""
    return prepare(images, table, Budget(steps=1), values=set, **options).recipe


@pytest.mark.parametrize(
    ("count", "title"),
    [
        (1, "a"),
        (2, "a + b"),
        (4, "a + b + c + d"),
        (5, "a + b + c + 2 more"),
        (9, "a + b + c + 6 more"),
    ],
)
def test_the_title_names_the_images(count, title):
    assert fitted(files(*"abcdefghi"[:count]), BUTTONS if count > 1 else POINTS).title == title


def test_titles_are_cut_at_200_characters():
    assert fitted(files("x" * 230), POINTS).title == "x" * 200
    stems = [letter * 79 for letter in "abcdef"]
    assert fitted(files(*stems[:4]), BUTTONS).title == " + ".join(stems[:4])[:200]
    assert fitted(files(*stems), BUTTONS).title == (" + ".join(stems[:3]) + " + 3 more")[:200]


def test_titles_of_codes_and_samples():
    assert fitted(files("10", "01"), BUTTONS).title == "10 + 01"
    assert fitted("skimage:coffee", POINTS, train_size=8).title == "coffee"
    assert fitted(files("fox"), {**POINTS, "title": "Of the recipe"}).title == "fox"
    assert fitted(files("fox"), POINTS, set={"title": "Mine"}).title == "Mine"


def test_the_size_is_that_of_the_original():
    names = files("wide", size=(80, 60))
    assert fitted(names, POINTS, train_size=20).size == (80, 60)
    assert fitted(names, POINTS, size=(12, 9)).size == (12, 9)
    assert fitted(names, POINTS, set={"size": [12, 9]}).size == (12, 9)
    with pytest.raises(LimnerError, match="size"):
        fitted(names, POINTS, size=(12, 0))


def test_a_recipe_without_a_seed_gets_a_fresh_one(monkeypatch):
    monkeypatch.setattr("limner.training.base_plan.draw_seed", lambda: 77)
    names = files("fox")
    assert fitted(names, POINTS).seed == 77
    assert fitted(names, {**POINTS, "seed": 5}).seed == 5
    assert fitted(names, {**POINTS, "seed": 5}, seed=6).seed == 6
    assert fitted(names, {**POINTS, "seed": 0}).seed == 0


def test_gray_keeps_the_opacity_of_the_colour_stage():
    color = {"kind": "rgb", "alpha": True, "opacity": "plain"}
    stage = fitted(files("fox"), {**POINTS, "color": color}, gray=True).color
    assert (stage.kind, stage.stage.alpha, stage.stage.opacity) == ("gray", True, "plain")
    stage = fitted(files("fox"), {**POINTS, "color": {"kind": "hsv"}}, gray=True).color
    assert (stage.kind, stage.stage.alpha) == ("gray", False)
    with pytest.raises(LimnerError, match="`gray`: conflicts with the color stage 'hsv'"):
        fitted(files("fox"), POINTS, swap={"color": "hsv"}, gray=True)
    assert fitted(files("fox"), POINTS, swap={"color": "gray"}, gray=True).color.kind == "gray"


def test_a_transparent_image_sets_a_plain_opacity_unless_it_is_set():
    clear = files("clear", mode="RGBA", color=(9, 9, 9, 128))
    assert fitted(clear, POINTS).color.stage.opacity == "plain"
    assert fitted(clear, POINTS).color.stage.alpha
    assert fitted(clear, POINTS, set={"color.alpha": True, "color.opacity": "fold"}).color.stage.opacity == "fold"
    assert not fitted(files("fox"), POINTS).color.stage.alpha


def test_the_loss_of_the_recipe_is_kept():
    names = files("fox")
    assert fitted(names, {**POINTS, "loss": {"kind": "mae"}}).loss.kind == "mae"
    assert fitted(names, {name: value for name, value in POINTS.items() if name != "loss"}).loss.kind == "mse"


def test_a_raster_has_the_size_of_the_training_images():
    names = files("a", "b", size=(32, 16))
    frame = fitted(names, WHOLE).frame.stage
    assert (frame.width, frame.height) == (32, 16)
    frame = fitted(names, WHOLE, train_size=16, size=(64, 32)).frame.stage
    assert (frame.width, frame.height) == (16, 8)
    assert fitted(names, WHOLE, set={"frame.width": 32}).frame.stage.width == 32
    with pytest.raises(LimnerError, match=r"frame.height: set by the images \(16\)"):
        fitted(names, WHOLE, set={"frame.height": 17})


def test_a_grid_suits_the_training_images_unless_it_is_written():
    """The finest grid has three quarters as many corners as the shorter side has pixels."""
    grid = {**POINTS, "encoder": [{"kind": "grid"}]}
    names = files("fox", size=(80, 40))
    assert fitted(names, grid).encoders[0].stage.finest == 30
    small = fitted(names, grid, train_size=40).encoders[0].stage
    assert (small.finest, small.aspect) == (15, 2.0)
    written = fitted(names, {**POINTS, "encoder": [{"kind": "grid", "finest": 70}]}).encoders[0].stage
    assert (written.finest, written.aspect) == (70, 2.0)
    assert fitted(names, grid, set={"encoder.grid.finest": 90}).encoders[0].stage.finest == 90


def test_each_image_has_a_button():
    stage = fitted(files("fox", "star"), BUTTONS).encoders[1].stage
    assert (stage.num_buttons(), stage.labels, stage.codes) == (2, ("fox", "star"), ())
    stage = fitted(files("11", "01"), BUTTONS).encoders[1].stage
    assert (stage.num_buttons(), stage.labels) == (2, ())
    np.testing.assert_array_equal(stage.codes, [[1, 1], [0, 1]])


@pytest.mark.parametrize("path", ["encoder.one-hot", "encoder.1"])
def test_settings_of_buttons_are_kept_or_refused(path):
    names = files("fox", "star")
    with pytest.raises(LimnerError, match=r"encoder.one-hot.size: set by the images \(2\); remove this setting"):
        fitted(names, BUTTONS, set={f"{path}.size": 3})
    assert fitted(names, BUTTONS, set={f"{path}.size": 2}).encoders[1].stage.size == 2
    labels = fitted(names, BUTTONS, set={f"{path}.labels": ["one", "two"], f"{path}.size": 2}).encoders[1].stage.labels
    assert labels == ("one", "two")


def test_recipes_that_cannot_be_fitted():
    names = files("fox", "star")
    with pytest.raises(LimnerError, match="has no buttons to distinguish 2 images"):
        fitted(names, POINTS)
    with pytest.raises(LimnerError, match=r"has no \[trainer\]"):
        fitted(names, {name: stage for name, stage in BUTTONS.items() if name != "trainer"})
    with pytest.raises(LimnerError, match=r"this recipe converts pictures; train it with `limner\.train`"):
        fitted(names, "colorize")
