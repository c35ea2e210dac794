"""Pictures as features: the lookup against scipy's, every kind of file, and the files that are refused."""

import math
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

import limner
from limner.arrays.parameters import Params
from limner.errors import LimnerError
from limner.imaging.canvas import Canvas
from limner.registry.registry import registry
from limner.stages.context import Context, Samples
from limner_plugins.common.raster import sample

RASTER = np.random.default_rng(0).uniform(size=(2, 7, 9))
PLACES = np.random.default_rng(1).uniform(-20, 30, (2, 400))
SCIPY = {"clamp": "nearest", "mirror": "reflect", "repeat": "grid-wrap"}


@pytest.mark.parametrize("edge", SCIPY)
@pytest.mark.parametrize(("interpolation", "order"), [("nearest", 0), ("bilinear", 1)])
def test_raster_lookups_are_scipy_s(edge, interpolation, order):
    got = sample(RASTER, *PLACES, interpolation, edge)
    for plane, row in zip(RASTER, got, strict=True):
        wanted = ndimage.map_coordinates(plane, PLACES[::-1] - 0.5, order=order, mode=SCIPY[edge])
        assert np.allclose(row, wanted)


def test_bicubic_lookups_against_keys_formula():
    def kernel(t):
        t = abs(t)
        return 1.5 * t**3 - 2.5 * t**2 + 1 if t < 1 else -0.5 * t**3 + 2.5 * t**2 - 4 * t + 2 if t < 2 else 0.0

    got = sample(RASTER, *PLACES[:, :40], "bicubic", "clamp")
    for n, (x, y) in enumerate(PLACES[:, :40].T - 0.5):
        wanted = sum(
            RASTER[0, min(max(j, 0), 6), min(max(i, 0), 8)] * kernel(x - i) * kernel(y - j)
            for j in range(math.floor(y) - 1, math.floor(y) + 3)
            for i in range(math.floor(x) - 1, math.floor(x) + 3)
        )
        assert got[0, n] == pytest.approx(wanted)


def seen(path, size, canvas=None, **settings):
    """What the encoder says at the pixels of a canvas of its raster's size, (c, h, w), 0 to 1."""
    chosen = {"path": str(path), "width": size[0], "height": size[1], "blur": 0.0, "black": 0.0, **settings}
    encoder = registry().load("encoder", "image")(**chosen)
    canvas = Canvas(canvas or size)
    frame = registry().load("frame", "centred")()
    (block,) = canvas.blocks(10**6)
    xy = frame.forward(canvas.samples_of(block, np, np.float32, None), canvas.size)
    layout = encoder.param_layout()
    params = Params(layout, layout.pack(encoder.init_params(np.random.default_rng(0))))
    features = encoder.forward(params, Samples(xy=xy), Context(canvas.size, bounds=frame.bounds(canvas.size)))
    return features.reshape(-1, *canvas.size[::-1])


def pixels(shape, seed=5):
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear", "bicubic"])
def test_pixel_centres_land_on_pixels(tmp_path, interpolation):
    given = pixels((12, 20, 3))
    Image.fromarray(given).save(tmp_path / "a.png")
    got = seen(tmp_path / "a.png", (20, 12), channels="rgb", interpolation=interpolation)
    assert np.abs(got - given.transpose(2, 0, 1) / 255).max() < 1e-4


def test_features_run_from_black_to_white():
    plain, spread = (seen("skimage:camera", (16, 16), **how) for how in ({}, {"black": 3.0, "white": -1.0}))
    assert np.allclose(spread, 3 - 4 * plain, atol=1e-5)


def test_fits_keep_the_aspect(tmp_path):
    given = np.zeros((40, 80, 3), dtype=np.uint8)
    given[:, 20:60] = 255  # a white square between black sides
    Image.fromarray(given).save(tmp_path / "a.png")
    look = {"size": (80, 40), "canvas": (40, 40), "interpolation": "nearest"}
    assert seen(tmp_path / "a.png", fit="cover", **look).min() > 0.99
    assert np.allclose(seen(tmp_path / "a.png", fit="stretch", **look)[0, :, 9:11], [0, 1])
    whole = seen(tmp_path / "a.png", fit="contain", edge="repeat", **look)[0]
    assert np.allclose(whole[:, [9, 10, 29, 30]], [0, 1, 1, 0])
    small = seen(tmp_path / "a.png", fit="contain", zoom=0.5, edge="clamp", **look)[0]
    assert np.allclose(small[:, 14:16], [0, 1])


def test_a_file_of_another_size_is_fitted_into_the_raster(tmp_path):
    Image.linear_gradient("L").save(tmp_path / "a.png")  # 256 x 256, dark to light
    got = seen(tmp_path / "a.png", (16, 32))[0]
    assert np.allclose(got, ((np.arange(32) + 0.5) / 32)[:, None], atol=0.01)


def test_blur_smooths():
    sharp, soft = (seen("skimage:camera", (64, 64), blur=b)[0] for b in (0.0, 0.05))
    assert np.abs(np.diff(soft)).mean() < 0.5 * np.abs(np.diff(sharp)).mean()


def test_sample_pictures_are_those_that_come_with_scikit_image():
    with pytest.raises(LimnerError, match=r"skimage:lena: scikit-image has no such picture.*astronaut.*rocket"):
        seen("skimage:lena", (8, 8))
    with pytest.raises(LimnerError, match="has no such picture"):
        seen("skimage:../data/camera", (8, 8))


GRAY = pixels((10, 8))
RGB = pixels((10, 8, 3))


def _luma(rgb):
    return np.asarray(rgb, dtype=float) @ [0.299, 0.587, 0.114]


def test_kinds_of_pictures(tmp_path):
    def kept(image, name, **how):
        settings = how.pop("settings", {})
        image.save(tmp_path / name, **how)
        return 255 * seen(tmp_path / name, (8, 10), **settings)

    gray, rgb = Image.fromarray(GRAY), Image.fromarray(RGB)
    assert np.abs(kept(gray, "l.png") - GRAY).max() < 0.1
    assert np.abs(kept(rgb, "rgb.bmp") - _luma(RGB)).max() < 1.1
    assert np.abs(kept(gray.convert("P"), "p.gif") - GRAY).max() < 1.1
    assert np.abs(kept(gray.convert("1"), "1.png", settings={"channels": "rgb"})).max() > 254
    cmyk = kept(rgb.convert("CMYK"), "cmyk.tif", settings={"channels": "rgb"})
    assert np.abs(cmyk - RGB.transpose(2, 0, 1)).max() < 2
    deep = kept(Image.fromarray(GRAY.astype(np.uint16) * 256 + 20), "i16.png")
    assert np.abs(deep * 257 - (GRAY * 256.0 + 20)).max() < 1  # finer than 8 bits
    assert np.abs(kept(Image.fromarray(GRAY.astype(np.float32) / 255), "f.tif") - GRAY).max() < 0.1
    assert np.abs(kept(Image.fromarray(GRAY.astype(np.int32) * 1000), "i.tif") * GRAY.max() / 255 - GRAY).max() < 0.1
    frames = [Image.fromarray(255 - GRAY)] * 2
    assert np.abs(kept(gray, "moves.gif", save_all=True, append_images=frames) - GRAY).max() < 1.1


def test_what_is_clear_lies_on_white(tmp_path):
    rgba = np.dstack([RGB, np.where(np.arange(8) < 4, 0, 255)[None, :].repeat(10, axis=0).astype(np.uint8)])
    Image.fromarray(rgba).save(tmp_path / "a.png")
    *colour, alpha = 255 * seen(tmp_path / "a.png", (8, 10), channels="rgb-alpha")
    assert np.abs(np.asarray(colour)[:, :, :4] - 255).max() < 0.1
    assert np.abs(np.asarray(colour) - RGB.transpose(2, 0, 1))[:, :, 4:].max() < 0.1
    assert np.array_equal(np.round(alpha), rgba[..., 3])
    assert seen("skimage:camera", (8, 10), channels="alpha").min() > 0.99


def test_orientation_is_followed(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it clockwise to look at it
    Image.fromarray(GRAY).save(tmp_path / "turned.png", exif=exif)
    assert np.abs(255 * seen(tmp_path / "turned.png", (10, 8))[0] - np.rot90(GRAY, -1)).max() < 0.1


def _bomb(path):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b""))


def _cut(path, **how):
    Image.fromarray(pixels((200, 200, 3))).save(path, **how)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _nan(path):
    Image.fromarray(np.full((9, 9), np.nan, dtype=np.float32)).save(path)


BAD = {
    "missing.png": (lambda path: None, "there is no such file; name a picture"),
    "folder.png": (lambda path: path.mkdir(), "is not a file"),
    "cut.png": (_cut, "damaged or incomplete"),
    "cut.jpg": (_cut, "damaged or incomplete"),
    "words.png": (lambda path: path.write_text("no picture"), "is not a picture that limner can read"),
    "empty.png": (lambda path: path.write_bytes(b""), "is not a picture that limner can read"),
    "program.eps": (lambda path: path.write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"), "not a picture"),
    "bomb.png": (_bomb, "more than 89478485 pixels"),
    "nan.tif": (_nan, "not finite"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_in_a_sentence(tmp_path, name):
    make, sentence = BAD[name]
    make(tmp_path / name)
    with pytest.raises(LimnerError, match=sentence) as caught:
        limner.paint({"encoder": [{"kind": "image", "path": str(tmp_path / name)}]}, seed=1)
    assert str(caught.value).startswith(str(tmp_path / name))
    assert "\n" not in str(caught.value)


def test_a_picture_opens_without_the_file_it_was_made_from(tmp_path):
    source = tmp_path / "a.png"
    Image.fromarray(pixels((30, 30, 3))).save(source)
    table = {"encoder": [{"kind": "xy"}, {"kind": "image", "path": str(source)}]}
    artwork = limner.paint(table, seed=4, size=(40, 30))
    artwork.save(tmp_path / "out.png")
    source.unlink()
    again = limner.open(tmp_path / "out.png")
    assert np.array_equal(again.theta, artwork.theta)
    assert np.array_equal(again.render(), artwork.render())
    assert np.array_equal(again.render((80, 60)), artwork.render((80, 60)))
