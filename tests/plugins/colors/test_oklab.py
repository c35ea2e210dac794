"""OKLab and what is painted in it, against coloraide, which has the space and its gamuts from elsewhere."""

import numpy as np
import pytest

from limner.plugin import Context, ParameterLayout, Params
from limner.stages.derived import arrays_vjp
from limner_plugins.colors.oklab import Oklab
from limner_plugins.colors.oklch import Oklch
from limner_plugins.common.gamut import edge, shade
from limner_plugins.common.oklab import TO_LINEAR, TO_ROOTS, encode, from_srgb, to_srgb

NO_PARAMS, CONTEXT = Params(ParameterLayout(), np.empty(0)), Context((8, 8))
FULL = Oklch(lightness=(0.0, 1.0), chroma=(0.0, 1.0))
MODES = pytest.mark.parametrize("mode", [FULL, Oklab()], ids=["oklch", "oklab"])


def convert(mode, x):
    return mode.forward(NO_PARAMS, x, CONTEXT)


def numbers(channels, count, seed=5):
    return np.random.default_rng(seed).random((channels, count))


def directions(turns):
    return np.stack([np.cos(2 * np.pi * turns), np.sin(2 * np.pi * turns)])


def edges(light, turns):
    """The largest chroma, as the gamut has it."""
    slopes = np.asarray(TO_ROOTS)[:, 1:]
    return light * edge(light[None], slopes @ directions(turns))[0]


def linear(rgb):
    return np.where(rgb <= 0.04045, rgb / 12.92, ((np.maximum(rgb, 0) + 0.055) / 1.055) ** 2.4)


def test_the_space_is_coloraide_s():
    coloraide = pytest.importorskip("coloraide", reason="the oracle; pip install coloraide")
    rgb = numbers(3, 300)
    theirs = np.array([coloraide.Color("srgb", c).convert("oklab").coords() for c in rgb.T.tolist()]).T
    np.testing.assert_allclose(from_srgb(rgb), theirs, atol=2e-5)
    np.testing.assert_allclose(to_srgb(theirs), rgb, atol=1e-4)


def test_the_way_there_is_the_way_back():
    rgb = numbers(3, 1000)
    np.testing.assert_allclose(to_srgb(from_srgb(rgb)), rgb, atol=1e-12)
    assert np.abs(to_srgb(from_srgb(rgb).astype(np.float32)) - rgb).max() < 1e-5


def test_the_edge_is_where_coloraide_s_gamut_ends():
    coloraide = pytest.importorskip("coloraide", reason="the oracle; pip install coloraide")
    light, turns = 0.02 + 0.96 * numbers(1, 60)[0], numbers(1, 60, seed=6)[0]
    for lightness, turn, most in zip(light, turns, edges(light, turns), strict=True):

        def inside(chroma, lightness=lightness, turn=turn):
            return coloraide.Color("oklch", [lightness, chroma, 360 * turn]).in_gamut("srgb", tolerance=1e-6)

        assert inside(most - 2e-4)
        assert not inside(most + 2e-4)


def test_the_edge_is_the_first_on_the_way_out():
    light, turns = numbers(1, 2000)[0], numbers(1, 2000, seed=6)[0]
    most = edges(light, turns)
    for share in np.linspace(0, 0.999, 40):
        y = shade(light[None], np.full((1, 2000), share), directions(turns))
        assert y.min() > -1e-6
        assert y.max() < 1 + 1e-6
    bisected = np.zeros_like(light)
    for step in 0.4 * 0.5 ** np.arange(1, 45):
        lab = np.stack([light, *((bisected + step) * directions(turns))])
        cubes = (np.asarray(TO_ROOTS) @ lab) ** 3
        rgb = np.asarray(TO_LINEAR) @ cubes
        bisected += step * ((rgb.min(axis=0) >= 0) & (rgb.max(axis=0) <= 1))
    np.testing.assert_allclose(most, bisected, atol=1e-7)


@MODES
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("count", [30_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_random_colours_are_in_the_gamut(mode, dtype, count):
    y = convert(mode, numbers(3, count).astype(dtype))
    assert y.dtype == dtype
    assert y.min() > -2e-6
    assert y.max() < 1 + 2e-6


@MODES
def test_the_ends_of_all_channels_are_in_the_gamut(mode):
    ends = np.stack(np.meshgrid(*[[0.0, 0.5, 1.0]] * 3)).reshape(3, -1)
    for dtype in (np.float64, np.float32):
        y = convert(mode, ends.astype(dtype))
        assert y.min() > -2e-6
        assert y.max() < 1 + 2e-6


def test_a_whole_share_lies_on_the_surface():
    x = numbers(3, 100_000)
    x[1] = 1.0
    rgb = linear(convert(FULL, x))
    assert np.minimum(np.abs(rgb), np.abs(1 - rgb)).min(axis=0).max() < 1e-6
    x[1] = 0.9
    rgb = linear(convert(FULL, x))
    assert np.median(np.minimum(np.abs(rgb), np.abs(1 - rgb)).min(axis=0)) > 0.005


def test_the_rim_of_the_square_lies_on_the_surface():
    x = numbers(3, 10_000)
    x[1] = np.round(x[1])
    rgb = linear(convert(Oklab(), x))
    assert np.minimum(np.abs(rgb), np.abs(1 - rgb)).min(axis=0).max() < 1e-6


@MODES
def test_what_was_asked_for_is_what_is_seen(mode):
    x = numbers(3, 10_000)
    light, a, b = from_srgb(convert(mode, x))
    np.testing.assert_allclose(light, x[0], atol=1e-6)
    asked = x[2] if mode is FULL else np.arctan2(2 * x[2] - 1, 2 * x[1] - 1) / (2 * np.pi)
    coloured = np.hypot(a, b) > 1e-3
    off = np.arctan2(b, a) / (2 * np.pi) - asked
    assert np.abs(off - np.round(off))[coloured].max() < 1e-6


@MODES
def test_lightness_rises_with_its_channel(mode):
    x = np.repeat(numbers(3, 50)[:, :, None], 101, axis=2)
    x[0] = np.linspace(0, 1, 101)
    light = from_srgb(convert(mode, x.reshape(3, -1)))[0].reshape(50, 101)
    assert (np.diff(light, axis=1) > 0).all()


def test_chroma_rises_with_its_share():
    x = np.repeat(0.02 + 0.96 * numbers(3, 50)[:, :, None], 51, axis=2)
    x[1] = np.linspace(0, 1, 51)
    lab = from_srgb(convert(FULL, x.reshape(3, -1))).reshape(3, 50, 51)
    chroma = np.hypot(lab[1], lab[2])
    assert (np.diff(chroma, axis=1) > 0).all()
    np.testing.assert_allclose(chroma[:, -1], edges(x[0, :, 0], x[2, :, 0]), rtol=1e-6)
    np.testing.assert_allclose(chroma[:, 25], 0.5 * chroma[:, -1], rtol=1e-6)


def test_the_hue_is_a_circle():
    x = numbers(3, 1000)
    around = x + np.array([[0.0], [0.0], [3.0]])
    np.testing.assert_allclose(convert(FULL, x), convert(FULL, around), atol=1e-9)


def test_ranges_narrow_what_is_painted():
    mode = Oklch(lightness=(0.3, 0.7), chroma=(0.2, 0.4), hues=(0.9, 0.2))
    x = numbers(3, 5000)
    light, a, b = from_srgb(convert(mode, x))
    share = np.hypot(a, b) / edges(light, np.arctan2(b, a) / (2 * np.pi))
    hue = (np.arctan2(b, a) / (2 * np.pi) + 0.5) % 1 - 0.5
    assert (light.min(), light.max()) == pytest.approx((0.3, 0.7), abs=1e-3)
    assert (share.min(), share.max()) == pytest.approx((0.2, 0.4), abs=1e-3)
    assert (hue.min(), hue.max()) == pytest.approx((-0.1, 0.1), abs=1e-3)


def test_the_middle_of_the_square_is_grey():
    x = np.stack([np.linspace(0, 1, 11), np.full(11, 0.5), np.full(11, 0.5)])
    y, pull = Oklab().vjp(NO_PARAMS, x, CONTEXT)
    np.testing.assert_allclose(y, np.broadcast_to(encode(np.linspace(0, 1, 11) ** 3), (3, 11)), atol=1e-7)
    assert np.isfinite(pull(np.ones_like(y))[1]).all()


@MODES
def test_gradients_hold_all_over_the_gamut(mode):
    x = numbers(3, 20_000)
    y, pull = mode.vjp(NO_PARAMS, x, CONTEXT)
    dy = np.random.default_rng(1).normal(size=y.shape)
    _, said = pull(dy)
    measured = np.empty_like(x)
    for i in range(3):
        step = np.zeros((3, 1))
        step[i] = 1e-6
        measured[i] = np.sum(dy * (convert(mode, x + step) - convert(mode, x - step)), axis=0) / 2e-6
    off = np.abs(said - measured).max(axis=0) / np.maximum(1.0, np.abs(measured).max(axis=0))
    assert np.quantile(off, 0.999) < 1e-6  # the rest lies within the step of an edge between two faces


def test_a_mixture_out_of_the_gamut_is_cut_off_and_gives_no_gradient_there():
    y, pull = arrays_vjp(None, [np.array([[0.7], [0.3], [0.1]])], lambda arrays: to_srgb(arrays[0]))
    cut = np.isclose(y, 0, atol=1e-9) | np.isclose(y, 1, atol=1e-9)
    assert cut.any()
    assert not cut.all()
    assert not pull(cut.astype(float))[0].any()
    assert pull(1.0 - cut)[0].any()
