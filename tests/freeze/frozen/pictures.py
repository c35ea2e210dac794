"""Pixels: what a picture, a movie or a page shows, whatever its file is like."""

import base64
import io
import re
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageSequence

from frozen.digest import digest
from frozen.texts import plain

PNG_IN_TEXT = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=\s]+)")


def of_array(array: np.ndarray) -> str:
    """Digest an array: its type, its shape, its numbers."""
    return digest(str(array.dtype), str(array.shape), np.ascontiguousarray(array).tobytes())


def of_picture(data: bytes) -> str:
    """Digest all frames, with how long each is shown."""
    parts: list[str | bytes] = []
    with Image.open(io.BytesIO(data)) as picture:
        parts += [picture.mode, str(picture.size)]
        for frame in ImageSequence.Iterator(picture):
            parts += [str(frame.info.get("duration")), frame.convert("RGBA").tobytes()]
            parts.append(frame.tobytes() if frame.mode not in ("P", "RGBA") else b"")
    return digest(*parts)


def of_scanlines(data: bytes) -> str:
    """Digest a PNG's samples at their full depth, which Pillow halves; filters are a part of them."""
    at, scanlines = 8, b""
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] == b"IDAT":
            scanlines += data[at + 8 : at + 8 + length]
        at += 12 + length
    return digest(data[16:26], zlib.decompress(scanlines))


def of_notes(data: bytes, here: Path) -> str:
    """Digest what a file says beside its pixels: resolution, profile, texts, records."""
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        notes = {key: _note(value, here) for key, value in sorted(picture.info.items(), key=lambda item: str(item[0]))}
    return digest(repr(notes))


def _note(value: object, here: Path) -> str:
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    return plain(text, here)


def of_tiff(path: Path) -> str:
    """Digest a TIFF at its full depth."""
    import tifffile

    return of_array(tifffile.imread(path))


def of_svg(text: str) -> str:
    """Digest the pictures inside a text, and what stands around them."""
    pictures = [of_picture(base64.b64decode(found)) for found in PNG_IN_TEXT.findall(text)]
    return digest(*pictures)


def of_pdf(path: Path) -> str:
    """Digest the pictures on a PDF's pages, and the pages' sizes."""
    import pikepdf

    parts: list[str | bytes] = []
    with pikepdf.open(path) as document:
        for page in document.pages:
            parts.append(str([float(side) for side in page.mediabox]))
            for name in sorted(page.images):
                parts.append(bytes(page.images[name].read_bytes()))
    return digest(*parts)


def of_movie(path: Path) -> str:
    """Digest a film's frames and its rate."""
    import av

    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(stream)]
        return digest(str(stream.average_rate), *(of_array(frame) for frame in frames))
