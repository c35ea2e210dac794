"""Pictures whose metadata is damaged at random: the pixels are read as if nothing had happened."""

import io
import random
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin, features

from limner.imaging.reader import read_picture

PIXELS = np.random.default_rng(1).integers(0, 256, (12, 16, 3), dtype=np.uint8)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
TRIALS = 60


def exif():
    block = Image.Exif()
    block[0x112], block[0x10F], block[0x11A] = 6, "a maker of cameras", 72.0
    block.get_ifd(0x8769)[0x9003] = "2020:01:01 00:00:00"
    return block.tobytes()


def encoded(kind, rng, **options):
    out, profile = io.BytesIO(), SRGB if rng.random() < 0.3 else None
    Image.fromarray(PIXELS).save(out, kind, icc_profile=profile, exif=exif(), **options)
    return out.getvalue()


def damaged(body, rng):
    """Return bytes with a few of them changed, or their end cut off."""
    if rng.random() < 0.3:
        return body[: rng.randrange(len(body) + 1)]
    out = bytearray(body)
    for _ in range(rng.choice((1, 2, 8, 30))):
        out[rng.randrange(len(out))] = rng.randrange(256)
    return bytes(out)


def png(rng):
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", "hello " * 5)
    texts.add_text("Title", "packed " * 20, zip=True)
    texts.add_itxt("Author", "me", zip=True)
    data = encoded("PNG", rng, pnginfo=texts, dpi=(72, 72))
    chunks, at = [], 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    chunks[1:1] = [(b"gAMA", struct.pack(">I", 45455)), (b"cHRM", bytes(32)), (b"tIME", bytes(7)), (b"sRGB", b"\0")]
    chunks[1:1] = [(b"bKGD", bytes(6)), (b"acTL", struct.pack(">II", 1, 0))]
    victim = rng.choice([i for i, (name, _) in enumerate(chunks) if name[:1].islower()])
    fixed = rng.random() < 0.7
    parts = [data[:8]]
    for i, (name, body) in enumerate(chunks):
        new = damaged(body, rng) if i == victim else body
        checked = new if fixed else body
        parts.append(struct.pack(">I", len(new)) + name + new + struct.pack(">I", zlib.crc32(name + checked)))
    return b"".join(parts)


def jpeg(rng):
    data = encoded("JPEG", rng, dpi=(72, 72), comment=b"hello", quality=100, subsampling=0)
    segments, at = [(0xED, b"Photoshop 3.0\x008BIM\x03\xed\0\0" + struct.pack(">I", 16) + bytes(16))], 2
    while data[at + 1] != 0xDA:
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        segments.append((data[at + 1], data[at + 4 : end]))
        at = end
    victim = rng.choice([i for i, (marker, _) in enumerate(segments) if 0xE0 <= marker <= 0xEF or marker == 0xFE])
    parts = [data[:2]]
    for i, (marker, body) in enumerate(segments):
        new = damaged(body, rng) if i == victim else body
        parts.append(bytes((0xFF, marker)) + struct.pack(">H", len(new) + 2) + new)
    return b"".join([*parts, data[at:]])


def tiff(rng):
    data = bytearray(encoded("TIFF", rng, description="hello world", dpi=(72, 72)))
    (start,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    entries = {struct.unpack_from("<H", data, at)[0]: at for at in range(start + 2, start + 2 + 12 * count, 12)}
    at = entries[rng.choice((270, 271, 282, 283, 34665))]  # texts, resolution and EXIF
    data[at + 2 : at + 12] = damaged(bytes(data[at + 2 : at + 12]), rng).ljust(10, b"\0")
    return bytes(data)


def webp(rng):
    data, parts, at = encoded("WEBP", rng, lossless=True, xmp=b"<x:xmpmeta/>"), [], 12
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at + 4)
        parts.append((data[at : at + 4], data[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    victim = rng.choice([i for i, (name, _) in enumerate(parts) if name in (b"ICCP", b"EXIF", b"XMP ")])
    parts[victim] = (parts[victim][0], damaged(parts[victim][1], rng) or b"\0")
    body = b"WEBP" + b"".join(n + struct.pack("<I", len(b)) + b + bytes(len(b) % 2) for n, b in parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def avif(rng):
    if not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    data = encoded("AVIF", rng, quality=100, subsampling="4:4:4")
    at = data.index(b"MM\0*" if b"MM\0*" in data else b"II*\0")
    return data[:at] + damaged(data[at : at + 60], rng).ljust(60, b"\0") + data[at + 60 :]


@pytest.mark.parametrize("make", [png, jpeg, tiff, webp, avif])
def test_pixels_survive_damaged_metadata(tmp_path, make):
    rng, compared = random.Random(5), 0
    for trial in range(TRIALS):
        path = tmp_path / f"{trial}.{make.__name__}"
        path.write_bytes(make(rng))
        picture = read_picture(str(path), "a test")
        assert picture.size in ((16, 12), (12, 16))  # the orientation may be damaged, too
        if b"mntrRGB XYZ" in path.read_bytes() or b"ICC" in path.read_bytes() or b"iCCP" in path.read_bytes():
            continue  # a damaged profile may still be one, of other colours
        levels = np.sort(np.rint(picture.colour * 255).ravel())  # in any orientation
        slack = {jpeg: 4, avif: 2}.get(make, 0)
        assert np.abs(levels - np.sort(PIXELS.ravel())).max() <= slack
        compared += 1
    assert compared > TRIALS / 2
