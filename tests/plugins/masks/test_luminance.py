"""Ink without its paper: what stays of a picture by its lightness."""

import numpy as np
import pytest

from limner.plugin import Context, ParameterLayout, Params
from limner_plugins.common.oklab import lightness
from limner_plugins.masks.luminance import LuminanceMask

CTX, NONE = Context((8, 8)), Params(ParameterLayout(), np.empty(0))
XY = np.zeros((2, 200))
RGB = np.random.default_rng(4).random((3, 200))


@pytest.mark.parametrize(("keep", "sign"), [("dark", -1), ("light", 1)])
def test_what_stays_is_opaque_and_the_rest_is_clear(keep, sign):
    opacity = LuminanceMask(keep=keep, threshold=0.6, softness=0.1).forward(NONE, XY, RGB, CTX)[0]
    above = sign * (lightness(RGB)[0] - 0.6)
    assert (opacity[above > 0.05] == 1).all()
    assert (opacity[above < -0.05] == 0).all()
    assert (np.diff(opacity[np.argsort(above)]) >= -1e-9).all()
    assert ((opacity > 0) & (opacity < 1)).any()


def test_a_gray_picture_looks_the_same_over_its_paper():
    """Where taking white out leaves a colour from 0 to 1; otherwise the ink is as dark as it can be."""
    gray = np.broadcast_to(np.linspace(0, 1, 200), (3, 200))
    rgba = LuminanceMask(threshold=0.75, softness=0.5).rgba(NONE, XY, gray, CTX)
    ink, opacity = rgba[:3], rgba[3:]
    over_white = opacity * ink + 1 - opacity
    possible = opacity >= 1 - gray
    assert np.abs(over_white - gray)[possible].max() < 1e-9
    assert (ink[~possible & (opacity > 0)] == 0).all()
    light = LuminanceMask(keep="light", threshold=0.25, softness=0.4).rgba(NONE, XY, gray, CTX)
    over_black = light[3:] * light[:3]
    assert np.abs(over_black - gray)[light[3:] >= gray].max() < 1e-9


def test_the_opacity_of_the_colours_is_multiplied():
    half = np.concatenate([RGB, np.full((1, 200), 0.5)])
    mask = LuminanceMask()
    assert mask.rgba(NONE, XY, half, CTX)[3] == pytest.approx(0.5 * mask.rgba(NONE, XY, RGB, CTX)[3])
