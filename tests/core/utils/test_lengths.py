"""Lengths and paper as people write them, and the default resolution of sizes on paper."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.errors import LimnerError
from limner.utils.size_parser import parse_length, parse_paper, parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [("A3", (3508, 4961)), ("a4-landscape", (3508, 2480)), ("30x40cm", (3543, 4724)), ("2x1in", (600, 300))],
)
def test_a_size_on_paper_has_the_default_resolution(text, size):
    assert parse_size(text, 300.0) == (size, 300.0)
    with pytest.raises(LimnerError, match=f"write {text}@300dpi"):
        parse_size(text)


@pytest.mark.parametrize(("text", "dpi"), [("640x480", 0.0), ("A3@150dpi", 150.0), ("640x480@72", 72.0)])
def test_pixels_and_given_resolutions_ignore_the_default(text, dpi):
    assert parse_size(text, 300.0)[1] == dpi


@pytest.mark.parametrize(
    ("text", "pixels"), [("3mm", 35), ("0.3cm", 35), ("0.125in", 38), ("35px", 35), (" 3MM ", 35), ("0mm", 0)]
)
def test_lengths_become_pixels(text, pixels):
    assert parse_length(text, "--bleed").pixels(300.0) == pixels


@pytest.mark.parametrize(
    "text", ["", "3", "-3mm", "3 mm x", "1.5px", "nanmm", "infcm", "3pt", "9" * 50 + "mm", "1e9mm"]
)
def test_what_is_no_length_is_refused(text):
    with pytest.raises(LimnerError, match=r"--bleed .*: write it as 3mm, 0\.3cm"):
        parse_length(text, "--bleed")


def test_a_length_on_paper_has_no_pixels():
    with pytest.raises(LimnerError, match="write it as 10mm"):
        parse_length("3px", "overlap", pixels=False)


@pytest.mark.parametrize(
    ("text", "mm"),
    [("A4", (210, 297)), ("a4-landscape", (297, 210)), ("50x70cm", (500, 700)), ("8.5x11in", (215.9, 279.4))],
)
def test_paper(text, mm):
    assert parse_paper(text) == pytest.approx(mm)


@pytest.mark.parametrize("text", ["", "A44", "100x200", "0x5cm", "A4-sideways", "A4@300dpi"])
def test_what_is_no_paper_is_refused(text):
    with pytest.raises(LimnerError, match="paper"):
        parse_paper(text)


@settings(max_examples=30)
@given(st.text(max_size=30))
def test_no_text_breaks_the_parsers(text):
    for parse in (parse_paper, lambda one: parse_length(one, "length"), lambda one: parse_size(one, 300.0)):
        try:
            parse(text)
        except LimnerError as error:
            assert "\n" not in str(error).replace(text, "")
