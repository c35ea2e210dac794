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
