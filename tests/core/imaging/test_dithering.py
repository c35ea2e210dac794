"""Dithering: even on average, without visible structure, the same at every painting."""

import numpy as np
import pytest

import limner
from limner.artworks.verification import verify
from limner.imaging.dithering import blue_noise, ordered, thresholds


@pytest.mark.parametrize("mask", [ordered(), blue_noise()], ids=["ordered", "blue-noise"])
def test_every_threshold_occurs_once(mask):
    np.testing.assert_allclose(np.sort(mask.ravel()), (np.arange(mask.size) + 0.5) / mask.size)


def test_blue_noise_lacks_low_frequencies():
    power = np.abs(np.fft.fft2(blue_noise() - 0.5)) ** 2
    radius = np.hypot(np.fft.fftfreq(64)[:, None], np.fft.fftfreq(64)[None, :])
    assert power[(radius > 0) & (radius < 0.15)].mean() < 0.01 * power[radius > 0.35].mean()


@pytest.mark.parametrize("kind", ["ordered", "blue-noise"])
def test_dither_keeps_the_mean_where_rounding_loses_it(kind):
    art = limner.paint("marbling", seed=3, set={"network.contrast": 0.004}, size=(256, 256))  # nearly flat: it bands
    exact = art.render(bits=16) / 257
    plain, dithered = (art.render(dither=d).astype(float) for d in ("none", kind))

    def local(picture):  # what an eye at some distance sees
        return picture.reshape(32, 8, 32, 8, 3).mean(axis=(1, 3))

    assert np.abs(dithered - exact).max() <= 1
    assert np.abs(local(dithered) - local(exact)).max() < 0.25 < np.abs(local(plain) - local(exact)).max()


@pytest.mark.parametrize("kind", ["ordered", "blue-noise"])
def test_a_region_has_the_grain_of_the_whole(kind):
    art = limner.paint("marbling", seed=3, size=(150, 90))
    whole = art.render(dither=kind)
    part = art.render(dither=kind, region=(33, 20, 70, 41))
    assert (np.abs(whole[20:61, 33:103].astype(int) - part).max(axis=-1) > 0).mean() < 1e-3


def test_a_dithered_file_verifies(tmp_path):
    for kind in ("ordered", "blue-noise"):
        path = limner.paint("marbling", seed=3, size=(80, 60)).save(tmp_path / f"{kind}.png", dither=kind)
        verdict = verify(path)
        assert verdict.ok
        assert verdict.max_error == 0


def test_black_and_white_stay_as_they_are():
    rows = np.arange(64)
    for kind in ("ordered", "blue-noise"):
        mask = thresholds(kind, rows, rows, 4)
        assert mask.shape == (4, 64, 64)
        assert np.floor(0 * 255 + mask).max() == 0
        assert np.floor(np.float32(1) * 255 + mask).min() == 255


def test_the_ordered_matrix_is_bayers():
    """The oracle is its closed form: the bits of x ^ y and of y, interleaved and reversed."""

    def rank(y, x):
        bits = [(value >> bit) & 1 for bit in range(3) for value in (x ^ y, y)]
        return int("".join(map(str, bits)), 2)

    wanted = [[rank(y, x) for x in range(8)] for y in range(8)]
    assert wanted[0] == [0, 32, 8, 40, 2, 34, 10, 42]  # Bayer's first row
    np.testing.assert_array_equal(ordered() * 64 - 0.5, wanted)


def _gaussian(place):
    """The Gaussian of 1.5 pixels around a place of a 64 x 64 torus, from distances."""
    y, x = divmod(place, 64)
    dy, dx = (np.minimum(abs(np.arange(64) - at), 64 - abs(np.arange(64) - at)) for at in (y, x))
    return np.exp(-(dy[:, None] ** 2 + dx[None, :] ** 2) / (2 * 1.5**2)).ravel()


def test_blue_noise_starts_from_a_tenth_of_the_places_without_clusters():
    """The oracle moves points from the densest place to the emptiest, with Gaussians of distances."""
    ones = np.zeros(64 * 64, bool)
    ones[np.random.default_rng(1993).choice(64 * 64, 409, replace=False)] = True
    energy = sum(map(_gaussian, np.flatnonzero(ones)))
    while True:
        cluster = max(np.flatnonzero(ones), key=energy.__getitem__)
        ones[cluster] = False
        energy = energy - _gaussian(cluster)
        void = min(np.flatnonzero(~ones), key=energy.__getitem__)
        ones[void] = True
        energy = energy + _gaussian(void)
        if void == cluster:
            break
    np.testing.assert_array_equal(blue_noise().ravel() < 409 / 64**2, ones)


def test_blue_noise_ranks_clusters_downwards_and_voids_upwards():
    """Each place was the densest of those that were left, or the emptiest; ties are within rounding."""
    order = np.argsort(blue_noise().ravel())
    energy = density = sum(map(_gaussian, order[:409]))
    for k in reversed(range(409)):
        assert density[order[k]] >= density[order[: k + 1]].max() - 1e-9
        density = density - _gaussian(order[k])
    for k in range(409, 64 * 64):
        assert energy[order[k]] <= energy[order[k:]].min() + 1e-9
        energy = energy + _gaussian(order[k])


def test_without_dithering_levels_are_rounded_to_the_nearest():
    levels = np.asarray([0.0, 0.49, 0.51, 1.49, 254.51], np.float32)
    mask = thresholds("none", np.arange(3), np.arange(5), 3)
    assert mask.shape == (3, 3, 5)
    np.testing.assert_array_equal(np.floor(levels + mask), np.broadcast_to(np.rint(levels), (3, 3, 5)))


def test_each_channel_has_a_grain_of_its_own_that_never_changes():
    """Files made earlier verify only if each channel reads the same part of the mask."""
    starts = [(0, 0), (17, 29), (41, 11), (29, 47)]  # rows and columns
    for kind, mask in (("ordered", ordered()), ("blue-noise", blue_noise())):
        side = len(mask)
        made = thresholds(kind, np.arange(3), np.arange(5), 4)
        for channel, (row, column) in zip(made, starts, strict=True):
            shifted = np.roll(mask, (-(row % side), -(column % side)), axis=(0, 1))
            np.testing.assert_array_equal(channel, shifted[:3, :5].astype(np.float32))
    grain = thresholds("blue-noise", np.arange(64), np.arange(64), 4).reshape(4, -1)
    assert np.abs(np.corrcoef(grain) - np.eye(4)).max() < 0.1
