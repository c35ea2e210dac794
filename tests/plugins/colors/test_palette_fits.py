"""Fits into a palette: one branch of the gradient, sorted colours, and the position of the nearest colour at first."""

import numpy as np
import pytest
from pydantic import ValidationError

import limner
from limner.plugin import Context, Params
from limner_plugins.colors._palette.nearest import NearestPosition
from limner_plugins.colors.palette import PaletteColor
from limner_plugins.common.oklab import from_srgb

CONTEXT = Context((8, 8))


def gradient(mode, places):
    """RGB ``(3, n)`` at positions in the gradient, with the parameters."""
    layout = mode.param_layout()
    params = Params(layout, layout.pack(mode.init_params(np.random.default_rng(0))).astype(np.float64))
    return mode.forward(params, np.asarray(places)[None, :], CONTEXT), params


@pytest.fixture(scope="module")
def picture():
    """Light and dark, gray and red areas, one pixel noise: ``(24, 24, 3)``."""
    rows, columns = np.mgrid[0:24, 0:24]
    light = 0.15 + 0.7 * ((rows - 12) ** 2 + (columns - 12) ** 2 < 60) + 0.01 * (columns % 3)
    picture = np.stack([light, light, light], axis=-1)
    picture[14:, 14:] = (0.75, 0.1, 0.1)
    return (255 * picture).astype(np.uint8)


def test_a_sigmoid_runs_through_the_gradient_once():
    t = np.linspace(-3, 3, 61)
    got, _ = gradient(PaletteColor(name="dusk", ends="sigmoid"), t)
    wanted, _ = gradient(PaletteColor(name="dusk"), 1 / (1 + np.exp(-4 * t)))
    np.testing.assert_allclose(got, wanted, atol=1e-9)
    assert (np.diff(from_srgb(got)[0]) > 0).all()


def test_sorted_colours_are_those_of_the_palette_from_dark_to_light():
    plain, mode = PaletteColor(name="sumi"), PaletteColor(name="sumi", sort=True)
    colours = [np.asarray(gradient(each, [0.0])[1]["colors"]) for each in (plain, mode)]
    assert np.array_equal(colours[1], sorted(colours[0].tolist()))  # the first column is the lightness
    assert not np.array_equal(*colours)
    with pytest.raises(ValidationError, match="sort and shuffle are both set"):
        PaletteColor(sort=True, shuffle=True)


def test_a_fit_locks_the_gradient_unless_a_setting_forbids_it():
    assert PaletteColor().settings_for_fit() == {"ends": "sigmoid", "sort": True}
    assert PaletteColor(shuffle=True).settings_for_fit() == {"ends": "sigmoid"}
    assert PaletteColor(cyclic=True).settings_for_fit() == {}
    locked = PaletteColor(ends="sigmoid")
    params = gradient(locked, [0.0])[1]
    assert locked.guide(params) is not None
    for settings in ({"cyclic": True, "ends": "fold"}, {"steps": 3}, {"repeats": 2}, {"ends": "fold"}):
        assert locked.model_copy(update=settings).guide(params) is None


def test_the_guide_knows_the_position_of_the_nearest_colour():
    mode = PaletteColor(name="fiesta", sort=True, ends="sigmoid")
    places = np.linspace(0, 1, 1001)
    colours, params = gradient(mode.model_copy(update={"ends": "fold"}), places)
    easier, positions = mode.guide(params)
    rgb = np.random.default_rng(1).random((3, 200))
    place = positions(rgb)
    assert np.array_equal(place[0], place[1])
    distance = np.linalg.norm(rgb[:, :, None] - colours[:, None, :], axis=0)
    taken = np.linalg.norm(rgb - gradient(mode.model_copy(update={"ends": "fold"}), place[0])[0], axis=0)
    assert (taken - distance.min(axis=1)).max() < 0.03  # the table has 40 levels: colours are moved by 0.022 at most
    t = np.linspace(-2, 2, 41)
    assert np.allclose(easier.forward(params, t[None, :], CONTEXT), 1 / (1 + np.exp(-4 * t)))


def test_the_table_of_positions_is_exact_at_its_levels():
    positions = NearestPosition(lambda places: np.stack([places, places, places]))
    gray = np.arange(40) / 39
    assert np.abs(positions(np.stack([gray, gray, gray]))[0] - gray).max() < 1 / 255


def test_a_fit_finds_the_best_picture_of_the_palette(picture):
    fitted = limner.fit(picture, steps=120, seed=1, swap={"color": "palette"}, set={"color.name": "fiesta"}).artwork
    mode = fitted.recipe.color.stage
    assert (mode.ends, mode.sort) == ("sigmoid", True)
    colours, _ = gradient(PaletteColor(name="fiesta", sort=True), np.linspace(0, 1, 501))
    target = picture.reshape(-1, 3) / 255
    best = colours.T[np.linalg.norm(target[:, None, :] - colours.T[None], axis=2).argmin(axis=1)]
    painted = fitted.render((24, 24)).reshape(-1, 3) / 255
    # Without the guide, whole areas stay at a wrong colour: 0.1 more.
    assert np.mean((painted - target) ** 2) < np.mean((best - target) ** 2) + 0.001


def test_settings_of_the_user_stay(picture):
    given = {"color.ends": "fold", "color.sort": False}
    fitted = limner.fit(picture, steps=1, seed=1, swap={"color": "palette"}, set=given).artwork
    mode = fitted.recipe.color.stage
    assert (mode.ends, mode.sort) == ("fold", False)


def test_a_palette_of_a_fit_is_a_mixture(picture):
    fitted = limner.fit(picture, steps=1, seed=1, colors="navy,wheat").artwork
    assert fitted.recipe.color.kind == "mixture"
    assert limner.paint("random-art", seed=1, colors="navy,wheat").recipe.color.kind == "palette"
