"""CSS colours as text: the values of the specification, its gamut mapping, and what is no colour."""

import random
import re
import sys

import numpy as np
import pytest
from PIL import ImageColor

from limner.imaging.colors.css import parse_color

GREEN = (0, 128, 0)
# From the tests of CSS Color Module Level 4 (web-platform-tests, css/css-color) and the examples of its text.
SPECIFIED = {
    "green": GREEN,
    "GREEN": GREEN,
    "#080": (0, 136, 0),
    "#008000ff": GREEN,
    "#080f": (0, 136, 0),
    "rgb(0 128 0)": GREEN,
    "rgb(0, 128, 0)": GREEN,
    "rgb(0% 50.2% 0%)": GREEN,
    "rgb(0 128 0 / 100%)": GREEN,
    "rgba(0, 128, 0, 1)": GREEN,
    "hsl(120 100% 25%)": GREEN,
    "hsl(120, 100%, 25%)": GREEN,
    "hsl(120deg 100% 25.1% / 1)": GREEN,
    "hsl(0.3333turn 100% 25.1%)": GREEN,
    "hwb(120 0% 49.8%)": GREEN,
    "hwb(90 10% 10%)": (128, 230, 26),
    "lab(46.2775% -47.5621 48.5837)": GREEN,
    "lch(46.2775% 67.9892 134.3912)": GREEN,
    "oklab(51.975% -0.1403 0.10768)": GREEN,
    "oklch(51.975% 0.17686 142.495)": GREEN,
    "oklch(0.51975 0.17686 142.495deg)": GREEN,
    "oklch(40.101% 0.12332 21.555)": (125, 35, 41),
    "lab(29.2345% 39.3825 20.0664)": (125, 35, 41),
    "oklch(100% none none)": (255, 255, 255),
    "rebeccapurple": (102, 51, 153),
    "  navy ": (0, 0, 128),
}


@pytest.mark.parametrize("text", SPECIFIED)
def test_values_are_those_of_the_specification(text):
    np.testing.assert_allclose(np.multiply(parse_color(text), 255), SPECIFIED[text], atol=0.51)


@pytest.mark.parametrize(
    "text", ["navy", "#ff8800", "#f80", "rgb(255, 136, 0)", "rgb(10%, 20%, 30%)", "hsl(210,50%,40%)"]
)
def test_colours_that_pillow_reads_keep_their_bits(text):
    assert parse_color(text) == tuple(level / 255 for level in ImageColor.getrgb(text))


@pytest.mark.parametrize(
    "text", ["oklch(70% 0.4 150)", "color(display-p3 0 1 0)", "lab(50% 120 -120)", "lch(80% 150 30)"]
)
def test_colours_outside_srgb_keep_lightness_and_hue(text):
    from coloraide import Color

    wanted, got = (Color(one).convert("oklch") for one in (text, Color("srgb", parse_color(text))))
    assert Color("srgb", parse_color(text)).in_gamut()
    assert got["lightness"] == pytest.approx(wanted["lightness"], abs=0.03)  # CSS allows a difference of 0.02 in OKLab
    assert abs((got["hue"] - wanted["hue"] + 180) % 360 - 180) < 12
    assert got["chroma"] < wanted["chroma"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("nvay", "'nvay' is not a colour; did you mean 'navy'?"),
        ("Navey", "'Navey' is not a colour; did you mean 'navy'?"),
        ("xyzzy", "'xyzzy' is not a colour; use a CSS colour such as navy,"),
        ("", "'' is not a colour; use"),
        ("#12", "'#12' is not a colour"),
        ("rgb(1, 2)", "'rgb(1, 2)' is not a colour"),
        ("oklch(70% 0.1)", "is not a colour"),
        ("oklch(1e400 0 0)", "is not a colour"),
        ("currentcolor", "is not a colour"),
        ("x" * 200, "x...' is not a colour"),
        ("transparent", "'transparent' is partly or fully transparent; use an opaque colour"),
        ("#ff880080", "transparent"),
        ("rgb(255 136 0 / 50%)", "transparent"),
        ("rgba(255, 136, 0, 0.5)", "transparent"),
        ("rgb(300, 0, 0)", "component out of range; levels end at 255"),
        ("rgb(300 0 0)", "out of range"),
        ("hsl(0 100% 150%)", "out of range"),
        ("hsl(0, 200%, 10%)", "out of range"),
    ],
)
def test_other_texts_are_refused(text, problem):
    with pytest.raises(ValueError, match=re.escape(problem)) as caught:
        parse_color(text)
    assert len(str(caught.value)) < 160
    assert "\n" not in str(caught.value)


def test_any_text_is_a_colour_within_srgb_or_an_error():
    rng = random.Random(21)
    parts = re.findall(r"[^ ]+|\n", "oklch( lab( rgb( hsl( color( calc( # % deg none , / ) 1e9 -1 0.4 12 é nan srgb \n")
    colours = 0
    for _ in range(500):
        number = [f"{rng.choice(['', '-'])}{rng.choice([rng.random(), rng.randint(0, 400)])}" for _ in range(3)]
        well_formed = f"{rng.choice(['oklch', 'oklab', 'lab', 'lch', 'rgb', 'hwb'])}({' '.join(number)})"
        text = rng.choice([well_formed, "".join(rng.choices(parts, k=rng.randint(1, 8)))])
        try:
            rgb = parse_color(text)
        except ValueError as error:
            assert str(error)
        else:
            colours += 1
            assert len(rgb) == 3
            assert all(0.0 <= value <= 1.0 for value in rgb)
    assert colours > 50


def test_plain_colours_do_not_import_coloraide(monkeypatch):
    monkeypatch.setitem(sys.modules, "coloraide", None)
    parse_color.cache_clear()
    assert [parse_color(text)[2] for text in ("navy", "#fff", "rgb(1, 2, 255)")] == [128 / 255, 1.0, 1.0]
    with pytest.raises(ImportError):
        parse_color("oklch(70% 0.1 20)")
