"""What filters make of pictures, against independent oracles."""

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError
from scipy import ndimage
from skimage import data, feature, filters, measure, transform

from limner.arrays.parameters import Params
from limner.registry.registry import registry
from limner.stages.context import Context, Samples

CONTEXT = Context(size=(48, 40), seed=3)


def made(name, **settings):
    return registry().load("encoder", name)(**settings)


@pytest.fixture(scope="module")
def pictures():
    """Three crops in 8 bits, (3, 3, 40, 48)."""
    crops = [data.astronaut()[20:60, 200:248], data.coffee()[100:140, 300:348], data.chelsea()[90:130, 120:168]]
    return np.stack([crop.transpose(2, 0, 1) for crop in crops], axis=1).astype(np.float32) / 255


def told(stage, images, ctx=CONTEXT, **others):
    layout = stage.param_layout()
    params = Params(layout, layout.pack(stage.init_params(np.random.default_rng(1))))
    return stage.forward(params, Samples(images=images, **others), ctx)


def test_identity_and_average(pictures):
    np.testing.assert_array_equal(told(made("identity"), pictures), pictures)
    np.testing.assert_array_equal(told(made("average"), pictures), pictures)
    np.testing.assert_array_equal(told(made("average"), pictures, other_images=pictures[:, ::-1]), pictures[:, ::-1])
    assert made("average").uses_other_images
    assert not made("identity").uses_other_images


def test_grayscale_is_what_pillow_makes(pictures):
    got = told(made("grayscale"), pictures)
    for i in range(3):
        levels = np.rint(pictures[:, i] * 255).astype(np.uint8).transpose(1, 2, 0)
        wanted = np.asarray(Image.fromarray(levels).convert("L"), dtype=float) / 255
        assert np.abs(got[0, i] - wanted).max() < 1.01 / 255


def test_thresholds_cut_every_level_of_8_bits_where_they_say():
    ramp = np.broadcast_to(np.arange(256, dtype=np.float32) / 255, (3, 1, 1, 256))
    got = told(made("thresholds", levels=(1, 50, 255)), ramp)
    assert got.shape == (9, 1, 1, 256)
    for layer in range(9):
        assert [int(x) for x in got[layer, 0, 0]] == [int(v >= (1, 50, 255)[layer % 3]) for v in range(256)]


def test_layers_are_shown_colour_by_colour(pictures):
    stage = made("thresholds")
    layers = told(stage, pictures)
    shown = stage.to_rgb(layers)
    assert shown.shape == pictures.shape
    np.testing.assert_allclose(shown[1], layers[4:8].mean(axis=0))
    assert np.corrcoef(shown.ravel(), pictures.ravel())[0, 1] > 0.9


@pytest.mark.parametrize("width", [1.0, 2.5])
def test_contours_lie_where_scikit_image_finds_them(pictures, width):
    smooth = ndimage.gaussian_filter(pictures, (0, 0, 1.5, 1.5))
    got = told(made("contours", levels=(90,), smooth=0.0, width=width, layers=True), smooth)
    ink = 1 - got[0, 0]  # of red
    at = np.concatenate(measure.find_contours(smooth[0, 0], 90 / 255))
    rounded = np.rint(at).astype(int)
    assert np.mean(ink[rounded[:, 0], rounded[:, 1]] > 0.4) > 0.95
    rows, columns = np.mgrid[:40, :48]
    far = np.hypot(rows[..., None] - at[:, 0], columns[..., None] - at[:, 1]).min(axis=-1)
    assert ink[far > width / 2 + 1.6].max() < 0.02
    assert 0.2 < ink.sum() / (width * len(at)) < 2


def test_contours_are_soft_lines_of_their_width():
    ramp = np.broadcast_to(np.linspace(0, 1, 41, dtype=np.float32), (3, 1, 8, 41))
    ink = 1 - told(made("contours", levels=(128,), smooth=0.0, width=3.0), ramp)
    place = 128 / 255 * 40
    wanted = np.clip(2.0 - np.abs(np.arange(41) - place), 0, 1)
    np.testing.assert_allclose(ink, np.broadcast_to(wanted, ink.shape), atol=1e-4)


def test_what_is_flat_has_no_contour_though_it_be_at_the_level():
    plain = np.full((3, 1, 8, 8), 100 / 255, np.float32)
    assert (told(made("contours", levels=(100,)), plain) == 1).all()
    assert (told(made("contours", levels=(100, 101), layers=True), plain) == 1).all()


def test_canny_finds_a_discs_rim_and_is_scikit_images(pictures):
    rows, columns = np.mgrid[:40, :48] + 0.5
    away = np.hypot(rows - 20, columns - 24)
    disc = np.broadcast_to(np.clip(12.5 - away, 0, 1).astype(np.float32), (3, 1, 40, 48))
    rim = told(made("canny"), disc)[0, 0]
    assert set(np.unique(rim)) == {0.0, 1.0}
    assert np.abs(away[rim == 1] - 12).max() < 1.3
    assert rim.sum() > 60
    got = told(made("canny", sigma=1.5, low=0.05, high=0.1), pictures)
    gray = told(made("grayscale"), pictures)
    for i in range(3):
        np.testing.assert_array_equal(got[0, i], feature.canny(gray[0, i], 1.5, 0.05, 0.1))


def test_cannys_thresholds_stand_in_order():
    with pytest.raises(ValidationError, match=r"high must be at least low = 0.3, got 0.2"):
        made("canny", low=0.3)


@pytest.mark.parametrize("operator", ["sobel", "scharr", "prewitt"])
def test_edges_are_scikit_images(pictures, operator):
    got = told(made("edges", operator=operator, color=True, gain=2.0), pictures.astype(float))
    for c in range(3):
        wanted = getattr(filters, operator)(pictures[c, 1].astype(float))
        np.testing.assert_allclose(got[c, 1], 2 * wanted, atol=1e-9)
    alone = told(made("edges", operator=operator, gain=1.0), np.repeat(pictures[:1], 3, axis=0))
    np.testing.assert_allclose(alone[0, 1], getattr(filters, operator)(pictures[0, 1]), atol=1e-6)


def test_posterize_takes_the_nearest_level(pictures):
    got = told(made("posterize", levels=5), pictures)
    levels = np.linspace(0, 1, 5)
    distances = np.abs(pictures[..., None] - levels)
    np.testing.assert_allclose(np.abs(pictures - got), distances.min(axis=-1), atol=1e-6)
    assert len(np.unique(got)) <= 5


@pytest.mark.parametrize("sigma", [0.6, 2.0, 30.0])
def test_blur_is_scipys(pictures, sigma):
    wanted = ndimage.gaussian_filter(pictures.astype(float), (0, 0, sigma, sigma), mode="reflect", truncate=4.0)
    np.testing.assert_allclose(told(made("blur", sigma=sigma), pictures.astype(float)), wanted, atol=1e-9)


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_downscale_is_the_mean_of_blocks(pictures, factor):
    stage = made("downscale", factor=factor)
    wanted = measure.block_reduce(pictures, (1, 1, factor, factor), np.mean)
    np.testing.assert_allclose(told(stage, pictures), wanted, atol=1e-6)
    assert stage.output_size((48, 40)) == wanted.shape[:1:-1]
    assert stage.training_only


def test_blocks_at_the_border_may_be_smaller(pictures):
    odd, stage = pictures[..., :37, :43], made("downscale")
    got = told(stage, odd)
    assert got.shape == (3, 3, 10, 11)
    assert stage.output_size((43, 37)) == (11, 10)
    for i, j in ((0, 0), (9, 3), (4, 10), (9, 10)):
        wanted = odd[..., 4 * i : 4 * i + 4, 4 * j : 4 * j + 4].mean(axis=(2, 3))
        np.testing.assert_allclose(got[..., i, j], wanted, atol=1e-6)
    blocks = told(made("downscale", enlarge="blocks"), odd)
    np.testing.assert_allclose(blocks, np.repeat(np.repeat(got, 4, 2), 4, 3)[..., :37, :43], atol=1e-6)


def test_small_copies_enlarged_between_their_pixels(pictures):
    stage = made("downscale", enlarge="linear")
    small = told(made("downscale"), pictures)
    wanted = [[transform.resize(p, (40, 48), order=1, mode="edge", anti_aliasing=False) for p in c] for c in small]
    np.testing.assert_allclose(told(stage, pictures), wanted, atol=1e-5)
    assert stage.output_size((48, 40)) == (48, 40)


@pytest.mark.parametrize("settings", [{}, {"shape": "strokes", "fill": 0.25}])
def test_holes_are_filled_and_told(pictures, settings):
    stage = made("mask", **settings)
    got = told(stage, pictures, index=np.arange(3))
    hole = got[3] == 1
    assert set(np.unique(got[3])) == {0.0, 1.0}
    assert (hole.mean(axis=(1, 2)) > 0.02).all()
    assert (hole.mean(axis=(1, 2)) < 0.6).all()
    for c in range(3):
        np.testing.assert_allclose(got[c][hole], stage.fill, atol=1e-6)
        np.testing.assert_array_equal(got[c][~hole], pictures[c][~hole])
    np.testing.assert_array_equal(stage.to_rgb(got), got[:3])


def test_one_rectangle_is_a_rectangle_within_the_picture(pictures):
    sides = []
    for step in range(40):
        hole = told(made("mask", holes=1, largest=0.5), pictures, Context(size=(48, 40), step=step))[3, 0]
        rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
        assert hole.sum() == len(rows) * len(columns)
        sides.append((len(rows) / 40, len(columns) / 48))
    assert 0.1 < np.min(sides) < 0.2
    assert 0.4 < np.max(sides) <= 0.53


@pytest.mark.parametrize("name", ["mask", "noise"])
def test_what_is_drawn_is_a_pictures_own(pictures, name):
    stage = made(name)
    whole = told(stage, pictures, index=np.asarray([7, 2, 7]))
    drawn = whole[-1]
    np.testing.assert_array_equal(drawn[0], drawn[2])
    assert (drawn[0] != drawn[1]).any()
    np.testing.assert_array_equal(told(stage, pictures[:, 1:2], index=np.asarray([2]))[-1, 0], drawn[1])
    later = told(stage, pictures, Context(size=(48, 40), seed=3, step=1), index=np.asarray([7, 2, 7]))
    assert (later[-1, 0] != drawn[0]).any()


def test_noise_in_the_place_of_pictures_is_white(pictures):
    stage = made("noise", count=3, scale=2.0)
    got = told(stage, np.zeros((3, 2, 90, 90), np.float32), index=np.arange(2))
    assert got.shape == (3, 2, 90, 90)
    assert np.abs(got).max() <= 2
    assert abs(got.mean()) < 0.02
    assert abs(got.std() - 2 / 3**0.5) < 0.02
    near = [(got[..., 1:] * got[..., :-1]).mean(), (got[1:] * got[:-1]).mean(), (got[:, 0] * got[:, 1]).mean()]
    assert np.abs(near).max() < 0.06
    shown = stage.to_rgb(got)
    assert shown.min() >= 0
    assert shown.max() <= 1
    assert np.allclose(made("noise", scale=0.0).to_rgb(np.zeros((2, 1, 4, 4))), 0.5)
