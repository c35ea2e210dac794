"""SVG as text: widths, cut text, escapes and themes."""

import re
from xml.etree import ElementTree

import pytest
from PIL import ImageFont

from limner.errors import LimnerError
from limner.figures.diagrams.svg.group import Group, number
from limner.figures.diagrams.svg.text import shorten, text_width
from limner.figures.diagrams.svg.theme import COLORS, MAPS, check_theme, style_sheet
from limner.figures.text import label_font


@pytest.mark.parametrize("text", ["leaky-relu", "12,100", "centred frame", "the 160 strongest", "WWWmmm", "ijl."])
def test_the_estimate_of_a_width_is_close_to_that_of_a_font(text):
    font = label_font(100)
    assert isinstance(font, ImageFont.FreeTypeFont)
    assert 0.8 <= text_width(text, 100) / font.getlength(text) <= 1.5


def test_text_is_cut_to_fit():
    assert shorten("one two", 1000, 10) == "one two"
    assert shorten(" a\nb\t c ", 1000, 10) == "a b c"
    cut = shorten("a long label that does not fit", 60, 10)
    assert cut.endswith("…")
    assert text_width(cut, 10) <= 60
    assert shorten("abc", 0, 10) == "…"


@pytest.mark.parametrize(("value", "text"), [(0.0, "0"), (-0.04, "0"), (1.0, "1"), (2.25, "2.2"), (-3.5, "-3.5")])
def test_numbers_are_short(value, text):
    assert number(value) == text


def test_a_group_covers_what_it_contains():
    inner, outer = Group(), Group()
    inner.rect(-5, -2, 10, 4, "chip")
    inner.circle(3, 0, 6, "unit")
    outer.place(inner, 100, 50)
    assert (inner.left, inner.right, inner.top, inner.bottom) == (-5, 9, -6, 6)
    assert (outer.right, outer.bottom) == (109, 56)


def test_text_is_escaped():
    group = Group()
    group.text(0, 0, '<a b="c">&\'\x00\ud800', "ink", 10)
    (element,) = ElementTree.fromstring(f"<g>{group.elements[0]}</g>")
    assert element.text == '<a b="c">&\'\ufffd\ufffd'


def test_only_the_automatic_theme_asks_the_reader():
    assert "prefers-color-scheme" in style_sheet("auto")
    for theme, index in (("light", 0), ("dark", 1)):
        text = style_sheet(theme)
        assert "prefers-color-scheme" not in text
        assert COLORS["paper"][index] in text
        assert COLORS["paper"][1 - index] not in text


def luminance(color):
    levels = [level / 255 for level in bytes.fromhex(color[1:])]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in levels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("index", [0, 1])
@pytest.mark.parametrize(
    ("name", "least"), [("ink", 7), ("soft", 4.5), ("line", 3), ("plus", 3), ("minus", 3), ("skip", 3)]
)
def test_text_and_lines_stand_out_from_the_paper(name, least, index):
    for paper in ("paper", "chip"):
        high, low = sorted((luminance(COLORS[name][index]), luminance(COLORS[paper][index])), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= least


def test_all_colours_are_written_as_css_writes_them():
    colours = [c for pair in COLORS.values() for c in pair] + [
        c for pair in MAPS.values() for sides in pair for c in sides
    ]
    assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in colours)


def test_an_unknown_theme_is_refused():
    with pytest.raises(LimnerError, match="`theme`: unknown theme 'lihgt'; did you mean 'light'"):
        check_theme("lihgt")
