"""Pictures that another program saved again: the same levels in another form verify, and others say why not."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import limner
from limner.cli.main import run

SIZE = (24, 16)
LIMNERS_CHUNKS = (b"iTXt", b"tEXt", b"liMN")


def chunks_of(data: bytes) -> list[tuple[bytes, bytes]]:
    out, at = [], 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        out.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return out


def resaved(path: Path, image: Image.Image, **options: object) -> Path:
    """The file as an optimizer leaves it: other pixels chunks, and limner's chunks kept."""
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    kept = [chunk for chunk in chunks_of(path.read_bytes()) if chunk[0] in LIMNERS_CHUNKS]
    header, *others = chunks_of(file.getvalue())
    return write_chunks(path, [header, *kept, *others])


def write_chunks(path: Path, chunks: list[tuple[bytes, bytes]]) -> Path:
    parts = [struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    return path


def packed(path: Path, samples: np.ndarray, colour: int) -> Path:
    """The file with 8- or 16-bit samples ``(h, w, n)`` of a colour type, which Pillow may not write."""
    kept = [chunk for chunk in chunks_of(path.read_bytes()) if chunk[0] in LIMNERS_CHUNKS]
    height, width = samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, 8 * samples.itemsize, colour, 0, 0, 0)
    rows = samples.astype(samples.dtype.newbyteorder(">")).reshape(height, -1).view(np.uint8)
    data = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1).tobytes()
    return write_chunks(path, [(b"IHDR", header), *kept, (b"IDAT", zlib.compress(data)), (b"IEND", b"")])


def paint(path: Path, recipe: str = "ink", bits: int = 8, **settings: object) -> limner.Artwork:
    art = limner.paint(recipe, seed=7, size=SIZE, set=settings)
    art.save(path, bits=bits)
    return art


def ok(path: Path) -> bool:
    result = limner.verify(path)
    assert result.ok == (not result.reason and result.unchanged and result.reproduced)
    return result.ok


@pytest.mark.parametrize("mode", ["L", "P", "RGBA"])
def test_the_same_levels_in_8_bits_verify(tmp_path, mode):
    art = paint(tmp_path / "a.png")
    image = Image.fromarray(art.render())
    if mode == "P":  # a palette of all its levels
        image = image.quantize(256, dither=Image.Dither.NONE)
        assert np.array_equal(np.asarray(image.convert("RGB")), art.render())
    assert ok(resaved(tmp_path / "a.png", image.convert(mode), bits=8))


def test_a_picture_that_lost_its_alpha_says_so(tmp_path):
    art = paint(tmp_path / "a.png", **{"color.alpha": True})
    result = limner.verify(packed(tmp_path / "a.png", art.render()[..., :3], 2))
    assert (result.ok, result.reason) == (False, "without transparency")


def test_sixteen_bits_of_gray_verify(tmp_path):
    art = paint(tmp_path / "a.png", bits=16)
    gray = art.render(bits=16)[..., :1]
    assert ok(packed(tmp_path / "a.png", gray, 0))


def test_sixteen_bits_of_gray_and_alpha_verify(tmp_path):
    art = paint(tmp_path / "a.png", bits=16, **{"color.alpha": True})
    assert ok(packed(tmp_path / "a.png", art.render(bits=16)[..., [0, 3]], 4))


def test_eight_bits_stored_as_sixteen_verify(tmp_path):
    art = paint(tmp_path / "a.png")
    assert ok(packed(tmp_path / "a.png", art.render()[..., :1].astype(np.uint16) * 257, 0))


def test_sixteen_bits_that_were_cut_say_so(tmp_path, capsys):
    art = paint(tmp_path / "a.png", bits=16)
    path = packed(tmp_path / "a.png", (art.render(bits=16) >> 8).astype(np.uint8), 2)
    result = limner.verify(path)
    assert (result.unchanged, result.reason) == (False, "8 bits per channel instead of 16")
    assert run(["verify", str(path)]) == 1
    assert "another program saved it: 8 bits per channel instead of 16" in capsys.readouterr().out


def test_noise_below_the_levels_of_8_bits_is_noticed(tmp_path):
    art = paint(tmp_path / "a.png")
    noisy = art.render()[..., :1].astype(np.uint16) * 257 ^ 1
    result = limner.verify(packed(tmp_path / "a.png", noisy, 0))
    assert (result.unchanged, result.reproduced) == (False, True)
    assert result.reason == "16 bits per channel instead of 8"


def test_a_changed_pixel_in_a_palette_is_noticed(tmp_path):
    art = paint(tmp_path / "a.png")
    pixels = art.render()[..., 0]
    pixels[3, 4] ^= 128
    result = limner.verify(resaved(tmp_path / "a.png", Image.fromarray(pixels)))
    assert (result.unchanged, result.reproduced, result.reason) == (False, False, "")


def test_transparency_that_was_added_is_noticed(tmp_path):
    art = paint(tmp_path / "a.png")
    pixels = np.dstack([art.render(), np.full(SIZE[::-1], 200, np.uint8)])
    result = limner.verify(packed(tmp_path / "a.png", pixels, 6))
    assert (result.ok, result.reproduced, result.reason) == (False, False, "with transparency")


def test_another_size_is_named(tmp_path):
    art = paint(tmp_path / "a.png")
    result = limner.verify(packed(tmp_path / "a.png", art.render()[:8], 2))
    assert (result.ok, result.reason) == (False, "24x8 pixels instead of 24x16")
