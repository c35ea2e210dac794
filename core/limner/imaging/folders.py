"""The pictures of a folder, and those that are not read, which are reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from limner.imaging.decoding.picture_formats import begins_like_picture, is_picture_name, is_unreadable_name

MAX_NAMED = 3
"""The most files or folders that a note names."""
ABOUT_FOLDER = "about"
"""The subfolder in which a command puts pictures about a set, such as its contact sheet; it is not reported."""


@dataclass(frozen=True)
class FolderContents:
    """The pictures directly in a folder.

    Attributes:
        pictures: the files with the suffix of a picture, in alphabetical order.
        notes: a sentence for each kind of pictures that are not read; empty if there are none.
    """

    pictures: tuple[Path, ...]
    notes: tuple[str, ...]


def list_folder(folder: Path) -> FolderContents:
    """Return the pictures directly in a folder.

    Subfolders are not searched: limner's own output often is in one. Hidden files are ignored.

    Raises:
        OSError: the folder cannot be read.
    """
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    named = [entry for entry in entries if is_picture_name(entry)]
    pictures = tuple(entry for entry in named if entry.is_file())
    links = [entry for entry in named if entry.is_symlink() and not entry.exists()]
    others = [entry for entry in entries if not is_picture_name(entry) and entry.is_file()]
    unreadable = [entry for entry in others if is_unreadable_name(entry)]
    unknown = [entry for entry in others if not is_unreadable_name(entry) and begins_like_picture(entry)]
    subfolders = [entry for entry in entries if entry.is_dir() and entry.name != ABOUT_FOLDER and _has_pictures(entry)]
    problems = (
        (unreadable, "limner does not read this format; convert to PNG or JPEG"),
        (unknown, "a picture without a known suffix is skipped; name it, or rename it to *.png"),
        (links, "is a broken link and skipped"),
        (subfolders, "subfolders are not searched; name them to read their pictures"),
    )
    return FolderContents(pictures, tuple(f"{_some(files)}: {problem}" for files, problem in problems if files))


def _has_pictures(folder: Path) -> bool:
    """Return whether a folder has pictures directly inside; False if it cannot be read."""
    try:
        return any(is_picture_name(entry) and not entry.name.startswith(".") for entry in folder.iterdir())
    except OSError:
        return False


def _some(paths: Sequence[Path]) -> str:
    """Return the first few paths as text, and how many there are besides."""
    named = ", ".join(str(path) for path in paths[:MAX_NAMED])
    return named + (f" and {len(paths) - MAX_NAMED:,} more" if len(paths) > MAX_NAMED else "")
