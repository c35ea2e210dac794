"""Find pictures: files by their names, those of a folder, and the samples of scikit-image."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from limner.errors import LimnerError
from limner.utils.paths import os_reason

SAMPLE_PREFIX = "skimage:"
SAMPLE_SUFFIXES = (".png", ".jpg")  # of scikit-image's samples that are pictures
PICTURE_SUFFIXES = frozenset(
    (".avif", ".bmp", ".gif", ".ico", ".jp2", ".jpeg", ".jpg", ".pcx",
     ".png", ".ppm", ".qoi", ".tga", ".tif", ".tiff", ".webp")
)  # fmt: skip
"""How the names of a folder's pictures end."""
MAX_PICTURES = 4096
"""The most pictures that one network learns."""


def find_picture(name: str, setting: str) -> Path:
    """Return where a picture is.

    Raises:
        LimnerError: there is no such file, or no such sample.
    """
    path = _sample(name.removeprefix(SAMPLE_PREFIX)) if name.startswith(SAMPLE_PREFIX) else Path(name)
    try:
        there, is_file = path.exists(), path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        there = is_file = False
    if not there:
        raise LimnerError(f"{name}: there is no such file; name a picture with {setting}")
    if not is_file:
        raise LimnerError(f"{name}: is not a file; name a picture with {setting}")
    return path


def training_pictures(names: Sequence[str]) -> list[str]:
    """Return the pictures to train one network on, as ``pictures_of``.

    Raises:
        LimnerError: a folder holds no picture or cannot be read, nothing is named, or there are more pictures than one
            network can tell apart.
    """
    out = list_pictures(names)
    check_picture_count(len(out))
    return out


def check_picture_count(pictures: int) -> None:
    """Refuse more pictures than one network can tell apart.

    Raises:
        LimnerError: there are more.
    """
    if pictures > MAX_PICTURES:
        raise LimnerError(
            f"{pictures:,} pictures are too many for one network's buttons; {MAX_PICTURES:,} are the most"
        )


def list_pictures(names: Sequence[str]) -> list[str]:
    """Return the files of names, with a folder's pictures in its place, in the order of their names.

    Raises:
        LimnerError: a folder holds no picture or cannot be read, or nothing is named.
    """
    out: list[str] = []
    for name in names:
        if not name:
            raise LimnerError("a picture's name is empty; name a file or a folder, . for this one")
        path = Path(name)
        try:
            folder = not name.startswith(SAMPLE_PREFIX) and path.is_dir()
            found = sorted(p for p in path.iterdir() if _is_picture(p)) if folder else [path]
        except (OSError, ValueError) as error:
            raise LimnerError(f"{name[:200]}: cannot be read: {os_reason(error)}") from error
        if folder and not found:
            raise LimnerError(f"{name}: the folder holds no pictures; name one that does")
        out += [str(p) for p in found] if folder else [name]
    if not out:
        raise LimnerError("no pictures: name one or several, or a folder of them")
    return out


def _sample(name: str) -> Path:
    """Return where one of the pictures is that come with scikit-image."""
    import skimage

    folder = Path(skimage.__file__).parent / "data"
    there = {path.stem: path for path in sorted(folder.iterdir()) if path.suffix in SAMPLE_SUFFIXES}
    if not re.fullmatch(r"\w+", name) or name not in there:
        known = ", ".join(there)
        raise LimnerError(f"{SAMPLE_PREFIX}{name}: scikit-image brings no such picture with it; it brings {known}")
    return there[name]


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in PICTURE_SUFFIXES and not path.name.startswith(".") and path.is_file()
