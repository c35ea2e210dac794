"""The same odd pictures through every entry point: all get the pixels that are computed here without a decoder."""

import io
import struct
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

import limner
from limner.artworks.blending import blend
from limner.imaging.loaded_image import load_image
from limner.imaging.reader import read_picture
from limner.training.plan import prepare
from limner.training.run import Budget
from limner.translation.datasets.images import read_dataset
from limner.translation.datasets.patches import read_patches
from limner_apps.faces.photos import read_photograph
from limner_plugins.colors._image import colours_of
from limner_plugins.common.pictures import read_raster

H, W = 20, 24
"""Not square, so that a missing rotation shows."""
RNG = np.random.default_rng(7)
SMOOTH = np.linspace(0, 1, H)[:, None] * 0.5 + np.linspace(0, 1, W)[None] * 0.5
LEVELS = (RNG.integers(0, 256, (H // 4, W // 4, 3)).repeat(4, 0).repeat(4, 1)).astype(np.uint8)


@dataclass(frozen=True)
class Odd:
    """A file, and its pixels.

    Attributes:
        name: the file name.
        write: writes the file.
        colour: upright RGB, 0 to 1.
        alpha: the opacity, or None.
        slack: the largest difference that a decoder may have, in levels of 255.
    """

    name: str
    write: Callable[[Path], object]
    colour: np.ndarray
    alpha: np.ndarray | None = None
    slack: float = 0.01


def png_file(rows, width, depth, kind, *chunks):
    """Return a PNG written by hand; ``kind`` is its colour type, ``rows`` are packed samples."""

    def chunk(name, body, crc=None):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body) ^ (crc or 0))

    head = struct.pack(">IIBBBBB", width, len(rows), depth, kind, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = [chunk(b"IHDR", head), *(chunk(*one) for one in chunks), chunk(b"IDAT", body), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def packed(levels, depth):
    """Return rows of samples with 1, 2, 4, 8 or 16 bits."""
    if depth == 16:
        return [row.astype(">u2").tobytes() for row in levels]
    bits = (levels[..., None] >> np.arange(depth - 1, -1, -1)) & 1
    return [np.packbits(row.reshape(-1)).tobytes() for row in bits]


def gray_with_key(depth):
    """Return a gray PNG one of whose levels is transparent."""
    top = 2**depth - 1
    levels = np.rint(SMOOTH * top).astype(int)
    key = int(levels[H // 2, W // 2])
    data = png_file(packed(levels, depth), W, depth, 0, (b"tRNS", struct.pack(">H", key)))
    return Odd(
        f"key{depth}.png", lambda path: path.write_bytes(data), gray(levels / top), (levels != key).astype(float)
    )


def gray(plane):
    return np.repeat(plane[..., None], 3, axis=-1)


def tiff(name, array, colour, **options):
    return Odd(name, lambda path: tifffile.imwrite(path, array, **options), colour)


def exif(orientation):
    """Return an EXIF block written by hand, with a resolution of -1/0, which Pillow cannot copy."""
    entries = [
        struct.pack(">HHII", 0x112, 3, 1, orientation << 16),
        struct.pack(">HHII", 0x11A, 10, 1, 8 + 2 + 24 + 4),
    ]
    return b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 2) + b"".join(entries) + bytes(4) + struct.pack(">ii", -1, 0)


def swapping_profile():
    """Return an sRGB profile whose red and green primaries are exchanged."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", data, 128)[0]
    tags = {bytes(data[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    red, green = (data[tags[name] + 4 : tags[name] + 12] for name in (b"rXYZ", b"gXYZ"))
    data[tags[b"rXYZ"] + 4 : tags[b"rXYZ"] + 12], data[tags[b"gXYZ"] + 4 : tags[b"gXYZ"] + 12] = green, red
    return bytes(data)


def saved(name, colour, alpha=None, slack=0.01, image=None, **options):
    image = image or Image.fromarray(LEVELS)
    return Odd(name, lambda path: image.save(path, **options), colour, alpha, slack)


def jpeg_with(block, name, colour):
    """Return a JPEG of smooth levels with an application segment; JPEG is lossy, so it is compared loosely."""
    out = io.BytesIO()
    Image.fromarray((SMOOTH * 255).astype(np.uint8)).convert("RGB").save(out, "JPEG", quality=98)
    data = out.getvalue()
    segment = b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block
    return Odd(name, lambda path: path.write_bytes(data[:2] + segment + data[2:]), colour, slack=4)


def lab():
    """Return an 8-bit CIELAB TIFF of neutral grays: L* alone, with a* and b* zero."""
    light = np.rint(SMOOTH * 255)
    planes = np.stack([light, np.zeros_like(light), np.zeros_like(light)], axis=-1).astype(np.uint8)
    image = Image.frombytes("LAB", (W, H), planes.tobytes())
    star = light / 255 * 100
    y = np.where(star > 8, ((star + 16) / 116) ** 3, star / 903.3)
    return saved(
        "lab.tif", gray(np.where(y <= 0.0031308, 12.92 * y, 1.055 * y ** (1 / 2.4) - 0.055)), image=image, slack=3
    )


def translucent_palette():
    image = Image.new("P", (W, H))
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    index = (np.arange(W * H) // 6 % 3).reshape(H, W)
    image.putdata(index.ravel().tolist())
    alphas = np.array([255, 128, 0])[index] / 255
    return saved("palette.png", np.eye(3)[index], alphas, image=image, transparency=bytes([255, 128, 0]))


DEEP = np.rint(SMOOTH * 65535).astype(np.uint16)
RGB16 = LEVELS.astype(np.uint16) * 257
KEY = LEVELS[0, 0]
RGBA = np.dstack([LEVELS, np.rint(SMOOTH * 255).astype(np.uint8)])
COLOUR = LEVELS / 255
PLAIN = packed(LEVELS.reshape(H, -1).astype(int), 8)
TURNED = np.rot90(COLOUR, -1)
BAD_CRC = 1

ODD = [
    *(gray_with_key(depth) for depth in (1, 2, 4, 8, 16)),
    saved("rgba.png", COLOUR, RGBA[..., 3] / 255, image=Image.fromarray(RGBA)),
    translucent_palette(),
    Odd(
        "key-rgb.png",
        lambda path: path.write_bytes(png_file(PLAIN, W, 8, 2, (b"tRNS", struct.pack(">3H", *map(int, KEY))))),
        COLOUR,
        (LEVELS != KEY).any(axis=-1).astype(float),
    ),
    Odd(
        "key-rgb16.png",
        lambda path: path.write_bytes(
            png_file(
                packed(RGB16.reshape(H, -1), 16), W, 16, 2, (b"tRNS", struct.pack(">3H", *(257 * int(k) for k in KEY)))
            )
        ),
        COLOUR,
        (LEVELS != KEY).any(axis=-1).astype(float),
    ),
    saved("profile.png", COLOUR[..., [1, 0, 2]], slack=3, icc_profile=swapping_profile()),
    saved("bad-profile.png", COLOUR, icc_profile=b"no profile at all"),
    tiff("white8.tif", LEVELS[..., 0], gray(1 - COLOUR[..., 0]), photometric="miniswhite"),
    tiff("white8z.tif", LEVELS[..., 0], gray(1 - COLOUR[..., 0]), photometric="miniswhite", compression="zlib"),
    tiff("white16.tif", DEEP, gray(1 - DEEP / 65535), photometric="miniswhite"),
    tiff("white16z.tif", DEEP, gray(1 - DEEP / 65535), photometric="miniswhite", compression="zlib"),
    tiff("white16be.tif", DEEP, gray(1 - DEEP / 65535), photometric="miniswhite", byteorder=">"),
    tiff("white32f.tif", SMOOTH.astype(np.float32), gray(1 - SMOOTH), photometric="miniswhite"),
    tiff("black16be.tif", DEEP, gray(DEEP / 65535), photometric="minisblack", byteorder=">"),
    tiff("unsigned32.tif", DEEP.astype(np.uint32) << 16, gray(DEEP / 65535), photometric="minisblack"),
    tiff("rgb16.tif", RGB16, COLOUR, photometric="rgb"),
    saved("inks.tif", COLOUR, image=Image.fromarray(255 - np.dstack([LEVELS, np.full((H, W), 255, np.uint8)]), "CMYK")),
    lab(),
    Odd(
        "turned.png",
        lambda path: path.write_bytes(png_file(PLAIN, W, 8, 2, (b"eXIf", exif(6)[6:]))),
        TURNED,
    ),
    jpeg_with(exif(6), "turned.jpg", np.rot90(gray(SMOOTH), -1)),
    jpeg_with(b"Exif\0\0MM\0*" + b"\xff" * 30, "bad-exif.jpg", gray(SMOOTH)),
    saved("turned.webp", TURNED, exif=exif(6)[6:], lossless=True),
    *(
        Odd(
            f"bad-{name.decode()}.png",
            lambda path, one=(name, *rest): path.write_bytes(png_file(PLAIN, W, 8, 2, one)),
            COLOUR,
        )
        for name, *rest in (
            (b"tEXt", b"Comment\0text", BAD_CRC),
            (b"zTXt", b"Comment\0\0no zlib at all"),
            (b"iTXt", b"Comment\0\1\0\0\0no zlib at all"),
            (b"pHYs", b"\1"),
            (b"gAMA", b""),
            (b"cHRM", b"\0\0"),
            (b"sRGB", b""),
            (b"tIME", b"\1"),
            (b"tRNS", b"\1"),
            (b"iCCP", b"name\0\0no zlib at all"),
            (b"eXIf", b"MM\0*\0"),
        )
    ),
]
"""All files, each with its pixels."""
BLENDED = ("profile.png", "key4.png", "key16.png", "rgba.png", "white16.tif", "turned.jpg", "bad-tEXt.png")
"""The files that are blended too; a raster of 512 x 512 takes a moment."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with all files."""
    folder = tmp_path_factory.mktemp("odd")
    for odd in ODD:
        odd.write(folder / odd.name)
    return folder


def over_white(odd):
    if odd.alpha is None:
        return odd.colour
    return odd.alpha[..., None] * odd.colour + 1 - odd.alpha[..., None]


def fitted(path):
    """Return the planes that ``limner fit`` learns."""
    return prepare(path, None, Budget(steps=1)).target.planes


def loaded(path):
    """Return the planes of a picture that the caller opened with Pillow."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            opened = Image.open(path)
        except (OSError, ValueError, SyntaxError, struct.error):
            pytest.skip("Pillow itself cannot open the file")
    with opened as image:
        picture = load_image(image, "image")
    assert not isinstance(picture, str)
    return np.stack([*np.broadcast_to(picture.colour, (3, *picture.size[::-1])), *alpha_planes(picture)])


def alpha_planes(picture):
    return [] if picture.alpha is None else [picture.alpha]


def encoded(path):
    picture = read_picture(path, "a test")
    return read_raster(path, "rgba" if picture.alpha is not None else "rgb", picture.size).planes


KEEPING = {"fit": fitted, "an image in memory": loaded, "the encoder": encoded}
OVER_WHITE = {
    "the encoder": lambda path: read_raster(path, "rgb", read_picture(path, "a test").size).planes,
    "faces": lambda path: np.moveaxis(np.broadcast_to(_three(read_photograph(path)), _shape(path)), -1, 0) / 255,
    "train": lambda path: read_dataset([path]).planes[0] / 255,
    "patches": lambda path: read_patches([path], 20).planes[0] / 255,
}


def _three(pixels):
    return pixels if pixels.ndim == 3 else pixels[..., None]


def _shape(path):
    return (*read_picture(path, "a test").size[::-1], 3)


@pytest.mark.parametrize("reader", KEEPING)
@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.name)
def test_pixels_are_those_computed_by_hand(folder, odd, reader):
    planes = KEEPING[reader](str(folder / odd.name))
    assert len(planes) == (3 if odd.alpha is None else 4)
    got = np.moveaxis(planes, 0, -1)
    assert got.shape[:2] == odd.colour.shape[:2]
    visible = np.ones(odd.colour.shape[:2], bool) if odd.alpha is None else odd.alpha > 0
    assert np.abs(got[..., :3] - odd.colour)[visible].max() * 255 <= odd.slack
    if odd.alpha is not None:
        assert np.abs(got[..., 3] - odd.alpha).max() * 255 <= odd.slack


@pytest.mark.parametrize("reader", OVER_WHITE)
@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.name)
def test_pixels_over_white_are_those_computed_by_hand(folder, odd, reader):
    got = np.moveaxis(OVER_WHITE[reader](str(folder / odd.name)), 0, -1)
    wanted = over_white(odd)
    if reader == "patches":
        top, left = (odd.colour.shape[0] - 20) // 2, (odd.colour.shape[1] - 20) // 2
        wanted = wanted[top : top + 20, left : left + 20]
    rounding = 0 if reader == "the encoder" else 0.501
    assert np.abs(got - wanted).max() * 255 <= odd.slack + rounding


@pytest.mark.parametrize("odd", [odd for odd in ODD if odd.name in BLENDED], ids=lambda odd: odd.name)
def test_a_blend_has_the_pixels_of_the_encoder(folder, odd, tmp_path):
    path = str(folder / odd.name)
    art = blend([path, path], "mean", size=(8, 8))
    wanted = read_raster(path, "rgb" if odd.alpha is None else "rgba", (512, 512)).planes.ravel()
    assert np.array_equal(art.theta[: wanted.size], wanted)


def test_a_palette_sees_the_profile(folder):
    plain, swapped = (colours_of(str(folder / name), 3) for name in ("bad-profile.png", "profile.png"))
    assert np.abs(plain - swapped).max() > 0.05


def test_damaged_pixels_are_still_an_error(folder, tmp_path):
    whole = (folder / "turned.png").read_bytes()
    broken = bytearray(whole)
    broken[whole.index(b"IDAT") + 30] ^= 0xFF
    for data in (whole[: len(whole) * 2 // 3], bytes(broken)):
        (tmp_path / "broken.png").write_bytes(data)
        with pytest.raises(limner.LimnerError, match=r"broken\.png: "):
            read_picture(str(tmp_path / "broken.png"), "a test")


def test_a_damaged_file_that_pillow_opened_is_one_line(folder, tmp_path):
    (tmp_path / "half.png").write_bytes((folder / "rgba.png").read_bytes()[:200])
    with (
        Image.open(tmp_path / "half.png") as image,
        pytest.raises(limner.LimnerError, match="half: the picture"),
    ):
        load_image(image, "image")
