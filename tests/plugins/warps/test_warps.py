"""What warps promise of a picture's edges and symmetries."""

import numpy as np
import pytest

import limner


def rendered(warp, size, frame="centred", **settings):
    values = {f"warp.0.{k}": v for k, v in settings.items()} | {"encoder.xy.scale": 1.5}
    swap = {"warp": [warp], "encoder": ["xy", "radius"], "frame": frame}
    return limner.paint("marbling", seed=4, size=size, set=values, swap=swap).render(bits=16).astype(float)


def seam_over_neighbours(picture, axis):
    """The mean step across the seam, as a multiple of the mean step beside it on either side."""
    rows = np.moveaxis(picture, axis, 0)
    beside = (np.abs(rows[0] - rows[1]).mean() + np.abs(rows[-1] - rows[-2]).mean()) / 2
    return np.abs(rows[0] - rows[-1]).mean() / beside


@pytest.mark.parametrize("frame", ["centred", "corner"])
@pytest.mark.parametrize("repeats", [{}, {"columns": 2, "rows": 3}, {"twist": 0.0}, {"twist": 2.0}], ids=str)
@pytest.mark.parametrize("size", [(240, 240), (320, 200)], ids=str)
def test_a_tile_s_opposite_edges_are_neighbours(size, repeats, frame):
    picture = rendered("tile", size, frame, **repeats)
    assert seam_over_neighbours(picture, 0) < 1.5
    assert seam_over_neighbours(picture, 1) < 1.5


def test_the_test_of_seams_can_fail():
    picture = limner.paint("marbling", seed=4, size=(240, 240)).render(bits=16).astype(float)
    assert seam_over_neighbours(picture, 0) > 5
    assert seam_over_neighbours(picture, 1) > 5


def test_tiles_repeat():
    picture = rendered("tile", (240, 240), columns=2, rows=3)
    assert np.abs(picture - np.roll(picture, 120, axis=1)).max() < 200  # of 65535: the last bits of float32
    assert np.abs(picture - np.roll(picture, 80, axis=0)).max() < 200


def test_twist_breaks_the_mirror_in_a_tile():
    plain, twisted = (rendered("tile", (120, 120), twist=t) for t in (0.0, 0.5))

    def asymmetry(picture):  # a sine is even about a quarter of its period: a shift brings that axis to the middle
        rolled = np.roll(picture, 30, axis=1)
        return np.abs(rolled - rolled[:, ::-1]).mean()

    assert asymmetry(plain) < 0.05 * asymmetry(twisted)


@pytest.mark.parametrize(("axes", "flips"), [("x", [1]), ("y", [0]), ("both", [0, 1])])
def test_mirrors_fold(axes, flips):
    picture = rendered("mirror", (90, 60), axes=axes)
    for axis in (0, 1):
        same = np.abs(picture - np.flip(picture, axis)).max() < 200
        assert same == (axis in flips)
