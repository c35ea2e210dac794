"""Canvas, blocks and sizes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.errors import LimnerError
from limner.imaging.canvas import Canvas
from limner.utils.size_parser import parse_region, parse_size

sides = st.integers(1, 300)


@given(sides, sides, st.data(), st.integers(1, 5000), st.integers(1, 4))
def test_blocks_cover_the_region_once_in_reading_order(width, height, data, points, supersample):
    left, top = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    region = (left, top, data.draw(st.integers(1, width - left)), data.draw(st.integers(1, height - top)))
    canvas = Canvas((width, height), region, supersample)
    seen = np.zeros((height, width), int)
    last = (-1, -1)
    for block in canvas.blocks(points):
        assert (block.top, block.left) > last
        last = (block.top, block.left)
        area = (block.bottom - block.top) * (block.right - block.left)
        assert area * supersample**2 <= max(points, supersample**2)
        seen[block.top : block.bottom, block.left : block.right] += 1
    inside = np.zeros_like(seen)
    inside[top : top + region[3], left : left + region[2]] = 1
    np.testing.assert_array_equal(seen, inside)


def test_samples_lie_in_the_centres():
    canvas = Canvas((3, 2))
    (block,) = canvas.blocks(100)
    at = canvas.samples_of(block, np, np.float64, None)
    np.testing.assert_array_equal(at, [[0.5, 1.5, 2.5] * 2, [0.5] * 3 + [1.5] * 3])


def test_supersamples_divide_the_pixel_evenly():
    canvas = Canvas((1, 1), supersample=2)
    (block,) = canvas.blocks(100)
    at = canvas.samples_of(block, np, np.float64, None)
    np.testing.assert_array_equal(at, [[0.25, 0.75, 0.25, 0.75], [0.25, 0.25, 0.75, 0.75]])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((0, 5),), "got 0x5"),
        (((5, 2**23),), "each side must be"),
        (((10, 10), (5, 5, 6, 5)), "must lie inside"),
        (((10, 10), (-1, 0, 5, 5)), "must lie inside"),
        (((10, 10), (0, 0, 0, 5)), "must lie inside"),
        (((10, 10), (0, 0, 5, 5), 17), "`supersample`: must be 1 to 16, got 17"),
    ],
)
def test_impossible_canvases_are_refused(arguments, message):
    with pytest.raises(LimnerError, match=message):
        Canvas(*arguments)


@pytest.mark.parametrize(
    ("text", "size", "dpi"),
    [
        ("1024x768", (1024, 768), 0),
        ("1024x768@150dpi", (1024, 768), 150),
        ("A3@300dpi", (3508, 4961), 300),  # 297 x 420 mm
        ("a4-landscape@300", (3508, 2480), 300),
        ("letter@100dpi", (850, 1100), 100),
        ("30x40cm@254dpi", (3000, 4000), 254),
        ("2x1in@72dpi", (144, 72), 72),
        ("25.4x50.8mm@100dpi", (100, 200), 100),
    ],
)
def test_sizes_as_people_write_them(text, size, dpi):
    assert parse_size(text) == (size, dpi)


@pytest.mark.parametrize(
    "text",
    ["", "x", "0x5", "5x0", "-1x5", "10", "10x10x10", "A3", "A99@300dpi", "A3@0dpi", "A3@1e9dpi", "1.5x2", "nanxnan",
     "A3@", "10x10px", "A3-sideways@300dpi", "30x40cm", "1x1mm@1dpi", "9" * 400 + "x5@" + "9" * 400],
)  # fmt: skip
def test_what_is_no_size_is_refused_in_one_line(text):
    with pytest.raises(LimnerError) as caught:
        parse_size(text)
    assert "size" in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.text(max_size=30))
def test_no_text_breaks_the_parsers(text):
    for parser in (parse_size, parse_region):
        try:
            parser(text)
        except LimnerError as error:
            assert str(error)


def test_regions():
    assert parse_region("1, 2,3,4") == (1, 2, 3, 4)
    for text in ("1,2,3", "1,2,0,4", "a,b,c,d", "1,2,3,-4"):
        with pytest.raises(LimnerError, match="region"):
            parse_region(text)
