"""Words as distances: against ink, far away, and without the font."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

import limner
from limner.arrays.parameters import Params
from limner.errors import LimnerError, RecipeError
from limner.registry.registry import registry
from limner.stages.context import Context, Samples

GRID = np.stack([axis.ravel() for axis in np.meshgrid(*[np.linspace(-1.3, 1.3, 53)] * 2)])


def made(**settings):
    return registry().load("encoder", "text")(**settings)


def told(encoder, xy=GRID):
    """The features at points, in float64."""
    layout = encoder.param_layout()
    params = Params(layout, layout.pack(encoder.init_params(np.random.default_rng(3))).astype(np.float64))
    return encoder.forward(params, Samples(xy=np.asarray(xy, dtype=np.float64)), Context((100, 100)))


def test_text_distance_has_the_sign_of_the_ink():
    encoder = made(text="Or", size=0.8, bold=0.0, reach=1.0)
    distance, filling = told(encoder)
    image = Image.new("L", (1000, 1000))
    ImageDraw.Draw(image).text((300, 250), "Or", 255, ImageFont.load_default(400))
    inked = np.asarray(image) > 127
    truth = ndimage.distance_transform_edt(~inked) - ndimage.distance_transform_edt(inked)
    (top, bottom), (left, right) = (np.flatnonzero(inked.any(axis=a))[[0, -1]] + [0, 1] for a in (1, 0))
    side = max(right - left, bottom - top)
    x, y = GRID * (side / 1.6) + [[(left + right) / 2], [(top + bottom) / 2]]  # 0.8 of a short side of 2
    wanted = ndimage.map_coordinates(truth, [y, x], order=1, mode="nearest") * (1.6 / side)
    assert np.abs(distance - wanted).max() < 0.08
    near = (np.abs(GRID[0]) < 1.18) & (np.abs(GRID[1]) < 0.95)  # within the raster
    assert np.abs(distance - wanted)[near].max() < 0.02
    assert np.abs(distance - wanted)[near].mean() < 0.005
    sure = np.abs(wanted) > 0.02
    assert np.array_equal(np.sign(filling[sure]), np.sign(wanted[sure]))
    assert (wanted < -0.02).any()


def test_text_distance_has_the_slope_1_also_far_beyond_its_raster():
    encoder = made(text="lI\nA", size=0.2, bold=0.0, reach=1.0, fill=False)
    step = 3.0 / 600
    ticks = np.linspace(-1.5, 1.5, 601)
    d = told(encoder, np.stack([axis.ravel() for axis in np.meshgrid(ticks, ticks)]))[0].reshape(601, 601)
    assert np.abs(np.diff(d)).max() < 1.3 * step  # nothing jumps
    assert np.abs(np.diff(d, axis=0)).max() < 1.3 * step
    slope = np.hypot(*np.gradient(d, step))
    around = np.hypot(ticks[:, None], ticks) > 0.4
    assert (np.abs(slope[around] - 1) < 0.1).mean() > 0.9
    assert np.abs(slope[around] - 1).max() < 0.3


def test_text_lines_are_centred_and_bold_is_an_offset():
    encoder = made(text="H\nHHH", bold=0.0, reach=1.0)
    d = told(encoder, np.stack([GRID[0], GRID[1]]))[0].reshape(53, 53)
    inside = d[:26] < 0
    assert inside.any()
    assert np.array_equal(inside, inside[:, ::-1])
    assert np.allclose(told(made(text="H\nHHH", bold=0.1, reach=1.0))[0], d.ravel() - 0.1)


def test_text_refuses_what_cannot_be_drawn(tmp_path, monkeypatch):
    (tmp_path / "no.ttf").write_text("no font")
    for font in ("no-such-font.ttf", str(tmp_path / "no.ttf"), str(tmp_path)):
        with pytest.raises(LimnerError, match=r"cannot read the font '.*' .*set it to a .ttf or .otf file") as caught:
            limner.paint("marbling", seed=1, swap={"encoder": ["text"]}, set={"encoder.text.font": font})
        assert font in str(caught.value)
    with pytest.raises(RecipeError, match="must contain a letter, not only spaces"):
        limner.paint("marbling", seed=1, swap={"encoder": ["text"]}, set={"encoder.text.text": " \n "})
    monkeypatch.setattr(ImageDraw.ImageDraw, "multiline_text", lambda *args, **how: None)  # as of a font of spaces
    with pytest.raises(LimnerError, match="the font has no glyphs for 'limner'"):
        told(made())


def test_text_of_glyphs_that_the_font_lacks_is_drawn_as_it_does():
    assert (told(made(text="\u4e00\U0001f600", cells=(64, 64)))[0] < 0).any()


def test_a_picture_opens_without_the_font_it_was_made_with(tmp_path):
    source = tmp_path / "a.ttf"
    source.write_bytes(ImageFont.load_default(10).path.getvalue())  # Pillow's own
    table = {"encoder": [{"kind": "xy"}, {"kind": "text", "font": str(source)}]}
    artwork = limner.paint(table, seed=4, size=(40, 30))
    artwork.save(tmp_path / "out.png")
    source.unlink()
    again = limner.open(tmp_path / "out.png")
    assert np.array_equal(again.theta, artwork.theta)
    assert np.array_equal(again.render(), artwork.render())
    assert np.array_equal(again.render((80, 60)), artwork.render((80, 60)))
