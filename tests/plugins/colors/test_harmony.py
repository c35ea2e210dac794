"""Drawn palettes are displayable, neither neon nor mud, and keep to their scheme; coloraide converts the colours."""

import colorsys

import numpy as np
import pytest
from coloraide import Color

from limner.cli.main import run
from limner_plugins.colors._palette.harmony import SCHEMES, draw_palette
from limner_plugins.colors.mixture import Mixture
from limner_plugins.colors.palette import PaletteColor

SEEDS = range(40)
HALF_ARC = {"monochrome": 13, "analogous": 55, "complementary": 40, "split": 30, "triad": 30}
SHADOWS = 36  # that the hues of dark yellows turn further, in degrees
ACCENTS = {"monochrome": (), "analogous": (), "complementary": (180,), "split": (150, 210), "triad": (120, 240)}
COUNT = {"monochrome": 7, "analogous": 7, "complementary": 6, "split": 7, "triad": 7}  # so that a ramp has a middle


class Palette:
    """Colours of a scheme and a seed: a ramp, whose middle has the hue that the others refer to, and its accents."""

    def __init__(self, scheme, seed):
        drawn = draw_palette(np.random.default_rng(seed), COUNT[scheme], scheme)
        self.scheme, self.colours = scheme, [Color("oklab", lab).convert("oklch") for lab in drawn]
        count = len(drawn) - len(ACCENTS[scheme])
        self.ramp, self.accents = self.colours[:count], self.colours[count:]
        self.middle = self.ramp[count // 2]["hue"]


@pytest.fixture(scope="module")
def palettes():
    return [Palette(scheme, seed) for scheme in SCHEMES for seed in SEEDS]


def away(one, other):
    return abs((one - other + 180) % 360 - 180)


def test_colours_are_displayable_and_below_the_edge_of_the_gamut(palettes):
    for colour in (colour for palette in palettes for colour in palette.colours):
        assert colour.in_gamut("srgb", tolerance=1e-9)
        assert colour.clone().set("chroma", lambda c: c * 1.2).in_gamut("srgb", tolerance=0.001)


def test_no_colour_is_neon(palettes):
    for colour in (colour for palette in palettes for colour in palette.colours):
        _, saturation, value = colorsys.rgb_to_hsv(*colour.convert("srgb").coords())
        assert value < 0.5 or saturation < 0.9
        assert colour["chroma"] < 0.2


def test_a_ramp_rises_from_dark_to_light(palettes):
    for palette in palettes:
        lightness = [colour["lightness"] for colour in palette.ramp]
        assert 0.1 < lightness[0] < 0.3
        assert 0.9 < lightness[-1] < 0.98
        assert min(np.diff(lightness)) > 0.06


def test_the_middle_of_a_ramp_is_more_vivid_than_its_ends(palettes):
    for palette in palettes:
        dark, *middle, light = [colour["chroma"] for colour in palette.ramp]
        assert max(dark, light) < 0.06 < max(middle)


def test_colours_are_distinguishable(palettes):
    for palette in palettes:
        lab = np.asarray([colour.convert("oklab").coords() for colour in palette.colours])
        distance = np.linalg.norm(lab[:, None] - lab, axis=2)
        assert (distance + np.eye(len(lab)) > 0.06).all()  # three times what is barely visible


def test_hues_keep_to_the_scheme(palettes):
    for palette in palettes:
        for i, colour in enumerate(palette.ramp[:-1]):  # the lightest colour may be paper
            allowed = HALF_ARC[palette.scheme] + (SHADOWS if i < len(palette.ramp) // 2 else 0)
            assert away(colour["hue"], palette.middle) < allowed
        for colour, turn in zip(palette.accents, ACCENTS[palette.scheme], strict=True):
            assert away(colour["hue"], palette.middle + turn) < 10


def test_shadows_are_cooler_than_lights(palettes):
    for palette in palettes:
        dark, light = palette.ramp[0]["hue"], palette.ramp[-2]["hue"]
        assert away(dark, 290) <= away(palette.middle, 290) + 1e-6
        assert away(light, 80) <= away(palette.middle, 80) + 1e-6


def test_any_draws_every_scheme_and_hues_all_around():
    drawn = [draw_palette(np.random.default_rng(seed), 6) for seed in range(60)]
    hues = np.rad2deg(np.arctan2(*np.stack(drawn)[:, 2, :0:-1].T)) % 360
    assert len(set(np.floor(hues / 40))) == 9
    for scheme in SCHEMES:
        alone = {draw_palette(np.random.default_rng(seed), 6, scheme).tobytes() for seed in range(60)}
        assert sum(colours.tobytes() in alone for colours in drawn) > 0


@pytest.mark.parametrize("count", [2, 3, 4, 5, 24])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_palette_has_as_many_colours_as_asked_for(scheme, count):
    colours = draw_palette(np.random.default_rng(3), count, scheme)
    assert colours.shape == (count, 3)
    assert len(np.unique(colours.round(3), axis=0)) == count
    accents = min(len(ACCENTS[scheme]), (count - 1) // 2)
    assert (np.diff(colours[: count - accents, 0]) > 0).all()


def test_the_colours_follow_the_seed_and_are_stored():
    for mode in (PaletteColor(name="harmony", count=5), Mixture(count=5)):
        one, again, other = (mode.init_params(np.random.default_rng(seed))["colors"].value for seed in (1, 1, 2))
        assert np.array_equal(one, again)
        assert not np.array_equal(one, other)
        assert not mode.param_layout().trainable.any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["color.name=glacier", "color.scheme=triad"], "color.scheme': has no effect with color.name=glacier"),
        (["color.name=glacier", "color.count=4"], "color.count': has no effect without color.image"),
        (["color.colors=navy,wheat", "color.count=4"], "color.count': has no effect without color.image"),
        (["color.colors=navy,wheat", "color.scheme=triad"], "no effect with color.colors=['navy', 'wheat']; omit one"),
        (["color.scheme=tetrad"], "color.scheme: must be 'any', 'monochrome'"),
        (["color.count=1"], "color.count: must be at least 2, got 1"),
    ],
)
def test_settings_of_drawn_palettes_that_do_not_fit_are_refused(arguments, message, capsys, tmp_path):
    options = [word for setting in arguments for word in ("-s", setting)]
    assert run(["paint", "marbling", "--seed", "1", *options, "-o", str(tmp_path / "x.png")]) == 2
    assert message in capsys.readouterr().err
    assert not any(tmp_path.iterdir())
