"""The motion ``buttons``: from learned picture to learned picture, for points and rasters."""

import numpy as np
import pytest

import limner
from limner import LimnerError
from limner.app.recipes import Recipe
from limner_apps.animations.motions.buttons import Buttons
from limner_apps.animations.planning.motion_choice import default_motion

FIELD = 'encoder = [{ kind = "xy" }, { kind = "one-hot", size = 3 }]'
BOARD = 'frame = { kind = "raster", width = 8, height = 6 }\nencoder = [{ kind = "one-hot", size = 3 }]'
LATENT = 'encoder = [{ kind = "xy" }, { kind = "latent", pictures = 3 }]'


def painted(toml):
    return limner.paint(Recipe.from_toml(f'{toml}\n[network]\nkind = "mlp"\nwidth = 4\ndepth = 1'), seed=1, size=(8, 6))


@pytest.mark.parametrize("toml", [FIELD, BOARD, LATENT])
def test_it_shows_each_picture_and_mixes_in_between(toml):
    art = painted(toml)
    at = Buttons(pause=0.0).trajectory([art], 1)
    for k in range(3):
        code = np.eye(3)[k]
        assert at(k / 3).artwork == art.press(code)
        assert at((k + 0.5) / 3).artwork == art.press((code + np.eye(3)[(k + 1) % 3]) / 2)
    quarter = 3 * 0.25**2 - 2 * 0.25**3  # the cubic with slopes of 0 at both ends
    weights = at(0.25 / 3).artwork.recipe.encoders[-1].stage.weights
    assert weights == pytest.approx((1 - quarter, quarter, 0.0))
    assert np.array_equal(at(1.0).artwork.render(), at(0.0).artwork.render())
    assert Buttons().closes([art])


def test_a_board_is_a_raster():
    assert painted(BOARD).model.is_raster


def test_it_rests_at_each_picture():
    art = painted(FIELD)
    at = Buttons(pause=0.4).trajectory([art], 1)
    for k in range(3):
        for position in (k - 0.2, k - 0.01, k, k + 0.2):
            assert at(position % 3 / 3).artwork.render().tolist() == art.press(np.eye(3)[k]).render().tolist()
        assert at((k + 0.25) / 3).artwork != art.press(np.eye(3)[k])


def test_it_ends_at_the_last_picture_if_it_does_not_loop():
    art = painted(FIELD)
    motion = Buttons(loop=False)
    at = motion.trajectory([art], 1)
    assert not motion.closes([art])
    assert [at(position).artwork for position in (0.0, 0.5, 1.0)] == [art.press(code) for code in np.eye(3)]


def test_codes_of_several_buttons_are_visited():
    codes = 'encoder = [{ kind = "xy" }, { kind = "one-hot", size = 2, codes = [[-1, 0], [0, 2.5]] }]'
    at = Buttons().trajectory([painted(codes)], 1)
    assert [at(position).artwork.recipe.encoders[1].stage.weights for position in (0.0, 0.5)] == [(-1, 0), (0, 2.5)]


def test_it_is_the_default_of_networks_that_have_learned_several_pictures():
    assert default_motion([painted(FIELD)]) == "buttons"
    assert default_motion([painted('encoder = [{ kind = "xy" }, { kind = "one-hot", size = 1 }]')]) == "parameters"
    assert default_motion([limner.paint("ink", seed=1, size=(8, 8))]) == "latent"


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ('encoder = [{ kind = "xy" }]', "motion` buttons: .* has no buttons; fit several pictures"),
        ('encoder = [{ kind = "xy" }, { kind = "one-hot", size = 1 }]', "has learned a single picture; use parameters"),
    ],
)
def test_artworks_without_buttons_are_refused(toml, says):
    with pytest.raises(LimnerError, match=says):
        Buttons().trajectory([painted(toml)], 1)
