"""Shapes, letters and silhouettes that cut a picture out, with their borders."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

import limner
from limner.errors import LimnerError, RecipeError
from limner_plugins.common.outlines.contours import contour_distance

SIZE = (96, 96)
RED, BLUE = (255, 0, 0), (0, 0, 255)
PLAIN = {"seed": 1, "network": {"kind": "mlp", "width": 2, "depth": 1}}
FLAT = {**PLAIN, "color": {"kind": "duotone", "dark": "red", "light": "#ff0001", "contrast": 0.0}}


def cut(canvas=SIZE, **mask):
    """A picture of one colour, cut out: uint8 RGBA."""
    return limner.paint({**FLAT, "mask": mask}, size=canvas).render()


def alpha(canvas=SIZE, **mask):
    return cut(canvas, **mask)[..., 3]


def disc(side, radius):
    y, x = np.mgrid[:side, :side] + 0.5 - side / 2
    return radius - np.hypot(x, y)


def test_the_distance_from_a_contour_is_more_exact_than_a_pixel():
    inside = disc(80, 25.3)
    found = contour_distance(np.clip(inside + 0.5, 0, 1), 0.5)
    assert np.abs(found + inside)[np.abs(inside) < 20].max() < 0.25
    whole = ndimage.distance_transform_edt(inside < 0) - ndimage.distance_transform_edt(inside >= 0)
    assert np.abs(found + inside).mean() < 0.3 * np.abs(whole + inside).mean()
    stretched = contour_distance(np.clip(inside + 0.5, 0, 1)[:, ::2], 0.5, (1.0, 2.0))
    assert np.abs(stretched - found[:, ::2])[np.abs(found[:, ::2]) < 15].max() < 1.0


@pytest.mark.parametrize("size", [(96, 96), (64, 40), (30, 80)])
def test_the_edge_of_a_circle_is_one_pixel_wide(size):
    short = min(size)
    y, x = np.mgrid[: size[1], : size[0]] + 0.5
    inside = 0.4 * short - np.hypot(x - size[0] / 2, y - size[1] / 2)
    expected = np.clip(inside + 0.5, 0, 1) * 255
    assert np.abs(alpha(size, kind="shape", size=0.8) - expected).max() <= 1


@pytest.mark.parametrize(
    ("shape", "share"),
    [
        ("circle", np.pi / 4),
        ("box", 1.0),
        ("rounded-box", 1.0 - 0.15**2 * (4 - np.pi)),
        ("hexagon", 3 * np.sqrt(3) / 8),
        ("ring", np.pi / 4 * (1 - 0.7**2)),
        ("cross", 2 * 0.15 - 0.15**2),
    ],
)
def test_the_area_of_a_shape(shape, share):
    thick = {"thickness": 0.3} if shape in ("rounded-box", "ring", "cross") else {}
    covered = alpha(kind="shape", shape=shape, size=0.5, **thick).mean() / 255
    assert covered == pytest.approx(0.25 * share, rel=0.01)


def test_a_heart_stands_upright_and_rotates_clockwise():
    rows = alpha(kind="shape", shape="heart", size=0.8).sum(axis=1)
    assert rows[:48].sum() > 1.3 * rows[48:].sum()  # the tip points down
    turned = alpha(kind="shape", shape="heart", size=0.8, rotation=90.0)
    assert turned[:, 48:].sum() > 1.3 * turned[:, :48].sum()  # and then to the left


def test_the_centre_is_right_and_below():
    rows, columns = np.nonzero(alpha(kind="shape", size=0.3, centre=[0.25, 0.125]))
    assert (columns.mean() + 0.5, rows.mean() + 0.5) == pytest.approx((72, 60))


def test_a_border_is_opaque_and_has_its_colour():
    pixels, inside = cut(kind="shape", size=0.8, border=0.1, border_color="blue"), disc(96, 0.4 * 96)
    border, picture, outside = (inside > 1) & (inside < 8.6), inside > 10.6, inside < -1
    assert (pixels[border] == (*BLUE, 255)).all()
    assert (pixels[picture][:, [0, 1, 3]] == (255, 0, 255)).all()
    assert (pixels[outside][:, 3] == 0).all()
    faint = limner.paint({**FLAT, "mask": {"kind": "shape", "border": 0.1}}, swap={"color": "gray"}, size=SIZE,
                         set={"color.alpha": True, "color.opacity": "full"})  # fmt: skip
    assert (faint.render()[(disc(96, 43.2) > 1) & (disc(96, 43.2) < 8)] == 255).all()


def test_a_hole_and_its_border():
    pixels, inside = cut(kind="shape", size=0.5, invert=True, border=0.05, border_color="blue"), disc(96, 24)
    assert (pixels[inside < -1][:, [0, 1, 3]] == (255, 0, 255)).all()
    assert (pixels[(inside > 1) & (inside < 3.8)] == (*BLUE, 255)).all()
    assert (pixels[inside > 5.8][:, 3] == 0).all()


def test_a_soft_edge_is_as_wide_as_asked_at_any_size():
    for side in (40, 160):
        opacity, inside = alpha((side, side), kind="shape", size=0.5, softness=0.25), disc(side, side / 4) / side
        assert (opacity[inside > 0.13] == 255).all()
        assert (opacity[inside < -0.13] == 0).all()
        assert ((opacity > 0) & (opacity < 255))[np.abs(inside) < 0.1].all()
        assert opacity[np.abs(inside) < 0.01].mean() == pytest.approx(127, abs=12)


def test_a_border_needs_room():
    with pytest.raises(RecipeError, match=r"mask: border 0\.3 leaves no room inside 0\.5; make it narrower"):
        cut(kind="shape", size=0.5, border=0.3)
    assert cut(kind="shape", size=0.5, border=0.2)[..., 3].max() == 255


def test_letters_are_those_of_the_font():
    picture = Image.new("L", (1600, 1600))
    ImageDraw.Draw(picture).text((200, 200), "Rg", 255, ImageFont.load_default(900))
    left, top, right, bottom = picture.getbbox()
    x, y, half = (left + right) / 2, (top + bottom) / 2, max(right - left, bottom - top) / 0.8 / 2
    box = [x - half, y - half, x + half, y + half]
    expected = np.asarray(picture.resize(SIZE, Image.Resampling.BOX, box=box), dtype=float)
    got = alpha(kind="text", text="Rg", size=0.8, cells=[256, 256]).astype(float)
    assert np.abs(got - expected).mean() < 4
    assert np.abs(got - expected)[(expected == 0) | (expected == 255)].mean() < 1
    assert (got == 255).any()
    assert (got == 0).any()


def test_text_fits_with_its_border_and_bold_letters_cover_more():
    _, columns = np.nonzero(alpha(kind="text", text="ooo", size=0.9, border=0.1, cells=[96, 48]))
    assert np.ptp(columns) + 1 == pytest.approx(0.9 * 96, abs=3)
    thin, bold = (alpha(kind="text", text="I", bold=bold, cells=[48, 96]).mean() for bold in (0.0, 0.03))
    assert bold > 1.2 * thin


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"kind": "text", "text": "  "}, r"mask\.text: must contain a letter, not only spaces"),
        ({"kind": "text", "text": "Grüße"}, r"mask\.text: Pillow's own font has no letter 'ü'; set mask\.font to one"),
        ({"kind": "text", "font": "no.ttf"}, r"mask\.font: cannot read the font 'no\.ttf'"),
        ({"kind": "image", "path": "no.png"}, r"no\.png: there is no such file; name a picture with mask\.path"),
    ],
)
def test_bad_input_is_one_line(values, message):
    with pytest.raises(LimnerError, match=message):
        cut(**values)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Files of a disc: black on white, white on black, opaque on transparent, and all white; 40 x 20 pixels."""
    folder, disc_ = tmp_path_factory.mktemp("masks"), Image.new("L", (40, 20))
    ImageDraw.Draw(disc_).ellipse((12, 2, 27, 17), 255)
    light = np.asarray(disc_)
    Image.fromarray(light).save(folder / "light.png")
    Image.fromarray(255 - light).save(folder / "dark.png")
    Image.fromarray(np.stack([light // 2 + 90] * 3 + [light], axis=-1)).save(folder / "opaque.png")
    Image.new("L", (40, 20), 255).save(folder / "white.png")
    Image.fromarray(np.tile(np.linspace(0, 255, 40).astype(np.uint8), (20, 1))).save(folder / "ramp.png")
    return folder


@pytest.mark.parametrize("name", ["light", "dark", "opaque"])
def test_the_silhouette_is_found(name, drawn):
    opacity, inside = alpha(kind="image", path=str(drawn / f"{name}.png"), cells=64), disc(96, 8 * 96 / 40)
    assert (opacity[inside > 2.5] == 255).all()
    assert (opacity[inside < -2.5] == 0).all()
    cover = alpha(kind="image", path=str(drawn / f"{name}.png"), cells=64, fit="cover")
    assert cover.astype(int).sum() == pytest.approx(4 * opacity.astype(int).sum(), rel=0.06)


def test_the_border_of_a_silhouette_has_its_width(drawn):
    pixels = cut(kind="image", path=str(drawn / "light.png"), cells=64, border=0.05, border_color="blue", size=0.9)
    scale = 0.9 * (1 - 0.1) * 96 / 40
    inside = disc(96, 8 * scale)
    assert (pixels[(inside < -1.5) & (inside > -3.4)] == (*BLUE, 255)).all()
    assert (pixels[inside > 1.8][:, [0, 1, 3]] == (255, 0, 255)).all()
    assert (pixels[inside < -7][:, 3] == 0).all()


def test_soft_edges_have_the_levels_of_the_picture(drawn):
    opacity = alpha((40, 20), kind="image", path=str(drawn / "ramp.png"), area="light", edge="soft", cells=40)
    assert np.abs(opacity - np.linspace(0, 255, 40)).max() <= 1.5
    square = alpha((40, 40), kind="image", path=str(drawn / "ramp.png"), area="light", edge="soft", cells=40)
    assert (square[:9] == 0).all()  # beside the picture, nothing stays
    assert (square[31:] == 0).all()
    hole = alpha((40, 40), kind="image", path=str(drawn / "ramp.png"), area="light", edge="soft", cells=40, invert=True)
    assert (hole[:9] == 255).all()


def test_soft_edges_have_no_border(drawn):
    with pytest.raises(RecipeError, match="mask: border needs a sharp outline; set border to 0, or edge to sharp"):
        cut(kind="image", path=str(drawn / "light.png"), edge="soft", border=0.1)


def test_a_picture_without_an_outline_is_refused(drawn):
    for area, extent in (("light", "fills the picture"), ("dark", "is empty"), ("opaque", "fills the picture")):
        with pytest.raises(LimnerError, match=f"has no outline: the area {extent}; use another picture"):
            cut(kind="image", path=str(drawn / "white.png"), area=area, cells=16)


def test_the_file_of_a_mask_is_needed_only_once(drawn, tmp_path):
    Image.open(drawn / "light.png").save(tmp_path / "mine.png")
    art = limner.paint(
        {**FLAT, "mask": {"kind": "image", "path": str(tmp_path / "mine.png"), "cells": 16}}, size=(8, 8)
    )
    saved = art.save(tmp_path / "art.png")
    (tmp_path / "mine.png").unlink()
    assert (limner.open(saved).render((30, 30)) == art.render((30, 30))).all()
    assert limner.paint(limner.open(saved), seed=5).recipe.mask == art.recipe.mask
