"""Colour modes against the standard library's colorsys, for many random colours."""

import colorsys
from functools import cache

import numpy as np
import pytest

from limner_plugins.colors.cmyk import Cmyk
from limner_plugins.colors.gray import Gray
from limner_plugins.colors.hsl import Hsl
from limner_plugins.colors.hsv import Hsv

COLOURS = 1_000_000
THETA = np.empty(0)


def random_colours(channels, count=COLOURS):
    return np.random.default_rng(5).random((channels, count))


@cache
def by_colorsys(mode):
    """One colour at a time, and so once for all tests."""
    colours = random_colours(3).T.tolist()
    if mode == "hsv":
        return np.array([colorsys.hsv_to_rgb(*c) for c in colours]).T
    return np.array([colorsys.hls_to_rgb(h, light, s) for h, s, light in colours]).T


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_hsv_equals_colorsys(dtype):
    hsv = random_colours(3)
    expected = by_colorsys("hsv")
    ours = Hsv().convert(THETA, hsv.astype(dtype))
    assert ours.dtype == dtype
    assert np.abs(ours - expected).max() < (1e-12 if dtype == np.float64 else 2e-6)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_hsl_equals_colorsys(dtype):
    hsl = random_colours(3)
    expected = by_colorsys("hsl")
    ours = Hsl().convert(THETA, hsl.astype(dtype))
    assert ours.dtype == dtype
    assert np.abs(ours - expected).max() < (1e-12 if dtype == np.float64 else 2e-6)


@pytest.mark.parametrize("mode", [Hsv(), Hsl()], ids=["hsv", "hsl"])
def test_the_hue_is_a_circle(mode):
    colours = random_colours(3, 1000)
    around = colours + np.array([[2.0], [0.0], [0.0]])
    np.testing.assert_allclose(mode.convert(THETA, colours), mode.convert(THETA, around), atol=1e-12)


def test_hue_one_is_red_again():
    red = np.array([[0.0, 1.0], [1.0, 1.0], [1.0, 1.0]])
    np.testing.assert_array_equal(Hsv().convert(THETA, red), [[1, 1], [0, 0], [0, 0]])


def test_cmyk_prints_as_a_printer_does():
    c, m, y, k = random_colours(4, 1000)
    ours = Cmyk().convert(THETA, np.stack([c, m, y, k]))
    np.testing.assert_allclose(ours, [(1 - c) * (1 - k), (1 - m) * (1 - k), (1 - y) * (1 - k)])
    black = Cmyk().convert(THETA, np.array([[0.0], [0.0], [0.0], [1.0]]))
    np.testing.assert_array_equal(black, 0)


def test_the_bright_key_is_light():
    c, m, y, k = random_colours(4, 1000)
    ours = Cmyk(key="bright").convert(THETA, np.stack([c, m, y, k]))
    np.testing.assert_allclose(ours, [(1 - c) * k, (1 - m) * k, (1 - y) * k])


def test_gray_is_gray():
    np.testing.assert_array_equal(Gray().convert(THETA, np.array([[0.25, 1.0]])), [[0.25, 1.0]] * 3)


def test_alpha_is_system_a_s():
    o = np.linspace(0, 1, 101)
    rgba = Gray(alpha=True).forward(THETA, np.stack([o * 0, o]), None)
    np.testing.assert_allclose(rgba[3], [0.25 + 0.75 * (1 - abs(2 * v - 1)) for v in o], atol=1e-12)
