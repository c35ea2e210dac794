"""Colour modes against the standard library's colorsys, for many random colours."""

import colorsys

import numpy as np
import pytest

from limner.plugin import ParameterLayout, Params
from limner_plugins.colors.cmyk import Cmyk
from limner_plugins.colors.gray import Gray
from limner_plugins.colors.hsl import Hsl
from limner_plugins.colors.hsv import Hsv

COUNTS = [30_000, pytest.param(1_000_000, marks=pytest.mark.slow)]
"""Random colours: colorsys converts them one by one, 2 µs each."""
PRECISION = {np.float64: 1e-12, np.float32: 2e-6}
NO_PARAMS = Params(ParameterLayout(), np.empty(0))


def convert(mode, x):
    return mode.forward(NO_PARAMS, x, None)


def random_colours(channels, count):
    return np.random.default_rng(5).random((channels, count))


@pytest.mark.parametrize("count", COUNTS)
def test_hsv_equals_colorsys(count):
    hsv = random_colours(3, count)
    expected = np.array([colorsys.hsv_to_rgb(*c) for c in hsv.T.tolist()]).T
    for dtype, precision in PRECISION.items():
        ours = convert(Hsv(), hsv.astype(dtype))
        assert ours.dtype == dtype
        assert np.abs(ours - expected).max() < precision


@pytest.mark.parametrize("count", COUNTS)
def test_hsl_equals_colorsys(count):
    hsl = random_colours(3, count)
    expected = np.array([colorsys.hls_to_rgb(h, light, s) for h, s, light in hsl.T.tolist()]).T
    for dtype, precision in PRECISION.items():
        ours = convert(Hsl(), hsl.astype(dtype))
        assert ours.dtype == dtype
        assert np.abs(ours - expected).max() < precision


@pytest.mark.parametrize("mode", [Hsv(), Hsl()], ids=["hsv", "hsl"])
def test_the_hue_is_a_circle(mode):
    colours = random_colours(3, 1000)
    around = colours + np.array([[2.0], [0.0], [0.0]])
    np.testing.assert_allclose(convert(mode, colours), convert(mode, around), atol=1e-12)


def test_hue_one_is_red_again():
    red = np.array([[0.0, 1.0], [1.0, 1.0], [1.0, 1.0]])
    np.testing.assert_array_equal(convert(Hsv(), red), [[1, 1], [0, 0], [0, 0]])


def test_cmyk_prints_as_a_printer_does():
    c, m, y, k = random_colours(4, 1000)
    ours = convert(Cmyk(), np.stack([c, m, y, k]))
    np.testing.assert_allclose(ours, [(1 - c) * (1 - k), (1 - m) * (1 - k), (1 - y) * (1 - k)])
    black = convert(Cmyk(), np.array([[0.0], [0.0], [0.0], [1.0]]))
    np.testing.assert_array_equal(black, 0)


def test_the_bright_key_is_light():
    c, m, y, k = random_colours(4, 1000)
    ours = convert(Cmyk(key="bright"), np.stack([c, m, y, k]))
    np.testing.assert_allclose(ours, [(1 - c) * k, (1 - m) * k, (1 - y) * k])


def test_gray_is_gray():
    np.testing.assert_array_equal(convert(Gray(), np.array([[0.25, 1.0]])), [[0.25, 1.0]] * 3)


def test_alpha_is_system_a_s():
    o = np.linspace(0, 1, 101)
    rgba = Gray(alpha=True).rgba(NO_PARAMS, np.stack([o * 0, o]), None)
    np.testing.assert_allclose(rgba[3], [0.25 + 0.75 * (1 - abs(2 * v - 1)) for v in o], atol=1e-12)
