"""Bleed on a canvas: the blocks inside the edges stay, the others surround them, and positions can be mirrored."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.errors import LimnerError
from limner.imaging.canvas import Canvas, mirrored_at_edges

sides = st.integers(2, 30)


@settings(max_examples=20)
@given(sides, sides, st.data(), st.integers(1, 2000), st.integers(1, 3))
def test_blocks_inside_are_those_without_bleed_and_all_cover_the_whole_once(width, height, data, points, supersample):
    bleed = data.draw(st.integers(1, min(width, height) // 2))
    canvas = Canvas((width, height), None, supersample, bleed=bleed)
    blocks = list(canvas.blocks(points))
    plain = list(Canvas((width, height), None, supersample).blocks(points))
    inside = set(plain)
    assert [block for block in blocks if block in inside] == plain
    seen = np.zeros((height + 2 * bleed, width + 2 * bleed), int)
    for block in blocks:
        assert (block.bottom - block.top) * (block.right - block.left) * supersample**2 <= max(points, supersample**2)
        seen[block.top + bleed : block.bottom + bleed, block.left + bleed : block.right + bleed] += 1
    assert (seen == 1).all()
    assert canvas.output_size == (width + 2 * bleed, height + 2 * bleed)


@settings(max_examples=20)
@given(sides, sides, st.data(), st.integers(1, 500))
def test_blocks_come_in_rows_as_the_renderer_joins_them(width, height, data, points):
    bleed = data.draw(st.integers(1, min(width, height) // 2))
    canvas, row = Canvas((width, height), bleed=bleed), []
    for block in canvas.blocks(points):
        row.append(block)
        assert len({(one.top, one.bottom) for one in row}) == 1
        assert all(a.right == b.left for a, b in pairwise(row))
        if block.right == width + bleed:
            assert row[0].left == -bleed
            row = []
    assert row == []


def test_mirrored_positions_are_those_inside_the_edges():
    canvas = Canvas((6, 4), bleed=2)
    whole = {}
    for block in canvas.blocks(1000):
        at = mirrored_at_edges(canvas.samples_of(block, np, np.float64, None), canvas.size, np)
        places = [(row, column) for row in range(block.top, block.bottom) for column in range(block.left, block.right)]
        whole |= dict(zip(places, at.T.tolist(), strict=True))
    columns = [np.pad(np.arange(6) + 0.5, 2, mode="symmetric")[place + 2] for place in range(-2, 8)]
    rows = [np.pad(np.arange(4) + 0.5, 2, mode="symmetric")[place + 2] for place in range(-2, 6)]
    assert whole == {(r, c): [columns[c + 2], rows[r + 2]] for r in range(-2, 6) for c in range(-2, 8)}


def test_positions_go_on_beyond_the_edges_unless_mirrored():
    canvas = Canvas((6, 4), bleed=2)
    first = next(canvas.blocks(1000))
    at = canvas.samples_of(first, np, np.float64, None)
    assert at[:, 0].tolist() == [-1.5, -1.5]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"bleed": 6}, "must be 0 to 5 pixels, half of the shorter side of the picture, got 6"),
        ({"bleed": -1}, "must be 0 to 5 pixels, .* got -1"),
        ({"bleed": 2, "region": (0, 0, 5, 5)}, "omit `bleed` or `region`"),
        ({"bleed": 1.5}, "`bleed`"),
        ({"size": (2**22, 10), "bleed": 1}, "at most 4194304 pixels a side"),
    ],
)
def test_impossible_bleeds_are_refused(arguments, message):
    with pytest.raises(LimnerError, match=message):
        Canvas(**{"size": (20, 10)} | arguments)
