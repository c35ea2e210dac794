"""The colours that a mode mixes are those in θ."""

import numpy as np
import pytest

from limner.plugin import Params, StageSpec
from limner_plugins.colors.duotone import Duotone
from limner_plugins.colors.hsv import Hsv
from limner_plugins.colors.layers import Layers
from limner_plugins.colors.palette import PaletteColor
from limner_plugins.colors.recolor import Recolor


def swatches(mode, change=0.0):
    layout = mode.param_layout()
    theta = layout.pack(mode.init_params(np.random.default_rng(3)))
    return mode.swatches(Params(layout, theta + change))


def test_those_of_a_palette_are_the_listed_colours():
    shown = swatches(PaletteColor(colors=("#ff8000", "navy", "white")))
    np.testing.assert_allclose(shown, np.array([[255, 128, 0], [0, 0, 128], [255, 255, 255]]) / 255, atol=1e-6)


def test_trained_colours_are_shown_as_trained():
    mode = PaletteColor(colors=("black", "black"), learn=True)
    assert swatches(mode, change=np.array([0.5, 0, 0] * 2)).min() == pytest.approx(0.3886, abs=1e-3)  # OKLab L = 0.5


def test_shuffled_colours_are_shown_in_their_order():
    plain, shuffled = swatches(PaletteColor(name="fiesta")), swatches(PaletteColor(name="fiesta", shuffle=True))
    assert (plain != shuffled).any()
    np.testing.assert_allclose(np.sort(plain, axis=0), np.sort(shuffled, axis=0))


def test_those_of_duotone_are_its_inks():
    np.testing.assert_allclose(swatches(Duotone(dark="navy", light="#fff")), [[0, 0, 128 / 255], [1, 1, 1]])


def test_those_of_layers_are_those_of_both():
    first = StageSpec("color", "palette", PaletteColor(colors=("red", "black")))
    mode = Layers(first=first, second=StageSpec("color", "duotone", Duotone(dark="navy", light="white")))
    np.testing.assert_allclose(swatches(mode)[[0, 3]], [[1, 0, 0], [1, 1, 1]], atol=1e-6)


def test_those_of_recolor_are_the_new_colours():
    target = StageSpec("color", "duotone", Duotone(dark="navy", light="white"))
    assert swatches(Recolor(target=target)).shape == (2, 3)
    np.testing.assert_allclose(swatches(Recolor(target=target))[0], [0, 0, 128 / 255])


def test_a_mode_without_fixed_colours_has_none():
    assert swatches(Hsv()).shape == (0, 3)
