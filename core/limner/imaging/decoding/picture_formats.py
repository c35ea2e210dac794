"""The formats of pictures that limner reads, and the suffixes of their files."""

from __future__ import annotations

import re
from pathlib import Path

PICTURE_FORMATS: dict[str, tuple[str, ...]] = {
    "AVIF": (".avif", ".avifs"),
    "BMP": (".bmp",),
    "GIF": (".gif",),
    "ICO": (".ico",),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "JPEG2000": (".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx"),
    "MPO": (".mpo",),
    "PCX": (".pcx",),
    "PNG": (".png", ".apng"),
    "PPM": (".ppm", ".pgm", ".pbm", ".pnm", ".pfm"),
    "QOI": (".qoi",),
    "SGI": (".sgi", ".rgb", ".rgba", ".bw"),
    "TGA": (".tga", ".icb", ".vda", ".vst"),
    "TIFF": (".tif", ".tiff"),
    "WEBP": (".webp",),
}
"""Suffixes by the name of the format in Pillow.

Pillow decodes these formats itself; for PostScript, for example, it would run another program. A file that is named is
read by its content, whatever its suffix; the files of a folder are chosen by their suffix.
"""
PICTURE_SUFFIXES = frozenset(suffix for suffixes in PICTURE_FORMATS.values() for suffix in suffixes)
UNREADABLE_SUFFIXES = frozenset(
    (".arw", ".cr2", ".cr3", ".dds", ".dib", ".dng", ".emf", ".eps", ".exr", ".hdr", ".heic", ".heif", ".hif", ".icns",
     ".jxl", ".jxr", ".kra", ".nef", ".orf", ".pef", ".psb", ".psd", ".raf", ".rw2", ".svg", ".svgz", ".wmf", ".xcf")
)  # fmt: skip
"""Suffixes of common formats of pictures that limner does not read, for messages."""
SIGNATURE = re.compile(
    rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8[79]a|II\*\0|MM\0\*|RIFF.{4}WEBP|.{4}ftypavi[fs]|BM.{4}\0{4}|P[1-6]\s"
    rb"|\0\0\0\x0cjP  \r\n|\xff\x4f\xff\x51|qoif|\x00\x00\x01\x00|\x01\xda[\x00\x01][\x01\x02]",
    re.DOTALL,
)
"""The first bytes of the formats; PCX and TGA have none that tell them from other files."""


def is_picture_name(path: Path) -> bool:
    """Return whether a file's suffix is that of a picture that limner reads."""
    return path.suffix.lower() in PICTURE_SUFFIXES


def is_unreadable_name(path: Path) -> bool:
    """Return whether a file's suffix is that of a common format of pictures that limner does not read."""
    return path.suffix.lower() in UNREADABLE_SUFFIXES


def begins_like_picture(path: Path) -> bool:
    """Return whether a file has the first bytes of a picture, whatever its suffix."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        return False
    return SIGNATURE.match(head) is not None
