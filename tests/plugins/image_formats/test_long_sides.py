"""Filters along sides that are too long for a whole matrix, against independent oracles."""

import tracemalloc

import numpy as np
import pytest
from scipy import ndimage

from limner.registry.registry import registry
from limner.stages.context import Context, Samples
from limner_plugins.common.axes import ROWS, WHOLE, across, area, gaussian, linear, nearest

LONG = WHOLE + ROWS + 3
"""A side of several blocks, the last one short."""


@pytest.fixture(scope="module")
def strip():
    return np.random.default_rng(4).random((3, 2, 5, LONG))


def both_ways(x, along, short):
    """The strip along its rows, and lying on its side down its columns: the same."""
    right = across(x, short, along)
    down = across(np.swapaxes(x, 2, 3), along, short)
    np.testing.assert_allclose(np.swapaxes(down, 2, 3), right, atol=1e-12)
    return right


def same(size):
    return nearest(size, 1, size)


@pytest.mark.parametrize(("sigma", "radius"), [(0.8, 3), (20.0, 80), (256.0, 1024)])
def test_a_blur_is_scipys(strip, sigma, radius):
    got = both_ways(strip, gaussian(LONG, sigma, radius), same(5))
    wanted = ndimage.gaussian_filter1d(strip, sigma, axis=3, mode="reflect", radius=radius)
    np.testing.assert_allclose(got, wanted, atol=1e-12)


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_means_of_blocks_and_the_ways_back(strip, factor):
    small = both_ways(strip, area(LONG, factor), same(5))
    wanted = [strip[..., i : i + factor].mean(axis=3) for i in range(0, LONG, factor)]
    np.testing.assert_allclose(small, np.stack(wanted, axis=3), atol=1e-12)
    few = small.shape[3]
    got = both_ways(small, nearest(few, factor, LONG), same(5))
    np.testing.assert_array_equal(got, np.repeat(small, factor, axis=3)[..., :LONG])
    got = both_ways(small, linear(few, LONG), same(5))
    places = (np.arange(LONG) + 0.5) * (few / LONG) - 0.5
    wanted = [[[np.interp(places, np.arange(few), row) for row in plane] for plane in many] for many in small]
    np.testing.assert_allclose(got, wanted, atol=1e-12)


@pytest.mark.parametrize("size", [WHOLE, LONG])
def test_a_gaussian_is_its_own_pullback(size):
    rng = np.random.default_rng(6)
    x, dy = rng.random((2, 1, 1, 1, size))
    once = same(1), gaussian(size, 1.5, 5)
    assert np.sum(across(x, *once) * dy) == pytest.approx(np.sum(x * across(dy, *once)), rel=1e-12)


def test_the_gradient_of_ssim():
    rng = np.random.default_rng(5)
    y, target = rng.random((2, 1, 1, 2, LONG))
    loss = registry().load("loss", "ssim")()
    value, pullback = loss.vjp(y, target)
    weights, way, step = rng.random(value.shape), rng.normal(size=y.shape), 1e-6
    ahead, behind = (np.sum(weights * loss.forward(y + by * way, target)) for by in (step, -step))
    assert np.sum(pullback(weights) * way) == pytest.approx((ahead - behind) / (2 * step), rel=1e-6)


def test_any_library_does(strip):
    strict = pytest.importorskip("array_api_strict", reason="array-api-strict is not installed")
    few = -(-LONG // 4)
    for along, x in (
        (gaussian(LONG, 2.0, 8), strip),
        (area(LONG, 4), strip),
        (linear(few, LONG), strip[..., :few]),
        (nearest(few, 4, LONG), strip[..., :few]),
    ):
        ways = [(x, same(5), along), (np.ascontiguousarray(np.swapaxes(x, 2, 3)), along, same(5))]
        for pictures, rows, columns in ways:
            got = np.asarray(across(strict.asarray(pictures), rows, columns))
            np.testing.assert_allclose(got, across(pictures, rows, columns), atol=1e-12)


@pytest.mark.parametrize(
    ("name", "settings"),
    [("blur", {}), ("downscale", {}), ("downscale", {"enlarge": "blocks"}), ("downscale", {"enlarge": "linear"})],
)
def test_a_long_side_takes_little_memory(name, settings):
    images = np.zeros((3, 1, 2, 6000), np.float32)
    stage = registry().load("encoder", name)(**settings)
    tracemalloc.start()
    stage.forward(np.zeros(0, np.float32), Samples(images=images), Context(size=(6000, 2), seed=0))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8e6  # a whole matrix of 6000 x 6000 takes 288e6
