"""The strip of states: which are shown, and that its pictures are those of the states."""

from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

import limner
from limner.errors import LimnerError
from limner.registry.registry import registry
from limner.training.states import KeptState, Strip, read_states, write_strip
from limner.training.states.strip import GAP, chosen_states

NUMPY = registry().load("backend", "numpy")(threads=1)
TABLE = {
    "seed": 1,
    "encoder": [{"kind": "xy"}, {"kind": "one-hot"}],
    "network": {"kind": "mlp", "width": 4, "depth": 1},
    "loss": {"kind": "mse"},
    "trainer": {"kind": "rprop"},
}
PIXELS = np.random.default_rng(3).integers(0, 255, (6, 8, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fits") / "states"
    limner.fit([PIXELS, PIXELS[::-1]], TABLE, steps=12, set={"states.every": 2}, keep_states=folder)
    return read_states(folder)


def curve(*psnrs):
    return [KeptState(10 * step, psnr, 1.0) for step, psnr in enumerate(psnrs)]


def test_the_progress_is_visible():
    """Of a fit that improves at first only, most states are from its start."""
    assert chosen_states(curve(10, 15, 20, 25, 30, *[30.0] * 40), 6) == [0, 1, 2, 3, 4, 44]
    assert chosen_states(curve(*range(41)), 5) == [0, 10, 20, 30, 40]
    assert chosen_states(curve(*range(41)), 5, "even") == [0, 10, 20, 30, 40]
    assert chosen_states(curve(10, 9, 8, 11, 12), 9) == [0, 1, 2, 3, 4]
    assert chosen_states(curve(10, 20), 1) == [1]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("count", [2, 3, 7])
def test_any_curve_gives_that_many_states_in_order(seed, count):
    rng = np.random.default_rng(seed)
    for psnrs in (rng.normal(size=9), np.zeros(9), np.append(rng.normal(size=8), np.inf)):
        chosen = chosen_states(curve(*psnrs), count)
        assert len(chosen) == count
        assert (chosen[0], chosen[-1]) == (0, 8)
        assert all(a < b for a, b in pairwise(chosen))


def test_the_pictures_of_a_strip_are_those_of_the_states(states, tmp_path):
    write_strip(tmp_path / "s.png", states, NUMPY, Strip(count=3, caption=False), size=(8, 6))
    page = np.asarray(Image.open(tmp_path / "s.png"))
    assert page.shape == (2 * (6 + GAP) + GAP, 4 * (8 + GAP) + GAP, 3)

    def cell(column, row):
        left, top = GAP + column * (8 + GAP), GAP + row * (6 + GAP)
        return page[top : top + 6, left : left + 8]

    chosen = chosen_states(states.states, 3)
    for row, original in enumerate((PIXELS, PIXELS[::-1])):
        assert np.array_equal(cell(0, row), original)
        for column, index in enumerate(chosen, start=1):
            art = states.pictures(states.artwork(index))[row]
            assert np.array_equal(cell(column, row), art.render((8, 6), backend=NUMPY))


def test_captions_and_other_formats(states, tmp_path):
    write_strip(tmp_path / "s.webp", states, NUMPY, size=(160, 120))
    with Image.open(tmp_path / "s.webp") as page:
        assert page.format == "WEBP"
        assert page.height > 2 * (120 + GAP) + GAP
        below = np.asarray(page.convert("L"))[2 * (120 + GAP) + GAP // 2 :]
    for column in range(6):  # text below each picture
        left = GAP + column * (160 + GAP)
        assert np.ptp(below[:, left : left + 160]) > 80


def test_what_a_strip_refuses(states, tmp_path):
    with pytest.raises(LimnerError, match=r"a strip is written as \.png, .*\.webp; choose one of these"):
        write_strip(tmp_path / "s.gif", states, NUMPY)
    with pytest.raises(LimnerError, match="the strip would be too large"):
        write_strip(tmp_path / "s.png", states, NUMPY, size=(8000, 6000))
    (tmp_path / "s.png").touch()
    with pytest.raises(LimnerError, match="exists already"):
        write_strip(tmp_path / "s.png", states, NUMPY)
