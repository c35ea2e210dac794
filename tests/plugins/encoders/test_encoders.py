"""What encoders compute of a point, against independent oracles."""

import math

import numpy as np
import pytest
from scipy.spatial import cKDTree
from skimage.measure import points_in_poly

from limner.arrays.parameters import Params
from limner.composition.parser import parse
from limner.errors import RecipeError
from limner.registry.registry import registry
from limner.stages.context import Context, Samples

GRID = np.stack([axis.ravel() for axis in np.meshgrid(*[np.linspace(-1.3, 1.3, 53)] * 2)])


def made(name, **settings):
    return registry().load("encoder", name)(**settings)


def told(encoder, xy=GRID):
    """The features at points, in float64."""
    layout = encoder.param_layout()
    params = Params(layout, layout.pack(encoder.init_params(np.random.default_rng(3))).astype(np.float64))
    return encoder.forward(params, Samples(xy=np.asarray(xy, dtype=np.float64)), Context((100, 100)))


def entries(encoder):
    """What the encoder owns in θ, by name."""
    layout = encoder.param_layout()
    return Params(layout, layout.pack(encoder.init_params(np.random.default_rng(3))))


def test_angle_has_no_seam_where_the_angle_starts_again():
    above, below = (told(made("angle", times=5), [[-0.7], [sign * 1e-9]]) for sign in (1, -1))
    assert np.allclose(above, below, atol=1e-7)


def test_angle_is_the_same_in_every_sector_and_calm_in_the_centre():
    turned = 2 * math.pi / 6
    c, s = math.cos(turned), math.sin(turned)
    encoder = made("angle", times=6, rotation=17.0)
    assert np.allclose(told(encoder), told(encoder, np.array([[c, -s], [s, c]]) @ GRID), atol=1e-9)
    assert np.abs(told(encoder, [[1e-6, 0.0], [0.0, 0.0]])).max() < 1e-5
    assert np.allclose(np.hypot(*told(made("angle", softness=0.0, scale=2.0), [[0.3], [-0.9]])), 2.0)


def test_triangle_is_the_arc_sine_of_a_sine():
    wanted = 2 / math.pi * np.arcsin(np.sin(2 * math.pi * (GRID / 0.7 + 0.1)))
    assert np.allclose(told(made("triangle", period=0.7, phase=0.1)), wanted, atol=1e-9)
    assert np.allclose(told(made("triangle", period=0.7, phase=0.1, axes="y")), wanted[1:], atol=1e-9)


def test_parabola_is_zero_on_a_parabola():
    t = np.linspace(-1, 1, 9)
    upright = told(made("parabola", axes="y", curvature=2.0, vertex=(0.1, -0.2)), [0.1 + t, 2 * t * t - 0.2])
    lying = told(made("parabola", axes="x", curvature=2.0), [2 * t * t, t])
    turned = told(made("parabola", axes="y", curvature=2.0, rotation=-90.0), [2 * t * t, -t])
    assert np.allclose([upright, lying, turned], 0)
    assert told(made("parabola", axes="y"), [[0.0], [0.5]])[0, 0] == 0.5


def test_sqrt_squares_back():
    roots = told(made("sqrt", scale=1.0))
    assert np.allclose(np.sign(roots) * roots**2, GRID)
    assert np.allclose(told(made("sqrt", scale=1.0, signed=False)), np.abs(roots))


def test_fourier_against_its_formula():
    encoder = made("fourier", count=3, sigma=2.0, scale=0.5)
    b, features = entries(encoder)["B"].astype(np.float64), told(encoder)
    for j, (x, y) in enumerate(GRID.T[::97]):
        for i in range(3):
            phase = 2 * math.pi * (b[i, 0] * x + b[i, 1] * y)
            assert features[i, 97 * j] == pytest.approx(0.5 * math.cos(phase))
            assert features[3 + i, 97 * j] == pytest.approx(0.5 * math.sin(phase))


def test_fourier_frequencies_are_normal():
    b = entries(made("fourier", count=2048, sigma=3.0))["B"]
    assert b.std() == pytest.approx(3.0, rel=0.05)
    assert abs(b.mean()) < 0.2


def test_waves_are_spread_evenly():
    k = entries(made("waves", count=4, lowest=1.0, highest=4.0))["k"]
    assert np.allclose(np.hypot(*k.T), [1, 2, 3, 4])
    assert np.allclose(np.degrees(np.arctan2(k[:, 1], k[:, 0])), [0, 45, 90, 135], atol=1e-4)


def test_summed_waves_have_a_quasicrystal_s_symmetry():
    encoder = made("waves", count=5, lowest=2.0, highest=2.0, phases="quarter", summed=True)
    c, s = math.cos(math.pi / 5), math.sin(math.pi / 5)
    assert np.allclose(told(encoder), told(encoder, np.array([[c, -s], [s, c]]) @ GRID), atol=1e-5)
    assert 0.8 < told(encoder, 40 * GRID).std() < 1.2


def test_waves_refuse_bounds_out_of_order():
    with pytest.raises(RecipeError, match=r"highest must be at least lowest = 0\.9"):
        parse({"encoder": [{"kind": "waves", "lowest": 0.9, "highest": 0.5}]}, registry())


@pytest.mark.parametrize("kind", ["value", "gradient", "cells", "edges"])
def test_noise_stays_within_its_scale_and_is_continuous(kind):
    encoder = made("noise", noise=kind, scale=1.0, octaves=2)
    line = np.stack([np.linspace(-3, 3, 20_001), np.full(20_001, 0.37)])
    features = told(encoder, line)
    assert np.abs(features).max() <= 1.0
    assert np.abs(np.diff(features)).max() < 0.01
    assert 0.1 < features.std() < 0.8
    assert not np.allclose(features[0], features[1])


def test_noise_refuses_a_ninth_octave():
    with pytest.raises(RecipeError, match=r"encoder.0.octaves: must be at most 8, got 9"):
        parse({"encoder": [{"kind": "noise", "octaves": 9}]}, registry())


def test_time_can_start_at_the_origin():
    """The circle is that of the default, moved by its first point."""

    def at(t, start):
        context = Context((9, 9), time=t)
        return made("time", radius=2.0, phase=0.2, start=start).forward(None, Samples(xy=GRID), context)

    np.testing.assert_array_equal(at(0.0, "origin"), 0.0)
    np.testing.assert_allclose(at(0.3, "origin"), at(0.3, "circle") - at(0.0, "circle"), atol=1e-6)


def test_time_closes_the_loop():
    def at(t):
        return made("time", turns=3, radius=2.0).forward(None, Samples(xy=GRID), Context((9, 9), time=t))

    assert np.array_equal(at(0.0), at(1.0))
    assert np.allclose(at(0.25)[:, 5], [0.0, -2.0])
    assert np.allclose(np.hypot(*at(0.4)), 2.0)
    before, after = at(1.0 - 1e-4), at(1e-4)
    assert np.abs(before - after).max() < 0.01


def _dense(corners, count=4000):
    """Points along the closed polygon."""
    corners = np.asarray(corners, dtype=float)
    ends = np.roll(corners, -1, axis=0)
    share = np.linspace(0, 1, count // len(corners), endpoint=False)[:, None]
    return np.concatenate([a + share * (b - a) for a, b in zip(corners, ends, strict=True)])


def _arc(x, y, r, start, stop, count=1000):
    t = np.radians(np.linspace(start, stop, count))
    return np.stack([x + r * np.cos(t), y + r * np.sin(t)], axis=1)


def _tips(n, outer, inner):
    """Tips and notches of a star, one upwards (y downwards)."""
    t = np.arange(2 * n) * math.pi / n
    r = np.where(np.arange(2 * n) % 2 == 0, outer, inner)
    return np.stack([r * np.sin(t), -r * np.cos(t)], axis=1)


def _heart():
    lobe = _arc(0.25, 0.75, math.sqrt(2) / 4, -45, 135)
    right = np.concatenate([_dense([[0, 0], [0.5, 0.5]], 2000)[:1000], lobe])
    middle = (0.75 + math.sqrt(2) / 4) / 2
    whole = np.concatenate([right, right[::-1] * [-1, 1]]) - [0, middle]
    return whole * [1, -1] * (0.6 / 0.55)


OUTLINES = {
    "circle": ({}, [_arc(0, 0, 0.6, 0, 360, 4000)]),
    "ring": ({"thickness": 0.25}, [_arc(0, 0, 0.6, 0, 360, 4000), _arc(0, 0, 0.45, 0, 360, 4000)]),
    "box": ({"aspect": 1.5}, [_dense([(-0.9, -0.6), (0.9, -0.6), (0.9, 0.6), (-0.9, 0.6)])]),
    "rounded-box": (
        {"thickness": 0.5},
        [np.concatenate([_arc(0.3 * x, 0.3 * y, 0.3, a, a + 90) for x, y, a in
                         ((1, 1, 0), (-1, 1, 90), (-1, -1, 180), (1, -1, 270))])],
    ),
    "polygon": ({"sides": 5}, [_dense(_tips(5, 0.6, 0.6 * math.cos(math.pi / 5)))]),
    "star": ({"sides": 7, "inner": 0.4}, [_dense(_tips(7, 0.6, 0.24), 8400)]),
    "line": (
        {"thickness": 0.2},
        [np.concatenate([_arc(0.54, 0, 0.06, -90, 90), _arc(-0.54, 0, 0.06, 90, 270)])],
    ),
    "cross": (
        {"thickness": 0.5},
        [_dense([(0.6, 0.15), (0.15, 0.15), (0.15, 0.6), (-0.15, 0.6), (-0.15, 0.15), (-0.6, 0.15), (-0.6, -0.15),
                 (-0.15, -0.15), (-0.15, -0.6), (0.15, -0.6), (0.15, -0.15), (0.6, -0.15)], 6000)],
    ),
    "heart": ({}, [_heart()]),
}  # fmt: skip


@pytest.mark.parametrize("shape", OUTLINES)
def test_distance_against_a_densely_sampled_outline(shape):
    settings, outlines = OUTLINES[shape]
    far = cKDTree(np.concatenate([_filled(o) for o in outlines])).query(GRID.T)[0]
    inside = np.logical_xor.reduce([points_in_poly(GRID.T, o) for o in outlines])
    got = told(made("distance", shape=shape, size=0.6, reach=1.0, **settings))[0]
    assert np.abs(got - np.where(inside, -far, far)).max() < 2e-3
    assert (got < 0).any()


def _filled(outline, step=1e-3):
    """The closed outline with points wherever two neighbours lie far apart."""
    parts = []
    for a, b in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        count = max(1, math.ceil(math.dist(a, b) / step))
        parts.append(a + np.linspace(0, 1, count, endpoint=False)[:, None] * (b - a))
    return np.concatenate(parts)


def test_distance_turns_clockwise_and_moves():
    star = {"shape": "star", "sides": 3, "reach": 1.0}
    turned = told(made("distance", rotation=90.0, centre=(0.2, -0.1), **star), [[0.8], [-0.1]])
    assert turned[0, 0] == pytest.approx(told(made("distance", **star), [[0.0], [-0.6]])[0, 0], abs=1e-9)
    soft, hard = (told(made("distance", soft=s)) for s in (True, False))
    assert np.allclose(soft, np.tanh(hard))


@pytest.mark.parametrize("name", ["image", "text", "noise", "waves", "fourier"])
def test_drawn_parameters_are_not_trainable(name):
    layout = made(name).param_layout()
    assert layout.size
    assert not layout.trainable.any()
