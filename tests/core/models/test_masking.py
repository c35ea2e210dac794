"""A mask makes parts of a picture transparent, wherever the frame and warps put its points."""

from dataclasses import replace

import numpy as np
import pytest

import limner
from limner.composition.parser import parse
from limner.errors import LimnerError, RecipeError
from limner.models.factory import init_params
from limner.plugin import Context, Mask, Samples, namespace
from limner.registry.registry import registry

SMALL = {"seed": 3, "size": [48, 32], "network": {"kind": "mlp", "width": 4, "depth": 2}}
DISC = {"kind": "shape", "size": 0.8}


def paint(**table):
    return limner.paint({**SMALL, **table})


def from_centre(width, height):
    """The distance of each pixel from the middle, as a fraction of the shorter side."""
    y, x = np.mgrid[:height, :width]
    return np.hypot(x + 0.5 - width / 2, y + 0.5 - height / 2) / min(width, height)


@pytest.mark.parametrize(("bits", "top"), [(8, 255), (16, 65535)])
def test_the_opacity_is_exactly_0_outside_and_1_inside(bits, top):
    away, alpha = from_centre(48, 32), paint(mask=DISC).render(bits=bits)[..., 3]
    edge = 0.6 / 32
    assert (alpha[away > 0.4 + edge] == 0).all()
    assert (alpha[away < 0.4 - edge] == top).all()
    between = alpha[abs(away - 0.4) < 0.2 / 32]
    assert ((between > 0) & (between < top)).all()
    assert between.size


def test_a_mask_leaves_the_colours_as_they_are():
    assert (paint(mask=DISC).render()[..., :3] == paint().render()).all()


@pytest.mark.parametrize(
    "other",
    [
        {"frame": {"kind": "corner"}},
        {"frame": {"kind": "centred", "scale": 5.0}},
        {"warp": [{"kind": "kaleidoscope"}, {"kind": "swirl"}]},
        {"frame": {"kind": "raster", "width": 8, "height": 8}, "encoder": [{"kind": "latent"}]},
    ],
    ids=["corner", "scale", "warps", "raster"],
)
def test_neither_frame_nor_warps_move_the_outline(other):
    star = {"kind": "shape", "shape": "star", "centre": [0.2, 0.1]}
    plain, moved = paint(mask=star), paint(mask=star, **other)
    assert (moved.render()[..., :3] != plain.render()[..., :3]).any()
    assert (moved.render()[..., 3] == plain.render()[..., 3]).all()


def test_the_opacity_of_the_colour_mode_is_multiplied():
    color = {"kind": "rgb", "alpha": True}
    alone = paint(color=color).render(bits=16)[..., 3] / 65535
    mask = paint(mask=DISC).render(bits=16)[..., 3] / 65535
    both = paint(color=color, mask=DISC).render(bits=16)[..., 3] / 65535
    assert np.abs(both - alone * mask).max() < 2 / 65535
    assert np.ptp(alone) > 0.01


def test_a_region_has_the_pixels_of_the_whole_picture():
    art = paint(mask={**DISC, "border": 0.1})
    assert (art.render(region=(20, 3, 11, 9)) == art.render()[3:12, 20:31]).all()


def test_recipes_without_a_mask_are_unchanged():
    art = paint()
    assert "mask" not in art.recipe.table()
    assert not art.model.alpha
    masked = paint(mask=DISC)
    assert masked.recipe.table()["mask"]["kind"] == "shape"
    assert [path for path, _ in masked.recipe.parts()][-2:] == ["color", "mask"]
    assert (masked.theta == art.theta).all()
    for none in ("none", []):
        assert limner.paint(masked, swap={"mask": none}).recipe == replace(art.recipe, seeded=True)


def test_the_data_of_a_mask_is_stored_and_another_stage_keeps_its_own(tmp_path):
    plain = paint(encoder=[{"kind": "grid"}])
    art = paint(encoder=[{"kind": "grid"}], mask={"kind": "text", "text": "o", "cells": [24, 24]})
    assert {name for name in art.model.layout.slices if name.startswith("mask.")} == {"mask.raster", "mask.block"}
    for name, span in plain.model.layout.slices.items():
        assert (art.theta[art.model.layout.slices[name]] == plain.theta[span]).all()
    again = limner.open(art.save(tmp_path / "o.png"))
    assert again == art
    assert limner.verify(tmp_path / "o.png").ok


def test_layers_may_have_masks_each():
    right = {**DISC, "size": 0.4, "centre": [0.5, 0.0]}
    layers = [{**SMALL, "mask": DISC}, {**SMALL, "seed": 9, "mask": right}]
    pixels = limner.paint({"size": [48, 32], "seed": 3, "layer": layers, "blend": {"kind": "over"}}).render()
    below, above = (limner.paint(layer).render() for layer in layers)
    assert (pixels[above[..., 3] == 255] == above[above[..., 3] == 255]).all()
    alone = (above[..., 3] == 0) & (below[..., 3] == 255)
    assert (pixels[alone] == below[alone]).all()
    assert (pixels[(above[..., 3] == 0) & (below[..., 3] == 0)][:, 3] == 0).all()


def test_a_masked_recipe_is_not_trained():
    table = {**SMALL, "mask": DISC, "loss": {"kind": "mse"}, "trainer": {"kind": "rprop"}}
    with pytest.raises(LimnerError, match=r"cannot learn behind the mask 'shape'; remove \[mask\]"):
        limner.fit(np.zeros((4, 4, 3), np.uint8), table, steps=1)
    model, theta = init_params(parse(table, registry()))
    samples, ctx = Samples(pixels=np.ones((2, 3), np.float32)), Context((48, 32))
    for differentiate in (model.vjp, model.jacobian):
        with pytest.raises(NotImplementedError, match="not trained"):
            differentiate(theta, samples, ctx)


def test_a_recipe_that_converts_pictures_takes_no_mask():
    table = {"encoder": [{"kind": "grayscale"}], "network": {"kind": "unet"}, "mask": DISC}
    with pytest.raises(RecipeError, match="encoder 'grayscale' works on images and mask 'shape' on codes or points"):
        parse(table, registry())


class Stripes(Mask):
    """The left of each pair of columns."""

    def forward(self, params, xy, rgb, ctx):
        across = (xy[:1, :] - ctx.bounds.x0) / self.pixel(ctx)
        return 1.0 - namespace(xy).floor(across) % 2.0


class Slanted(Mask):
    def forward(self, params, xy, rgb, ctx):
        return xy


def test_a_class_of_ones_own_is_a_mask():
    alpha = limner.paint({**SMALL}, swap={"mask": Stripes}).render()[..., 3]
    assert (alpha[:, ::2] == 255).all()
    assert (alpha[:, 1::2] == 0).all()
    with pytest.raises(LimnerError, match=r"rgba\(\) must return an array of shape \(4, \d+\)"):
        limner.paint({**SMALL}, swap={"mask": Slanted}).render()


@pytest.mark.parametrize(("opacity", "low"), [("fold", 0.25), ("full", 0.0)])
def test_the_opacity_of_colour_modes_folds_to_a_quarter_or_to_0(opacity, low):
    mode = registry().load("color", "gray")(alpha=True, opacity=opacity)
    o = np.array([0.0, 0.25, 0.5, 0.8, 1.0])
    x = np.stack([o * 0 + 0.5, o])
    expected = [low, (1 + low) / 2, 1.0, low + (1 - low) * 0.4, low]
    assert mode.rgba({}, x, Context((5, 1)))[3] == pytest.approx(expected)
    _, pull = mode.rgba_vjp({}, x, Context((5, 1)))
    slope = pull(np.ones((4, 5)))[1][1]
    assert slope[[1, 3]] == pytest.approx([2 * (1 - low), -2 * (1 - low)])
