"""Kaleidoscope, polar, swirl, fisheye, affine and noise: what each does to points and to pictures."""

from math import asinh, cos, pi, radians, sin, sinh, tau

import numpy as np
import pytest
from pydantic import ValidationError

import limner
from limner.plugin import Bounds, Context, Params
from limner.registry.registry import registry

CONTEXT = Context(size=(100, 100), bounds=Bounds(-1.0, 1.0, -1.0, 1.0))
POINTS = np.random.default_rng(5).uniform(-1.5, 1.5, (2, 4_000))


def moved(warp, points=POINTS, **settings):
    stage = registry().load("warp", warp)(**settings)
    layout = stage.param_layout()
    params = Params(layout, layout.pack(stage.init_params(np.random.default_rng(7))).astype(points.dtype))
    return stage.forward(params, points, CONTEXT)


def turned(points, angle, centre=(0.0, 0.0)):
    c, s = cos(angle), sin(angle)
    at = np.array(centre)[:, None]
    return np.array([[c, -s], [s, c]]) @ (points - at) + at


def length(points):
    return np.hypot(*points)


def painted(*warps, size=(120, 120), seed=13):
    table = dict(limner.paint("marbling", seed=seed).recipe.table()) | {"warp": list(warps)}
    return limner.paint(table, seed=seed).render(size, bits=16).astype(float)


def same(a, b):
    return np.abs(a - b).max() < 300  # of 65535: the last bits of float32, through nine layers


@pytest.mark.parametrize(
    ("n", "angle", "centre"), [(1, 0.0, (0.0, 0.0)), (6, 90.0, (0.0, 0.0)), (7, -31.0, (0.3, 0.2))]
)
def test_a_kaleidoscope_has_the_symmetry_of_a_polygon(n, angle, centre):
    settings = {"segments": n, "angle": angle, "centre": centre}
    seen = moved("kaleidoscope", **settings)
    assert np.allclose(moved("kaleidoscope", turned(POINTS, tau / n, centre), **settings), seen, atol=1e-9)
    mirror = turned(POINTS, -radians(angle), centre)
    mirror[1] = 2 * centre[1] - mirror[1]
    assert np.allclose(moved("kaleidoscope", turned(mirror, radians(angle), centre), **settings), seen, atol=1e-9)
    assert np.allclose(length(seen - np.array(centre)[:, None]), length(POINTS - np.array(centre)[:, None]))
    y, x = turned(seen, -radians(angle), centre)[::-1] - np.array(centre)[::-1, None]
    assert (np.arctan2(y, x) > -1e-9).all()
    assert (np.arctan2(y, x) < pi / n + 1e-9).all()
    assert np.allclose(moved("kaleidoscope", seen, **settings), seen)  # what lies between the mirrors stays


def test_a_kaleidoscope_tears_nothing_apart():
    step = np.random.default_rng(6).normal(size=POINTS.shape) * 1e-3
    gap = moved("kaleidoscope", POINTS + step, segments=9) - moved("kaleidoscope", segments=9)
    assert (length(gap) <= length(step) * (1 + 1e-9)).all()


def test_a_kaleidoscope_of_one_segment_is_a_mirror():
    assert np.allclose(moved("kaleidoscope", segments=1, angle=0.0), [POINTS[0], np.abs(POINTS[1])])


@pytest.mark.parametrize("seam", ["wave", "mirror"])
@pytest.mark.parametrize("radius", ["log", "linear"])
def test_polar_goes_round_without_a_seam(seam, radius):
    settings = {"seam": seam, "radius": radius, "repeats": 4, "twist": 0.3}
    seen = moved("polar", **settings)
    assert np.allclose(moved("polar", turned(POINTS, tau / 4), **settings), seen, atol=1e-9)
    assert np.abs(seen[0]).max() <= 1
    below = np.stack([np.zeros(50), np.linspace(0.01, 1.5, 50)])  # where the angle is ±π
    for at in (below, turned(below, pi / 2), turned(below, pi), turned(below, -pi / 2)):
        left, right = (moved("polar", at + np.array([[dx], [0.0]]), **settings) for dx in (-1e-9, 1e-9))
        assert np.abs(left - right).max() < 1e-5


def test_polar_s_two_ends_meet_in_a_tile():
    around = {"kind": "polar", "seam": "none", "repeats": 2, "twist": 0.1}
    torn, whole = painted(around), painted(around, {"kind": "tile"})

    def cut(picture):  # the step over the line straight down, beside that over lines to its left and right
        steps = np.abs(np.diff(picture[80:, 50:70], axis=1)).mean(axis=(0, 2))
        return steps[9] / np.delete(steps, 9).max()

    assert cut(torn) > 4
    assert cut(whole) < 1.5


def test_the_logarithm_of_the_radius_keeps_angles():
    at = POINTS[:, length(POINTS) > 0.2]
    step = 1e-6
    settings = {"seam": "none", "eye": 0.0001}
    ways = np.eye(2)[:, :, None]
    dx, dy = ((moved("polar", at + way * step, **settings) - moved("polar", at, **settings)) / step for way in ways)
    whole = length(dx) < 100  # not over the cut
    assert np.allclose(length(dx)[whole], length(dy)[whole], rtol=1e-3)
    assert np.allclose((dx * dy).sum(axis=0)[whole], 0, atol=1e-3 * length(dx)[whole].max() ** 2)


@pytest.mark.parametrize("falloff", ["gaussian", "exponential", "lorentzian", "compact"])
def test_a_swirl_turns_circles_and_can_be_undone(falloff):
    centre = (0.25, -0.5)
    settings = {"falloff": falloff, "centre": centre, "radius": 0.8}
    seen = moved("swirl", strength=1.25, **settings)
    at = np.array(centre)[:, None]
    assert np.allclose(length(seen - at), length(POINTS - at))
    assert np.allclose(moved("swirl", seen, strength=-1.25, **settings), POINTS)
    near = at + np.array([[1e-6], [0.0]])
    assert np.allclose(moved("swirl", near, strength=0.25, **settings), at + np.array([[0.0], [-1e-6]]), atol=1e-11)
    share = {"gaussian": np.exp(-1), "exponential": np.exp(-1), "lorentzian": 0.5, "compact": 0.0}[falloff]
    rim = at + np.array([[0.8], [0.0]])
    assert np.allclose(moved("swirl", rim, strength=1.0, **settings), turned(rim, -tau * share, centre))


def test_a_compact_swirl_leaves_the_rest_alone():
    far = POINTS[:, length(POINTS) >= 0.5]
    assert np.array_equal(moved("swirl", far, falloff="compact", radius=0.5), far)


@pytest.mark.parametrize("strength", [0.01, 1.0, 4.0, 10.0])
def test_barrel_and_pincushion_are_each_other_s_inverse(strength):
    settings = {"radius": 0.75, "centre": (0.2, 0.1)}
    barrel, pincushion = (moved("fisheye", strength=s, **settings) for s in (strength, -strength))
    assert np.allclose(moved("fisheye", barrel, strength=-strength, **settings), POINTS)
    assert np.allclose(moved("fisheye", pincushion, strength=strength, **settings), POINTS)


def test_a_fisheye_magnifies_the_middle_and_holds_its_circle():
    q = np.linspace(1e-3, 1.7, 60)
    ray = np.stack([0.6 * q, 0.8 * q])
    assert np.allclose(length(moved("fisheye", ray, strength=3.0)), np.sinh(3 * q) / sinh(3))
    assert np.allclose(length(moved("fisheye", ray, strength=-3.0)), np.arcsinh(q * sinh(3)) / 3)
    assert np.allclose(moved("fisheye", ray, strength=3.0)[0] / 0.6, moved("fisheye", ray, strength=3.0)[1] / 0.8)
    rim = np.array([[0.6], [0.8]])
    assert np.allclose(moved("fisheye", rim, strength=3.0), rim)
    assert np.allclose(moved("fisheye", rim, strength=-3.0), rim)
    middle = np.array([[1e-7], [0.0]])
    assert np.allclose(moved("fisheye", middle, strength=2.0), middle * 2 / sinh(2))
    assert asinh(sinh(2)) == pytest.approx(2)
    assert np.array_equal(moved("fisheye", strength=0.0), POINTS)


def test_a_fisheye_does_not_end():
    far = np.array([[1e4, -1e6], [1.0, 1e6]], dtype=np.float32)
    for strength in (-10.0, 10.0):
        assert np.isfinite(moved("fisheye", far, strength=strength, radius=0.01)).all()


def test_affine_moves_the_picture():
    plain = painted()
    assert same(painted({"kind": "affine", "rotation": 90.0}), np.rot90(plain, -1))  # clockwise
    assert same(painted({"kind": "affine", "shift": [0.5, -0.25]})[:-15, 30:], plain[15:, :-30])
    larger = painted({"kind": "affine", "scale": 2.0}, size=(240, 240))
    assert same(larger, painted(size=(480, 480))[120:-120, 120:-120])
    corner = painted({"kind": "affine", "scale": 2.0, "centre": [-1.0, -1.0]}, size=(240, 240))
    assert same(corner, painted(size=(480, 480))[:240, :240])


def test_affine_is_scaling_shear_rotation_and_shift_in_this_order():
    scale, k, phi, shift, centre = (1.5, 0.5), 0.7, radians(25.0), np.array([0.3, -0.6]), np.array([0.2, 0.1])
    rotation = np.array([[cos(phi), -sin(phi)], [sin(phi), cos(phi)]])
    matrix = rotation @ np.array([[1.0, k], [0.0, 1.0]]) @ np.diag(scale)
    there = matrix @ (POINTS - centre[:, None]) + (centre + shift)[:, None]
    back = moved("affine", there, scale=scale, shear=k, rotation=25.0, shift=tuple(shift), centre=tuple(centre))
    assert np.allclose(back, POINTS)


@pytest.mark.parametrize("noise", ["value", "gradient", "cells", "edges"])
def test_noise_moves_points_no_farther_than_it_says(noise):
    step = moved("noise", noise=noise, amplitude=0.3, octaves=4, frequency=9.0) - POINTS
    assert 0.15 < np.abs(step).max() <= 0.3
    assert abs(np.corrcoef(step)[0, 1]) < 0.2  # x and y go their own ways
    assert np.allclose(moved("noise", noise=noise, amplitude=0.0), POINTS)


def test_noise_is_the_seed_s():
    noise = {"kind": "noise"}
    assert same(painted(noise), painted(noise))
    twice = limner.paint({**limner.paint("marbling", seed=1).recipe.table(), "warp": [noise, noise]}, seed=1)
    params = Params(twice.model.layout, twice.theta)
    first, second = (params[f"warp.{i}.lattice"] for i in range(2))
    assert not np.allclose(first, second)
    assert not twice.model.layout.trainable[: first.size + second.size].any()


def test_too_many_octaves_are_refused():
    with pytest.raises(limner.LimnerError, match=r"warp.*octaves: must be at most 8, got 9"):
        limner.paint("marbling", set={"warp.0.octaves": 9}, swap={"warp": ["noise"]})
    with pytest.raises(ValidationError):
        registry().load("warp", "noise")(octaves=0)
