"""Restyling recolours a picture that would lose channels: by its lightness, with its network untouched."""

import coloraide
import numpy as np
import pytest

import limner
from limner.artworks.restyling.function import restyled

RGB = {
    "title": "rgb",
    "seed": 3,
    "size": [24, 16],
    "network": {"kind": "mlp", "width": 6, "depth": 2},
    "color": {"kind": "rgb"},
}


@pytest.fixture(scope="module")
def art():
    return limner.paint(RGB)


def color(artwork):
    return artwork.recipe.table()["color"]


def lightness(pixels):
    flat = pixels.reshape(-1, 3) / np.iinfo(pixels.dtype).max
    light = [coloraide.Color("srgb", one.tolist()).convert("oklab")["lightness"] for one in flat]
    return np.reshape(light, pixels.shape[:2])


@pytest.mark.parametrize("kind", ["duotone", "palette", "gray"])
def test_the_network_is_kept_and_lightness_decides(art, kind):
    outcome = restyled(art, name="art", swap={"color": kind}, set={"color.alpha": False})
    new = outcome.artwork
    assert outcome.recolored
    assert color(new)["kind"] == "recolor"
    assert (color(new)["source"]["kind"], color(new)["target"]["kind"]) == ("rgb", kind)
    np.testing.assert_array_equal(new.theta[: art.theta.size], art.theta)
    before, after = lightness(art.render(bits=16)), lightness(new.render(bits=16))
    order = np.argsort(before, axis=None)
    assert (np.diff(after.ravel()[order]) > -0.01).all()


def test_levels_are_measured_from_the_picture(art):
    new = limner.restyle(art, swap={"color": "gray"})
    light = lightness(art.render(bits=16))
    np.testing.assert_allclose(color(new)["levels"], np.quantile(light, [0.01, 0.99]), atol=0.01)
    assert (new.render().min(), new.render().max()) == (0, 255)


def test_a_nearly_flat_picture_is_hardly_stretched():
    flat = limner.paint(RGB, set={"network.weight_scale": 0.001, "network.bias_scale": 0.001})
    low, high = color(limner.restyle(flat, swap={"color": "gray"}))["levels"]
    assert high - low == pytest.approx(0.1)


def test_an_accent_at_the_end_of_a_palette_is_left_out(art):
    """sumi ends with white and a red accent: the lightest points are white, unless the whole gradient is asked for."""
    assert color(limner.restyle(art, palette="sumi"))["span"] == [0, 0.8]
    assert color(limner.restyle(art, palette="glacier"))["span"] == [0, 1]
    assert color(limner.restyle(art, palette="sumi", set={"color.span": [0, 1]}))["span"] == [0, 1]
    reverse = limner.restyle(art, colors=["white", "navy"])
    assert color(reverse)["span"] == [1, 0]


def test_the_ends_of_hard_bands_belong_to_the_span(art):
    new = limner.restyle(art, colors=["black", "white"], set={"color.steps": 4})
    assert color(new)["span"] == [0, 1]
    assert len(np.unique(new.render().reshape(-1, 3), axis=0)) == 4


def test_another_look_replaces_the_target_and_does_not_nest(art):
    once = limner.restyle(art, swap={"color": "duotone"})
    twice = limner.restyle(once, palette="sumi")
    assert color(twice)["source"]["kind"] == "rgb"
    assert color(twice)["target"]["kind"] == "palette"
    assert color(twice)["levels"] == color(once)["levels"]
    assert color(twice)["span"] == [0, 0.8]
    assert limner.restyle(twice, swap={"color": "duotone"}) == once
    assert limner.restyle(twice, swap={"color": "rgb"}) == art


def test_settings_of_a_recolored_picture(art):
    duotone = limner.restyle(art, swap={"color": "duotone"}, set={"color.dark": "navy", "color.midtone": 0.4})
    assert color(duotone)["target"]["dark"] == "navy"
    assert color(duotone)["midtone"] == 0.4
    assert color(duotone)["levels"] == color(limner.restyle(art, swap={"color": "duotone"}))["levels"]
    light = limner.restyle(duotone, set={"color.light": "white"})
    assert color(light)["target"] | {"light": 0} == color(duotone)["target"] | {"light": 0}
    negative = limner.restyle(duotone, set={"color.levels": [1, 0], "color.target.contrast": 0})
    assert color(negative)["levels"] == [1, 0]
    assert color(negative)["target"]["contrast"] == 0


def test_opacity_is_preserved():
    art = limner.paint({**RGB, "color": {"kind": "hsv", "alpha": True}})
    new = limner.restyle(art, palette="glacier")
    assert (color(new)["alpha"], color(new)["source"]["alpha"], color(new)["target"]["alpha"]) == (True, False, False)
    np.testing.assert_array_equal(new.render()[..., 3], art.render()[..., 3])
    again = limner.restyle(new, swap={"color": "gray"})
    np.testing.assert_array_equal(again.render()[..., 3], art.render()[..., 3])


def test_parameters_of_both_modes_are_stored():
    mixture = {"kind": "mixture", "colors": ["navy", "wheat", "tomato"]}
    art = limner.paint({**RGB, "color": mixture})
    new = limner.restyle(art, palette="ember", swap={"color": "palette"})
    layout = new.model.layout
    source = new.theta[layout.slices["color.source.colors"]]
    np.testing.assert_array_equal(source, art.theta[art.model.layout.slices["color.colors"]])
    assert layout.shapes["color.target.colors"] == (6, 3)
    assert "kept: network, color of the source; new: color palette" in str(
        restyled(art, name="art", palette="ember", swap={"color": "palette"}).report
    )
    assert limner.restyle(new, swap={"color": "mixture"}, set={"color.colors": mixture["colors"]}) == art


@pytest.fixture(scope="module")
def learned():
    """Return a fit of one channel."""
    picture = (np.mgrid[0:16, 0:24].sum(axis=0) * 6).astype(np.uint8)[..., None].repeat(3, axis=2)
    return limner.fit(picture, RGB, steps=30, seed=1, swap={"trainer": "backprop", "color": "gray"}).artwork


@pytest.mark.parametrize("kind", ["oklab", "cmyk", "duotone", "palette"])
def test_a_learned_picture_survives_any_number_of_channels(learned, kind):
    outcome = restyled(learned, name="art", swap={"color": kind})
    new = outcome.artwork
    assert (color(new)["kind"], color(new)["source"]["kind"]) == ("recolor", "gray")
    np.testing.assert_array_equal(new.theta[: learned.theta.size], learned.theta)
    assert not outcome.loses_picture
    assert limner.restyle(new, swap={"color": "gray"}) == limner.Artwork(learned.recipe, learned.theta)


def test_a_mode_that_needs_different_channels_is_refused(learned):
    with pytest.raises(limner.LimnerError, match=r"mode mixture needs several channels.*'color': 'palette'"):
        restyled(learned, name="art", swap={"color": "mixture"})
