"""The blend ``mean``: of encoded values, or of light."""

from __future__ import annotations

import numpy as np
from skimage.color import rgb2xyz, xyz2rgb

import limner
from limner_plugins.blends.mean import MeanBlend


def test_linear_mixes_light():
    """Another implementation of sRGB: XYZ is linear in light, so the mean of XYZ is that of the light."""
    layers = [np.random.default_rng(seed).uniform(size=(3, 30)) for seed in (1, 2)]
    xyz = [rgb2xyz(layer.T) for layer in layers]
    expected = xyz2rgb((3 * xyz[0] + xyz[1]) / 4).T
    result = MeanBlend(weights=(3.0, 1.0), linear=True).forward(layers)
    np.testing.assert_allclose(result, expected, atol=1e-3)  # its matrices are rounded to 6 digits


def test_halfway_between_black_and_white_is_half_the_light():
    black_and_white = [np.zeros((3, 1)), np.full((3, 1), 7.0)]  # an output of 7 is shown as 1
    result = MeanBlend(linear=True).forward(black_and_white)
    np.testing.assert_allclose(result, 1.055 * 0.5 ** (1 / 2.4) - 0.055)


def test_one_layer_alone_is_unchanged():
    layers = [np.random.default_rng(1).uniform(size=(3, 30)), np.zeros((3, 30))]
    np.testing.assert_allclose(MeanBlend(weights=(1.0, 0.0), linear=True).forward(layers), layers[0], atol=1e-6)


def test_records_of_older_pictures_stay():
    blend = limner.blend([limner.paint("ink", seed=seed, size=(4, 4)) for seed in (1, 2)])
    assert blend.recipe.table()["blend"] == {"kind": "mean"}


def test_light_counts_by_its_opacity():
    """Premultiplied light is mixed, as in a cross-fade of two transparent slides."""
    rng = np.random.default_rng(3)
    one, two = rng.uniform(size=(2, 4, 30))
    result = MeanBlend(weights=(3.0, 1.0), linear=True).forward([one, two])
    opacity = (3 * one[3] + two[3]) / 4
    xyz = [rgb2xyz(layer[:3].T) * layer[3:].T for layer in (one, two)]
    expected = xyz2rgb((3 * xyz[0] + xyz[1]) / 4 / opacity[:, None]).T
    np.testing.assert_allclose(result[3], opacity)
    np.testing.assert_allclose(result[:3], expected, atol=1e-3)
