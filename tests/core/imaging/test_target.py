"""Targets: pictures of every kind against numbers worked out by hand, and those that are refused."""

import hashlib
import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms
from skimage import data

from limner.errors import LimnerError
from limner.imaging.reader import read_picture
from limner.imaging.target import digest, read_target, shrunk


def pixels(shape, seed=5, top=256, dtype=np.uint8):
    return np.random.default_rng(seed).integers(0, top, shape, dtype=dtype)


RGB, GRAY, ALPHA = pixels((10, 8, 3)), pixels((10, 8), 6), pixels((10, 8), 7)


@pytest.fixture
def target(tmp_path):
    def read(image, name="a.png", save=None, **how):
        image.save(tmp_path / name, **(save or {}))
        return read_target(str(tmp_path / name), **how)

    return read


def interleaved(target, top=255):
    return target.planes.transpose(1, 2, 0) * top


def test_an_rgb_picture_is_its_levels(target, tmp_path):
    got = target(Image.fromarray(RGB))
    assert got.planes.dtype == np.float32
    assert (got.name, got.size, got.original_size) == (str(tmp_path / "a.png"), (8, 10), (8, 10))
    assert (got.gray, got.alpha) == (False, False)
    assert np.allclose(interleaved(got), RGB, atol=1e-4)
    assert np.array_equal(got.pixels(), RGB)
    with pytest.raises(ValueError, match="read-only"):
        got.planes[0] = 0


@pytest.mark.parametrize("name", ["astronaut", "coffee"])
def test_samples_are_scikit_image_s(name):
    assert np.array_equal(read_target(f"skimage:{name}").pixels(), getattr(data, name)())


def test_gray_files_become_rgb_by_default(target):
    three, one = (target(Image.fromarray(GRAY), gray=gray) for gray in (False, True))
    assert three.planes.shape == (3, 10, 8)
    assert one.gray
    assert np.array_equal(one.pixels()[..., 0], GRAY)
    assert np.array_equal(three.pixels(), GRAY[..., None].repeat(3, axis=2))
    luma = target(Image.fromarray(RGB), gray=True)
    assert np.allclose(interleaved(luma)[..., 0], RGB @ [0.299, 0.587, 0.114], atol=1e-3)


def test_16_bits_are_kept(target):
    deep = pixels((10, 8), top=65536, dtype=np.uint16)
    assert np.array_equal(np.rint(interleaved(target(Image.fromarray(deep), gray=True), 65535)[..., 0]), deep)
    big_endian = target(Image.frombytes("I;16B", (8, 10), deep.astype(">u2").tobytes()), "a.tif", gray=True)
    assert np.array_equal(np.rint(interleaved(big_endian, 65535)[..., 0]), deep)


def _png(rows, width, depth, colour, extra=b""):
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, len(rows), depth, colour, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_colour_of_16_bits_keeps_the_upper_8(tmp_path):
    deep = pixels((10, 8, 3), top=65536, dtype=np.uint16)
    (tmp_path / "a.png").write_bytes(_png([row.astype(">u2").tobytes() for row in deep], 8, 16, 2))
    assert np.array_equal(read_target(str(tmp_path / "a.png")).pixels(), deep >> 8)


def test_a_level_may_be_clear(tmp_path):
    rows = [struct.pack(">2H", 300, 301)] * 2
    clear = struct.pack(">I", 2) + b"tRNS" + struct.pack(">H", 300)
    (tmp_path / "a.png").write_bytes(_png(rows, 2, 16, 0, clear + struct.pack(">I", zlib.crc32(clear[4:]))))
    got = read_target(str(tmp_path / "a.png"), gray=True)
    assert np.array_equal(got.planes[1], [[0, 1], [0, 1]])


def test_fractions_and_bits(target):
    fractions = np.random.default_rng(1).uniform(size=(10, 8)).astype(np.float32)
    assert np.array_equal(target(Image.fromarray(fractions), "f.tif", gray=True).planes[0], fractions)
    peaked = target(Image.fromarray(fractions * 40 / fractions.max()), "f.tif", gray=True).planes[0]
    assert np.allclose(peaked, fractions / fractions.max(), atol=1e-6)
    bits = target(Image.fromarray(GRAY > 128), "b.png", gray=True)
    assert np.array_equal(bits.planes[0], GRAY > 128)


def test_opacity_stays_where_something_is_clear(target):
    rgba = np.dstack([RGB, ALPHA])
    got = target(Image.fromarray(rgba))
    assert got.alpha
    assert np.array_equal(got.pixels(), rgba)  # colours are not weighted, those of clear pixels are kept
    assert len(target(Image.fromarray(np.dstack([RGB, np.full_like(ALPHA, 255)]))).planes) == 3
    assert len(read_target("skimage:logo").planes) == 3  # RGBA, and opaque everywhere
    both = target(Image.fromarray(np.dstack([GRAY, ALPHA])), gray=True)
    assert np.array_equal(both.pixels(), np.dstack([GRAY, ALPHA]))


def test_what_is_clear_lies_on_a_background(target):
    shares, paper = ALPHA[..., None] / 255, np.array([255, 128, 0])
    for colour in ("#ff8000", "rgb(255, 128, 0)", "#ff8000ff"):
        got = target(Image.fromarray(np.dstack([RGB, ALPHA])), background=colour)
        assert np.allclose(interleaved(got), shares * RGB + (1 - shares) * paper, atol=1e-3)
    tinted = target(Image.fromarray(np.dstack([GRAY, ALPHA])), background="#ff8000")
    assert np.allclose(interleaved(tinted), shares * GRAY[..., None] + (1 - shares) * paper, atol=1e-3)
    assert np.array_equal(target(Image.fromarray(RGB), background="red").pixels(), RGB)


@pytest.mark.parametrize("colour", ["", "wite", "rgb(300,0,0)", "#ff000080", "x" * 500])
def test_backgrounds_that_are_none(target, colour):
    with pytest.raises(LimnerError, match=r"background: .*(is not a colour|transparent|out of range)") as caught:
        target(Image.fromarray(RGB), background=colour)
    assert len(str(caught.value)) < 200


def test_palettes_with_shades_of_opacity(target):
    image = Image.new("P", (4, 2))
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    image.putdata([0, 1, 2, 0] * 2)
    got = target(image, save={"transparency": bytes([255, 128, 0])})
    row = [(255, 0, 0, 255), (0, 255, 0, 128), (0, 0, 255, 0), (255, 0, 0, 255)]
    assert np.array_equal(got.pixels(), [row, row])


def test_inks_mix(target):
    ink = Image.new("CMYK", (16, 16), (51, 102, 153, 51))
    wanted = [255 * (1 - i / 255) * (1 - 51 / 255) for i in (51, 102, 153)]
    for name, slack in (("a.jpg", 3), ("a.tif", 1)):
        assert np.abs(interleaved(target(ink, name)) - wanted).max() <= slack


def test_orientation_and_animation(target):
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it clockwise to look at it
    ramp = np.linspace(0, 255, 32).astype(np.uint8)[None].repeat(16, axis=0)
    turned = target(Image.fromarray(ramp), "a.jpg", {"exif": exif, "quality": 95})
    assert turned.original_size == (16, 32)
    assert np.abs(interleaved(turned)[..., 0] - np.rot90(ramp, -1)).max() < 4
    frames = [Image.fromarray(255 - GRAY)] * 2
    moving = target(Image.fromarray(GRAY), "a.gif", {"save_all": True, "append_images": frames}, gray=True)
    assert np.array_equal(moving.pixels()[..., 0], GRAY)


def _swapped():
    """SRGB's profile with red and blue exchanged: to follow it exchanges them in the picture."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for entry in range(132, 132 + 12 * int.from_bytes(profile[128:132], "big"), 12):
        name = bytes(profile[entry : entry + 4])
        profile[entry : entry + 4] = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}.get(name, name)
    return bytes(profile)


def _linear_gray():
    """A profile after ICC.1:2001: gray, and its levels are shares of light."""
    bodies = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"gray\0" + bytes(79),
        b"cprt": b"text" + bytes(4) + b"none\0",
        b"wtpt": b"XYZ " + bytes(4) + struct.pack(">3i", 63190, 65536, 54061),
        b"kTRC": b"curv" + bytes(4) + struct.pack(">I", 0),
    }
    table, body, place = struct.pack(">I", 4), b"", 128 + 4 + 12 * 4
    for name, content in bodies.items():
        padded = content + bytes(-len(content) % 4)
        table += name + struct.pack(">II", place + len(body), len(content))
        body += padded
    head = struct.pack(">I4sI4s4s4s", place + len(body), b"lcms", 0x02100000, b"mntr", b"GRAY", b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head + bytes(128 - len(head)) + table + body


def _encoded(light):
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def test_profiles_are_followed(target):
    swapped = {"icc_profile": _swapped()}
    got = target(Image.fromarray(RGB), save=swapped).pixels().astype(int)
    assert np.abs(got - RGB[..., ::-1]).max() <= 2
    clear = target(Image.fromarray(np.dstack([RGB, ALPHA])), save=swapped).pixels().astype(int)
    assert np.abs(clear - np.dstack([RGB[..., ::-1], ALPHA])).max() <= 2
    gray = target(Image.fromarray(GRAY), save={"icc_profile": _linear_gray()}, gray=True)
    assert np.abs(interleaved(gray)[..., 0] - 255 * _encoded(GRAY / 255)).max() <= 1.5


@pytest.mark.parametrize("profile", [b"not a profile", _linear_gray(), _swapped()[:200]])
def test_profiles_that_cannot_be_followed_are_left(target, profile):
    assert np.array_equal(target(Image.fromarray(RGB), save={"icc_profile": profile}).pixels(), RGB)


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 1, 4), (1, 9, 3), (20, 20, 3)])
def test_tiny_pictures_and_one_colour(target, shape):
    flat = np.full(shape, 77, dtype=np.uint8)
    assert np.array_equal(target(Image.fromarray(flat)).pixels(), flat)
    for size in ((5, 3), (1, 1)):
        got = target(Image.fromarray(flat), size=size)
        assert got.size == size
        assert got.original_size == shape[1::-1]
        assert np.allclose(got.planes * 255, 77, atol=0.01)


def test_train_size_shrinks_and_never_enlarges():
    small = read_target("skimage:coffee", train_size=60)
    assert (small.size, small.original_size) == ((60, 40), (600, 400))
    means = data.coffee().reshape(40, 10, 60, 10, 3).mean(axis=(1, 3)) / 255  # Lanczos is near the mean of each block
    assert np.abs(small.planes.transpose(1, 2, 0) - means).mean() < 0.02
    assert read_target("skimage:coffee", train_size=601).size == (600, 400)
    assert shrunk((1000, 3), 10) == (10, 1)


def test_clear_pixels_do_not_bleed(target):
    rgba = np.zeros((40, 40, 4), dtype=np.uint8)
    rgba[..., :] = (255, 0, 0, 0)  # red, and clear
    rgba[:, 20:] = (0, 0, 255, 255)
    got = target(Image.fromarray(rgba), train_size=13)
    red, _, blue, alpha = got.planes
    assert red.max() < 1e-4
    assert np.allclose(blue[alpha > 0.01], 1, atol=1e-4)
    assert 0 <= got.planes.min() <= got.planes.max() <= 1


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"train_size": -1}, "`train_size` -1: must be at least 1"),
        ({"size": (0, 4)}, "size 0x4: each side"),
        ({"size": (4, 4), "train_size": 3}, "a size is given too"),
    ],
)
def test_sizes_that_are_none(how, words):
    with pytest.raises(LimnerError, match=words):
        read_target("skimage:camera", **how)


def _cut(path):
    file = BytesIO()
    Image.fromarray(pixels((200, 200, 3))).save(file, "JPEG")
    path.write_bytes(file.getvalue()[:4000])


BAD = {
    "missing.png": (lambda path: None, "missing.png: there is no such file"),
    "folder.png": (lambda path: path.mkdir(), "is not a file"),
    "cut.jpg": (_cut, "damaged or incomplete"),
    "words.png": (lambda path: path.write_text("no picture"), "is not a picture that limner can read"),
    "nan.tif": (lambda path: Image.fromarray(np.full((9, 9), np.nan, np.float32)).save(path), "not finite"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_picture_is_refused_in_a_sentence(tmp_path, name):
    make, words = BAD[name]
    make(tmp_path / name)
    with pytest.raises(LimnerError, match=words) as caught:
        read_target(str(tmp_path / name))
    assert str(caught.value).startswith(str(tmp_path / name))
    assert "\n" not in str(caught.value)


def test_the_setting_is_named():
    with pytest.raises(LimnerError, match="name a picture with somewhere"):
        read_picture("nowhere.png", "somewhere")


def test_digests_are_of_shape_and_numbers(target):
    first, same = target(Image.fromarray(RGB)), target(Image.fromarray(RGB), "b.bmp")
    assert digest(first) == digest(same)
    wanted = hashlib.sha256(b"(3, 10, 8)" + b"".join(struct.pack("<f", v / 255) for v in RGB.transpose(2, 0, 1).flat))
    assert digest(first) == wanted.hexdigest()
    other = RGB.copy()
    other[3, 3, 1] ^= 1
    assert digest(target(Image.fromarray(other))) != digest(first)
    assert digest(target(Image.fromarray(RGB.reshape(8, 10, 3)))) != digest(first)
