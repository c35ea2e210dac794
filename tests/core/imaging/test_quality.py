"""PSNR and SSIM against scikit-image's and against loops that are as slow as they are plain."""

import math

import numpy as np
import pytest
from scipy import ndimage
from skimage import data
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from limner.errors import LimnerError
from limner.imaging import quality as module
from limner.imaging.quality import Quality, measure_quality, psnr, ssim


def pixels(shape, seed=0, top=256, dtype=np.uint8):
    return np.random.default_rng(seed).integers(0, top, shape, dtype=dtype)


def seen_slowly(picture):
    """Rows of pixels, each with its colour weighted by its opacity, and the opacity."""
    rows = picture.astype(float).tolist()
    if picture.shape[2] in (2, 4):
        rows = [[[*(v * p[-1] / 255 for v in p[:-1]), p[-1]] for p in row] for row in rows]
    return rows


def psnr_slowly(a, b):
    squares = [
        ((x - y) / 255) ** 2
        for row_a, row_b in zip(seen_slowly(a), seen_slowly(b), strict=True)
        for p, q in zip(row_a, row_b, strict=True)
        for x, y in zip(p, q, strict=True)
    ]
    return 10 * math.log10(1 / (sum(squares) / len(squares)))


def ssim_slowly(a, b, side):
    """Wang et al.'s formula in every window that lies inside, with sample covariances."""
    values = []
    for channel in range(a.shape[2]):
        for y in range(a.shape[0] - side + 1):
            for x in range(a.shape[1] - side + 1):
                p, q = (z[y : y + side, x : x + side, channel].astype(float).ravel() for z in (a, b))
                (pp, pq), (_, qq) = np.cov(p, q)
                c1, c2 = 2.55**2, 7.65**2
                top = (2 * p.mean() * q.mean() + c1) * (2 * pq + c2)
                values.append(top / ((p.mean() ** 2 + q.mean() ** 2 + c1) * (pp + qq + c2)))
    return np.mean(values)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_psnr_is_the_slow_loop_s(channels):
    a, b = pixels((9, 7, channels)), pixels((9, 7, channels), 1)
    assert psnr(a, b) == pytest.approx(psnr_slowly(a, b), abs=1e-6)


def test_psnr_is_scikit_image_s(monkeypatch):
    a = data.astronaut()[:100]
    b = ndimage.gaussian_filter(a, (1, 1, 0))
    wanted = peak_signal_noise_ratio(a, b)
    assert psnr(a, b) == pytest.approx(wanted, abs=1e-9)
    monkeypatch.setattr(module, "BAND_PIXELS", 512 * 7)  # bands of 7 rows, and a last one of 2
    assert psnr(a, b) == pytest.approx(wanted, abs=1e-9)


def test_ssim_is_scikit_image_s():
    a = data.astronaut()[:100, :120]
    b = ndimage.gaussian_filter(a, (1, 1, 0))
    assert ssim(a, b) == pytest.approx(structural_similarity(a, b, channel_axis=-1), abs=1e-4)


@pytest.mark.parametrize(("shape", "side"), [((12, 10, 3), 7), ((6, 20, 1), 5), ((3, 4, 3), 3), ((9, 4, 1), 3)])
def test_ssim_is_the_slow_loop_s(shape, side):
    a = pixels(shape)
    b = np.clip(a.astype(int) + pixels(shape, 1, 60) - 30, 0, 255).astype(np.uint8)
    assert ssim(a, b) == pytest.approx(ssim_slowly(a, b, side), abs=1e-4)


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 2, 1), (2, 40, 4), (40, 1, 3)])
def test_ssim_of_pictures_too_small_for_a_window(shape):
    a, b = pixels(shape), pixels(shape, 1)
    assert ssim(a, a) == 1
    assert ssim(a, b) < 1
    assert ssim(a, b) == pytest.approx(ssim(b, a))


def test_one_pixel_of_luminance_alone():
    a, b = np.full((1, 1, 1), 100, np.uint8), np.full((1, 1, 1), 200, np.uint8)
    assert ssim(a, b) == pytest.approx((2 * 100 * 200 + 2.55**2) / (100**2 + 200**2 + 2.55**2))


def test_the_same_is_exact_at_8_bits():
    a = pixels((20, 20, 3))
    assert measure_quality(a, a) == Quality(math.inf, 1.0)
    assert psnr(a, a / 255 + 0.001) == math.inf  # the same levels
    assert psnr(a, (a.astype(np.uint16) * 257)) == math.inf
    assert psnr(a, a / 255 + 0.003) < 60


def test_floats_are_clamped_as_pictures_are():
    assert psnr(np.array([[-3.0, 7.0]]), np.array([[0.0, 1.0]])) == math.inf


def test_one_level_of_gray():
    a = np.full((5, 5), 100, np.uint8)
    assert psnr(a, a + 1) == pytest.approx(20 * math.log10(255))


def test_what_is_clear_has_no_colour():
    a, b = (np.dstack([pixels((8, 8, 3), seed), np.zeros((8, 8), np.uint8)]) for seed in (0, 1))
    assert measure_quality(a, b) == Quality(math.inf, 1.0)


def test_gray_beside_hues_and_opaque_beside_clear():
    gray = pixels((8, 8, 1))
    assert psnr(gray, gray.repeat(3, axis=2)) == math.inf
    opaque = np.dstack([gray.repeat(3, axis=2), np.full((8, 8), 255, np.uint8)])
    assert psnr(gray, opaque) == math.inf
    assert psnr(gray, opaque * np.array([1, 1, 1, 0], np.uint8)) < 10


def test_nan_is_reported():
    a = np.full((8, 8, 3), 0.5)
    b = a.copy()
    b[0, 0, 0] = np.nan
    got = measure_quality(a, b)
    assert math.isnan(got.psnr)
    assert math.isnan(got.ssim)


def test_other_sizes_and_kinds_are_refused():
    for measure in (psnr, ssim):
        with pytest.raises(LimnerError, match="pictures of 8x9 and 8x8 cannot be compared"):
            measure(pixels((9, 8, 3)), pixels((8, 8, 3)))
        with pytest.raises(TypeError, match="int64"):
            measure(np.zeros((8, 8), int), np.zeros((8, 8), int))
