"""The first part of a fit into a palette: positions in the gradient as targets, instead of colours."""

import numpy as np
import pytest

import limner
from limner.plugin import Context, Params
from limner_plugins.colors._palette.nearest import LEVELS, NearestPosition
from limner_plugins.colors.palette import PaletteColor


def params_of(mode):
    layout = mode.param_layout()
    return Params(layout, layout.pack(mode.init_params(np.random.default_rng(0))))


def painted(mode, t):
    return np.asarray(mode.forward(params_of(mode), np.asarray(t, dtype=np.float64).reshape(1, -1), Context((1, 1))))


@pytest.fixture(scope="module")
def rainbow():
    """A mode whose gradient comes near many colours more than once."""
    return PaletteColor(name="fiesta", sort=True, ends="sigmoid")


def test_the_nearest_position_is_that_of_a_full_search(rainbow):
    plain = rainbow.model_copy(update={"ends": "fold"})
    rgb = np.random.default_rng(1).random((3, 300))
    places = NearestPosition(lambda t: painted(plain, t))(rgb)
    assert (places[0] == places[1]).all()
    assert (places[0] == places[2]).all()
    gradient = painted(plain, np.linspace(0, 1, 2000))
    least = np.sqrt(((gradient[:, :, None] - rgb[:, None]) ** 2).sum(axis=0)).min(axis=0)
    found = np.linalg.norm(painted(plain, places[0]) - rgb, axis=0)
    rounding = 2 * np.sqrt(3) * 0.5 / (LEVELS - 1)  # of a colour to the table, there and back
    assert (found <= least + rounding + 0.01).all()
    assert np.abs(found - least).mean() < 0.005


def test_the_guide_paints_the_position_in_the_gradient(rainbow):
    mode, target = rainbow.guide(params_of(rainbow))
    t = np.linspace(-1.5, 1.5, 40)
    places = painted(mode, t)
    assert (places == places[0]).all()
    np.testing.assert_allclose(painted(rainbow.model_copy(update={"ends": "fold"}), places[0]), painted(rainbow, t))
    assert np.abs(target(painted(rainbow, t)) - places).max() < 0.1
    assert mode.param_layout() == rainbow.param_layout()


@pytest.mark.parametrize("settings", [{}, {"cyclic": True}, {"ends": "sigmoid", "steps": 4}])
def test_gradients_without_a_unique_position_have_no_guide(settings):
    mode = PaletteColor(**settings)
    assert mode.guide(params_of(mode)) is None


def test_a_fit_finds_the_stretch_of_the_gradient_that_has_the_colour(rainbow, monkeypatch):
    t = np.random.default_rng(0).random((4, 4)).repeat(4, axis=0).repeat(4, axis=1)
    rgb = painted(rainbow.model_copy(update={"ends": "fold"}), t).T.reshape(16, 16, 3)
    image = np.rint(rgb * 255).astype(np.uint8)

    def psnr():
        return limner.fit(image, palette="fiesta", seed=1, steps=60, train_size=16).psnr

    guided = psnr()
    monkeypatch.setattr(PaletteColor, "guide", lambda *_: None)
    assert guided > psnr() + 6
