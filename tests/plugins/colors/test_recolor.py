"""The colour mode that recolours a picture by its lightness."""

import coloraide
import numpy as np
import pytest
from pydantic import ValidationError

from limner.plugin import Params
from limner_plugins.colors.duotone import Duotone
from limner_plugins.colors.gray import Gray
from limner_plugins.colors.oklab import Oklab
from limner_plugins.colors.palette import PaletteColor
from limner_plugins.colors.recolor import Recolor
from limner_plugins.common.oklab import lightness


def params_of(mode):
    layout = mode.param_layout()
    return Params(layout, layout.pack(mode.init_params(np.random.default_rng(0))).astype(np.float64))


def recolored(x, **fields):
    mode = Recolor.model_validate(fields)
    return mode.forward(params_of(mode), np.asarray(x, dtype=np.float64), None)


def test_lightness_is_that_of_oklab():
    rgb = np.random.default_rng(3).random((3, 200))
    expected = [coloraide.Color("srgb", colour.tolist()).convert("oklab")["lightness"] for colour in rgb.T]
    np.testing.assert_allclose(lightness(rgb)[0], expected, atol=2e-7)


def test_lightness_reaches_from_0_to_1_and_has_a_slope_at_black():
    black_to_white = np.array([[0.0, 1e-6, 1.0]] * 3)
    light = lightness(black_to_white)[0]
    assert light[0] == 0
    assert 0 < light[1] < 1e-3
    assert light[2] == pytest.approx(1, abs=1e-7)


def test_grays_in_gray_are_their_lightness():
    grays = np.array([[0.0, 0.2, 0.7, 1.0]] * 3)
    y = recolored(grays, target={"kind": "gray"})
    expected = [coloraide.Color("srgb", gray.tolist()).convert("oklab")["lightness"] for gray in grays.T]
    np.testing.assert_allclose(y, [expected] * 3, atol=2e-7)


def test_levels_stretch_and_swapped_levels_reverse():
    x = np.random.default_rng(1).random((3, 50))
    light = lightness(x)
    y = recolored(x, target={"kind": "gray"}, levels=(0.3, 0.8))
    np.testing.assert_allclose(y[:1], np.clip((light - 0.3) / 0.5, 0, 1), atol=1e-12)
    np.testing.assert_allclose(recolored(x, target={"kind": "gray"}, levels=(0.8, 0.3)), 1 - y, atol=1e-12)


def test_the_midtone_becomes_one_half_and_the_order_stays():
    grays = np.linspace(0, 1, 101)
    levels = lightness(np.array([grays] * 3))[0]
    y = recolored(np.array([grays] * 3), target={"kind": "gray"}, midtone=0.25)[0]
    assert np.interp(0.25, levels, y) == pytest.approx(0.5, abs=1e-3)
    assert (np.diff(y) > 0).all()
    assert (y[0], y[-1]) == (0, pytest.approx(1, abs=1e-6))


def test_the_span_is_the_part_of_the_gradient_that_is_used():
    ends = np.array([[0.0, 1.0]] * 3)
    colors = ("#102030", "#80a0c0", "#ff0000")
    target = {"kind": "palette", "colors": colors}
    gradient = PaletteColor(colors=colors)
    expected = gradient.forward(params_of(gradient), np.array([[0.0, 0.5]]), None)
    np.testing.assert_allclose(recolored(ends, target=target, span=(0.0, 0.5)), expected, atol=1e-6)


def test_a_target_of_several_channels_gets_the_lightness_in_each():
    x = np.random.default_rng(4).random((3, 30))
    light = lightness(x)
    expected = Oklab().forward(params_of(Oklab()), np.concatenate([light] * 3), None)
    np.testing.assert_allclose(recolored(x, target={"kind": "oklab"}), expected, atol=1e-12)


def test_swatches_are_the_new_colours():
    mode = Recolor.model_validate(
        {"source": {"kind": "palette", "colors": ("red", "lime")}, "target": {"kind": "duotone"}}
    )
    np.testing.assert_allclose(mode.swatches(params_of(mode)), Duotone().swatches(params_of(Duotone())))
    assert mode.num_components() == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"source": {"kind": "rgb", "alpha": True}}, "source has alpha; set alpha of recolor instead"),
        ({"levels": (0.5, 0.5)}, r"levels is \[0.5, 0.5\], which has no width"),
        ({"span": (1.0, 1.0)}, r"span is \[1.0, 1.0\], which has no width"),
    ],
)
def test_errors(fields, message):
    with pytest.raises(ValidationError, match=message):
        Recolor.model_validate(fields)


def test_opacity_is_untouched():
    mode = Recolor(target=Gray(), alpha=True, opacity="plain")
    x = np.random.default_rng(2).random((4, 20))
    y = mode.rgba(params_of(mode), x, None)
    np.testing.assert_array_equal(y[3], x[3])
    np.testing.assert_array_equal(y[:3], recolored(x[:3], target={"kind": "gray"}))
