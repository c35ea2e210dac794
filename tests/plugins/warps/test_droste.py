"""The warp ``droste``: a zoom by its ratio ends where it began, and no picture has a seam."""

from __future__ import annotations

import cmath
from math import log, pi

import numpy as np
import pytest

import limner
from limner.stages.context import Context
from limner_plugins.warps.droste import Droste

CTX = Context((8, 8))
SETTINGS = [{}, {"twist": 2, "ratio": 5.0}, {"twist": -1, "softness": 0.0}, {"softness": 1.0, "centre": (0.3, -0.2)}]


def moved(warp, points):
    return warp.forward(None, np.asarray(points, dtype=np.float64), CTX)


def reflected(z, warp):
    """Return the point by reflections one after the other: an oracle without waves, for softness 0 and no twist."""
    outer, inner = warp.radius, warp.radius / warp.ratio**0.5
    while not inner <= abs(z) <= outer:
        mirror = outer if abs(z) > outer else inner
        z = mirror**2 / z.conjugate()
    return z


@pytest.mark.parametrize("ratio", [2.0, 16.0, 300.0])
def test_without_softness_it_reflects_in_two_circles(ratio):
    warp = Droste(ratio=ratio, softness=0.0, radius=0.9)
    points = np.random.default_rng(1).normal(size=(2, 50)) * np.geomspace(1e-3, 1e3, 50)
    expected = np.array([reflected(complex(x, y), warp) for x, y in points.T])
    result = moved(warp, points)
    np.testing.assert_allclose(result[0] + 1j * result[1], expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_the_formula(settings):
    """The formula of the docstring, point by point in complex numbers."""
    warp = Droste(**settings)
    points = np.random.default_rng(2).normal(size=(2, 40))
    k, centre = max(1 - warp.softness, 1e-9), complex(*warp.centre)
    for (x, y), (u, v) in zip(points.T, moved(warp, points).T, strict=True):
        w = cmath.log((complex(x, y) - centre) / warp.radius)
        a = w.real / log(warp.ratio) + 0.25 + warp.twist * w.imag / (2 * pi)
        wave = np.arcsin(k * np.sin(2 * pi * a)) / np.arcsin(k)
        expected = centre + warp.radius * cmath.exp(log(warp.ratio) / 4 * (wave - 1) + 1j * w.imag)
        assert complex(u, v) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_it_is_the_same_at_every_scale(settings):
    warp = Droste(**settings)
    centre = np.array(warp.centre)[:, None]
    points = np.random.default_rng(3).normal(size=(2, 50))
    for power in (-3, 1, 5):
        np.testing.assert_allclose(moved(warp, centre + warp.ratio**power * points), moved(warp, centre + points))


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_neighbours_stay_neighbours(settings):
    """Across the turns of the wave, and across the negative x axis, where the angle jumps by a turn."""
    warp = Droste(**settings)
    centre = np.array(warp.centre)[:, None]
    r = np.geomspace(0.01, 100, 20_001)
    for angle in (0.3, 2.0, pi):
        along = moved(warp, centre + r * np.array([[np.cos(angle)], [np.sin(angle)]]))
        assert np.abs(np.diff(along, axis=1)).max() < 0.01
    above, below = (moved(warp, centre + np.array([-r, side * 1e-9 * r])) for side in (1, -1))
    np.testing.assert_allclose(above, below, atol=1e-6)


def test_points_between_the_circles_stay_and_the_centre_is_finite():
    warp = Droste(softness=0.0)
    points = np.array([[0.5, 0.0, -0.8], [0.5, -1.2, 0.4]])
    np.testing.assert_allclose(moved(warp, points), points, atol=1e-12)
    assert np.isfinite(warp.forward(None, np.zeros((2, 1), np.float32), CTX)).all()


def test_a_zoom_by_the_ratio_shows_the_same_picture():
    def painted(scale):
        values = {"frame.scale": scale, "warp.0.ratio": 4.0, "warp.0.twist": 1}
        art = limner.paint("marbling", seed=4, size=(40, 40), set=values, swap={"warp": ["droste"]})
        return art.render(bits=16).astype(float)

    assert np.abs(painted(1.0) - painted(4.0)).max() < 200  # of 65535: the last bits of float32
    assert np.abs(painted(1.0) - painted(2.0)).max() > 10_000
