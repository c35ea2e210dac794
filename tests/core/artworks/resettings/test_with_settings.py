"""Other settings for an artwork: the same as painting with them, except that θ remains."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import limner
from limner.app.artworks import Artwork, Resetting, with_settings
from limner.errors import LimnerError
from limner.utils.typed_text import TypedText

SIZE = (12, 8)
COLOURS = ["navy", "teal", "red", "blue", "#fff", "#000"]


@pytest.fixture(scope="module")
def art() -> Artwork:
    return limner.paint("marbling", seed=24, size=SIZE)


@pytest.mark.parametrize(
    "settings",
    [
        {"frame.scale": 2.0},
        {"encoder.latent.values": [0.3, 1.2]},
        {"encoder.1.centre": (0.5, 0.0), "encoder.xy.scale": 1.7},
        {"network.weight_scale": 1.25},
        {"color.colors": COLOURS},
    ],
    ids=str,
)
def test_of_a_painted_artwork_it_is_the_painting_with_these_settings(art, settings):
    """Painting draws everything again from the seed: an oracle that keeps no parameters."""
    assert with_settings(art, settings) == limner.paint("marbling", seed=24, size=SIZE, set=settings)


def test_other_parameters_stay(art):
    moved = replace(art, theta=art.theta + np.float32(0.25))
    result = with_settings(moved, {"encoder.latent.values": [0.3, 1.2], "frame.scale": 2.0})
    np.testing.assert_array_equal(result.theta[:2], np.float32([0.3, 1.2]))
    np.testing.assert_array_equal(result.theta[2:], moved.theta[2:])
    assert result.recipe.table()["frame"]["scale"] == 2.0


def test_learned_parameters_stay_but_given_ones_are_set():
    recipe = {
        "encoder": [{"kind": "xy"}, {"kind": "latent", "learn": True, "values": [0.5, 0.5]}],
        "network": {"kind": "mlp", "width": 4, "depth": 1},
    }
    drawn = limner.paint(recipe, seed=3, size=SIZE)
    fitted = replace(drawn, theta=drawn.theta + np.float32(0.25))
    kept = with_settings(fitted, {"network.weight_scale": 3.0})
    np.testing.assert_array_equal(kept.theta, fitted.theta)
    given = with_settings(fitted, {"encoder.latent.values": [2.0, -1.0]})
    np.testing.assert_array_equal(given.theta[:2], np.float32([2.0, -1.0]))
    np.testing.assert_array_equal(given.theta[2:], fitted.theta[2:])


def test_typed_texts_are_read_as_on_the_command_line(art):
    typed = with_settings(art, {"frame.scale": TypedText("2"), "encoder.latent.values": TypedText("0.3,1.2")})
    assert typed == with_settings(art, {"frame.scale": 2.0, "encoder.latent.values": [0.3, 1.2]})


def test_a_path_without_a_layer_means_all_layers_of_a_blend(art):
    blend = limner.blend([art, limner.paint("rorschach", seed=2, size=SIZE)])
    each = with_settings(blend, {"layer.0.frame.scale": 2.0, "layer.1.frame.scale": 2.0})
    assert with_settings(blend, {"frame.scale": 2.0}) == each != blend
    assert Resetting(blend, ["frame.scale"]).values() == {"frame.scale": 1.0}
    with pytest.raises(LimnerError, match=r"'frame\.scale' and 'layer\.1\.frame\.scale': are the same field"):
        Resetting(blend, ["frame.scale", "layer.1.frame.scale"])
    with pytest.raises(LimnerError, match=r"setting 'mask\.size': the recipe has no mask"):
        Resetting(blend, ["mask.size"])


def test_layers_of_a_blend(art):
    blend = limner.blend([art, limner.paint("rorschach", seed=2, size=SIZE)])
    result = with_settings(blend, {"layer.0.frame.scale": 2.0, "layer.1.network.weight_scale": 0.5})
    layers = [
        with_settings(art, {"frame.scale": 2.0}),
        with_settings(limner.paint("rorschach", seed=2, size=SIZE), {"network.weight_scale": 0.5}),
    ]
    assert result == limner.blend(layers)


def test_a_resetting_gives_the_artwork_at_each_value(art):
    resetting = Resetting(art, ["frame.scale", "encoder.latent.values"])
    for scale in (1.0, 3.0):
        settings = {"frame.scale": scale, "encoder.latent.values": (scale, 0.0)}
        assert resetting.at(settings) == with_settings(art, settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"network.width": 20}, "setting 'network.width': another value changes the number of parameters"),
        ({"encoder.latent.size": 3}, "setting 'encoder.latent.size': another value changes the number of"),
        ({"color.count": 3}, "setting 'color.count': another value changes the number of parameters"),
        ({"frame.scael": 2.0}, "frame.scael: unknown setting; did you mean 'scale'?"),
        ({"frame.scale": -2.0}, "frame.scale: must be more than 0.0, got -2.0"),
        ({"encoder.fourier.x": 1}, "setting 'encoder.fourier.x': the recipe has no encoder 'fourier'"),
        ({"size": (3, 4)}, "setting 'size': is not a setting of a stage"),
        ({"color.kind": "hsv"}, "setting 'color.kind': another stage needs other parameters"),
        ({"color.scheme": "split", "color.colors": COLOURS}, "setting 'color.scheme': has no effect"),
    ],
)
def test_bad_settings(art, settings, message):
    with pytest.raises(LimnerError) as error:
        with_settings(art, settings)
    assert message in str(error.value)
