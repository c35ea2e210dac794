"""Lattice noise against sums over the whole lattice, and what it promises of range, smoothness and period."""

from math import pi, sqrt

import array_api_strict
import numpy as np
import pytest

from limner_plugins.common.noise import JITTER, NOISES, PERIOD, cellular, draw_lattice, fbm, gradient, value

NAMES = list(NOISES)


def lattice(seed=0, period=PERIOD, dtype=np.float64):
    return draw_lattice(np.random.default_rng(seed), period).astype(dtype)


def points(n, side=float(PERIOD), seed=1, dtype=np.float64):
    return np.random.default_rng(seed).uniform(-side, side, (2, n)).astype(dtype)


@pytest.mark.parametrize("name", NAMES)
def test_the_range_is_filled_and_the_mean_is_none(name):
    numbers = np.concatenate([NOISES[name](points(100_000), lattice(seed)) for seed in range(4)])
    assert -1 <= numbers.min() < -0.85
    assert 0.85 < numbers.max() <= 1
    assert abs(numbers.mean()) < 0.05
    assert 0.3 < numbers.std() < 0.6


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_are_kept(name, dtype):
    assert fbm(NOISES[name], points(7, dtype=dtype), lattice(dtype=dtype)).dtype == dtype


@pytest.mark.parametrize(("name", "steepest"), [("value", 2.5), ("gradient", 8.0), ("cells", 3.6), ("edges", 12.5)])
def test_nowhere_is_there_a_seam(name, steepest):
    step = 1e-6
    near = np.round(points(20_000))  # the corners of the lattice, and the lines between them
    near[0, :10_000] += np.random.default_rng(2).uniform(0, 1, 10_000)
    for at in (points(100_000), near - step / 2, near - step * np.array([[1.0], [0.0]])):
        for way in ((1, 0), (0, 1), (sqrt(0.5), sqrt(0.5))):
            moved = at + step * np.array(way)[:, None]
            assert np.abs(NOISES[name](moved, lattice()) - NOISES[name](at, lattice())).max() < 1.05 * steepest * step


@pytest.mark.parametrize("name", ["value", "gradient"])
def test_slopes_have_no_seam_either(name):
    step, corners = 1e-5, np.round(points(5_000)) + np.array([[0.5], [0.0]])  # where splines meet, and simplices

    def slope(at):
        return (NOISES[name](at + np.array([[step], [0.0]]), lattice()) - NOISES[name](at, lattice())) / step

    assert np.abs(slope(corners + 1e-4) - slope(corners - 1e-4)).max() < 0.02


@pytest.mark.parametrize("name", ["value", "cells", "edges"])
def test_it_repeats_after_a_period(name):
    at, small = points(500, side=8.0), lattice(period=8)
    for turn in ([[8.0], [0.0]], [[0.0], [-16.0]]):
        assert np.allclose(NOISES[name](at + turn, small), NOISES[name](at, small), atol=1e-9)


def test_simplex_noise_repeats_after_a_period_of_its_slanted_cells():
    unskew = (3 - sqrt(3)) / 6
    at, turn = points(500, side=8.0), np.array([[8.0], [0.0]]) - 8.0 * unskew
    assert np.allclose(gradient(at + turn, lattice(period=8)), gradient(at, lattice(period=8)), atol=1e-9)


def test_value_noise_is_a_sum_of_splines():
    def bump(t):
        t = abs(t)
        return 0.75 - t * t if t < 0.5 else 0.5 * (1.5 - t) ** 2 if t < 1.5 else 0.0

    grid, at = lattice(period=6), points(50, side=3.0)
    for x, y, got in zip(*at, value(at, grid), strict=True):
        wanted = sum(
            np.sin(pi / 2 * grid[j % 6, i % 6]) * bump(x - i) * bump(y - j) for i in range(-6, 7) for j in range(-6, 7)
        )
        assert got == pytest.approx(wanted, abs=1e-12)


def test_simplex_noise_is_a_sum_of_slopes():
    """Over all corners: those that are not the point's own triangle's are too far off to count."""
    grid, at, unskew = lattice(period=9), points(50, side=2.0), (3 - sqrt(3)) / 6
    for x, y, got in zip(*at, gradient(at, grid), strict=True):
        wanted = 0.0
        for i in range(-7, 8):
            for j in range(-7, 8):
                dx, dy = x - i + (i + j) * unskew, y - j + (i + j) * unskew
                turn = pi * grid[j % 9, i % 9]
                wanted += max(0.5 - dx * dx - dy * dy, 0.0) ** 4 * (np.cos(turn) * dx + np.sin(turn) * dy)
        assert got == pytest.approx(99.2043 * wanted, abs=1e-9)


@pytest.mark.parametrize("extreme", [False, True])
def test_worley_s_distances_are_the_two_smallest(extreme):
    grid = lattice(period=8)
    if extreme:  # all points as far from their middles as they go, where 4 x 4 cells are only just enough
        grid = np.sign(grid)
    far = np.roll(grid, (8 // 3, 4), axis=(0, 1))
    i, j = np.meshgrid(np.arange(-4, 12), np.arange(-4, 12))
    x, y = i + 0.5 + JITTER * grid[j % 8, i % 8], j + 0.5 + JITTER * far[j % 8, i % 8]
    at = np.random.default_rng(3).uniform(0, 8, (2, 4_000))
    distances = np.sort(np.hypot(at[0][:, None] - x.ravel(), at[1][:, None] - y.ravel()), axis=1)
    for got, wanted in zip(cellular(at, grid), distances.T[:2], strict=True):
        assert np.allclose(got, wanted, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_octaves_add_detail_and_stay_in_range(name):
    at = points(20_000)
    step = np.array([[1e-3], [0.0]])
    rough = []
    for octaves in (1, 3, 6):
        numbers = fbm(NOISES[name], at, lattice(), octaves=octaves, gain=0.7)
        assert np.abs(numbers).max() <= 1
        change = np.abs(fbm(NOISES[name], at + step, lattice(), octaves=octaves, gain=0.7) - numbers)
        rough.append(change.mean() / numbers.std())
    assert rough == sorted(rough)


def test_no_place_is_a_corner_of_every_octave():
    """At the corners of its lattice simplex noise is 0; a sum of octaves is not, the origin included."""
    grids = [lattice(seed) for seed in range(20)]
    corners = np.array([[0.0, PERIOD, 2 * PERIOD], [0.0, 0.0, 0.0]])
    assert np.abs([fbm(gradient, corners, grid, octaves=3) for grid in grids]).mean() > 0.1


def test_far_out_it_is_still_finite():
    for dtype in (np.float32, np.float64):
        far = np.array([[1e9, -3e12, 1e30], [-1e9, 2.0, 1e30]], dtype=dtype)
        for noise in NOISES.values():
            assert np.isfinite(noise(far, lattice(dtype=dtype))).all()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("where", ["CPU_DEVICE", "device1", "no_float64"])
def test_it_speaks_the_array_api(name, where):
    device = array_api_strict.Device(where)
    at, grid = points(9, dtype=np.float32), lattice(dtype=np.float32)
    got = fbm(NOISES[name], *(array_api_strict.asarray(a, device=device) for a in (at, grid)), octaves=2)
    assert got.device == device
    assert got.dtype == array_api_strict.float32
    host = np.asarray(got.to_device(array_api_strict.Device("CPU_DEVICE")))
    assert np.allclose(host, fbm(NOISES[name], at, grid, octaves=2), atol=1e-5)
