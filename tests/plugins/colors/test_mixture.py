"""A mixture hits the colours of its palette, and mixes any of them; coloraide mixes the same."""

import numpy as np
import pytest
from coloraide import Color

from limner.plugin import Params
from limner_plugins.colors.mixture import Mixture

FLAT = ("#102030", "#c03020", "#50b060", "#f0e0c0")


def painted(mode, channels, seed=0):
    """RGB ``(n, 3)`` of rows of channels."""
    theta = mode.param_layout().pack(mode.init_params(np.random.default_rng(seed)))
    return mode.forward(Params(mode.param_layout(), theta), np.asarray(channels, dtype=np.float64).T, None).T


def test_a_channel_alone_is_its_colour():
    mode = Mixture(colors=FLAT, sharpness=60.0)
    wanted = [Color(text).coords() for text in FLAT]
    np.testing.assert_allclose(painted(mode, np.eye(4)), wanted, atol=1e-6)


def test_any_two_colours_have_their_mean_between_them():
    mode = Mixture(colors=FLAT, sharpness=60.0)
    for i in range(4):
        for j in range(i):
            wanted = Color(FLAT[i]).mix(FLAT[j], 0.5, space="oklab").convert("srgb").coords()
            np.testing.assert_allclose(painted(mode, [np.eye(4)[i] + np.eye(4)[j]])[0], wanted, atol=1e-5)


def test_the_share_of_a_colour_rises_with_its_channel_and_the_sharpness():
    soft, sharp = (Mixture(colors=("black", "white"), sharpness=sharpness) for sharpness in (5.0, 10.0))
    channels = np.stack([np.zeros(5), np.linspace(0.0, 1.0, 5)], axis=1)
    lightness = [
        [Color("srgb", rgb).convert("oklab")["lightness"] for rgb in painted(m, channels)] for m in (soft, sharp)
    ]
    odds = 1 / (1 + np.exp(-np.asarray([[5.0], [10.0]]) * channels[:, 1]))
    np.testing.assert_allclose(lightness, odds, atol=1e-6)


@pytest.mark.parametrize(
    ("settings", "count"),
    [
        ({}, 6),
        ({"count": 9}, 9),
        ({"name": "fog"}, 5),
        ({"colors": FLAT}, 4),
        ({"image": "x", "count": 3}, 3),
    ],
)
def test_each_colour_has_a_channel(settings, count):
    mode = Mixture(**settings)
    assert mode.num_components() == len(mode.component_names()) == count
    assert Mixture(**settings, alpha=True).channels() == count + 1
    assert mode.param_layout().parameters[0].shape == (count, 3)
