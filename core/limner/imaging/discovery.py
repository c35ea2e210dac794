"""Find pictures: single files, the files of a folder, and the sample pictures of scikit-image."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import unquote_to_bytes

from limner.errors import LimnerError
from limner.imaging.folders import FolderContents, list_folder
from limner.utils.paths import exists, os_reason

SAMPLE_PREFIX = "skimage:"
ENCODED_PREFIX = "file:"
SAMPLE_SUFFIXES = (".png", ".jpg")  # of the scikit-image samples that are pictures
MAX_PICTURES = 4096
"""The largest number of pictures that one network can learn."""


def find_picture(name: str, setting: str) -> Path:
    """Return the path of a picture, given as a file name or as ``skimage:NAME``.

    ``setting`` is the argument or option that holds the name, for messages.

    Raises:
        LimnerError: there is no such file or sample, or it is not a file.
    """
    path = _sample(name.removeprefix(SAMPLE_PREFIX)) if name.startswith(SAMPLE_PREFIX) else _path(name)
    try:
        there, is_file = path.exists(), path.is_file()
    except (OSError, ValueError):  # an invalid file name
        there = is_file = False
    means = "" if setting.startswith("`") else f" with {setting}"  # an argument was just given
    if not there:
        raise LimnerError(f"{name}: there is no such file" + (f"; name a picture{means}" if means else ""))
    if not is_file:
        raise LimnerError(f"{name}: is not a file; name a picture{means}")
    return path


def training_pictures(names: Sequence[str], report: Callable[[str], object] | None = None) -> list[str]:
    """Return the pictures to train one network on, as ``list_pictures`` does, and check their number.

    Raises:
        LimnerError: a folder has no pictures or cannot be read, no picture is named, or there are too many pictures for
            one network.
    """
    pictures = list_pictures(names, report)
    check_picture_count(len(pictures))
    return pictures


def check_picture_count(pictures: int) -> None:
    """Raise an error if there are more pictures than one network can learn.

    Raises:
        LimnerError: there are more than ``MAX_PICTURES``.
    """
    if pictures > MAX_PICTURES:
        raise LimnerError(f"{pictures:,} pictures: too many for one network; use at most {MAX_PICTURES:,}")


def list_pictures(names: Sequence[str], report: Callable[[str], object] | None = None) -> list[str]:
    """Return the names of pictures, with each folder replaced by the pictures directly inside, in alphabetical order.

    Args:
        names: files, folders, or ``skimage:NAME``.
        report: called with a sentence about pictures in a folder that are not read: those in subfolders, those in
            other formats, and those without the suffix of a picture. Default: issue it as a warning.

    Raises:
        LimnerError: a folder has no pictures or cannot be read, or no picture is named.
    """
    out: list[str] = []
    for name in names:
        if not name:
            raise LimnerError("a picture's name is empty; name a file or a folder, such as . for the current one")
        path = Path(name)
        try:
            is_folder = not name.startswith(SAMPLE_PREFIX) and path.is_dir()
            contents = list_folder(path) if is_folder else FolderContents((path,), ())
        except (OSError, ValueError) as error:
            raise LimnerError(f"{name[:200]}: cannot be read: {os_reason(error)}") from error
        if not contents.pictures:
            reason = f" that limner reads ({contents.notes[0]})" if contents.notes else "; name another"
            raise LimnerError(f"{name}: the folder holds no pictures{reason}")
        for note in contents.notes:
            (report or _warn)(note)
        out += [str(p) for p in contents.pictures] if is_folder else [name]
    if not out:
        raise LimnerError("no pictures: name one or more files, or a folder of pictures")
    return out


def _warn(note: str) -> None:
    warnings.warn(note, stacklevel=3)


def _path(name: str) -> Path:
    """Return the path of a file; ``file:`` and percent-encoded bytes spell a name that is not UTF-8 in a recipe."""
    if not name.startswith(ENCODED_PREFIX) or exists(Path(name)):
        return Path(name)
    return Path(os.fsdecode(unquote_to_bytes(name.removeprefix(ENCODED_PREFIX))))


def _sample(name: str) -> Path:
    """Return the path of one of the sample pictures of scikit-image."""
    import skimage

    folder = Path(skimage.__file__).parent / "data"
    samples = {path.stem: path for path in sorted(folder.iterdir()) if path.suffix in SAMPLE_SUFFIXES}
    if not re.fullmatch(r"\w+", name) or name not in samples:
        known = ", ".join(samples)
        raise LimnerError(f"{SAMPLE_PREFIX}{name}: scikit-image has no such picture; it has {known}")
    return samples[name]
