"""Which files a gallery is made of: folders are walked, links followed once, sites and what is no picture left out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from limner.app import LimnerError, PluginError
from limner.app.artworks import SUFFIX, image_formats
from limner.app.files import os_reason
from limner.app.registry import registry
from limner.plugin import VideoFormat
from limner_apps.galleries.site_folder import RECORD
from limner_apps.sweeps.folder_format import RECORD as SWEEP

DEEPEST = 64
"""Folders inside one another."""


@dataclass(frozen=True)
class FoundFile:
    """A file that may be a piece, and the names of the folders from the one that was named to its own: its tags."""

    path: Path
    tags: tuple[str, ...] = ()

    @cached_property
    def real(self) -> str:
        """Where it lies, whatever links lead to it."""
        return os.path.realpath(self.path)


@dataclass
class GallerySources:
    """What was found.

    Attributes:
        files: in the order of their names, each once.
        sweeps: folders of sweeps.
        skipped: what cannot be looked into, and why.
    """

    files: list[FoundFile] = field(default_factory=list)
    sweeps: list[Path] = field(default_factory=list)
    skipped: list[tuple[Path, str]] = field(default_factory=list)


def collect(sources: Sequence[Path]) -> GallerySources:
    """All files in the folders and among the files that are named which a picture's or a movie's ending have.

    Raises:
        LimnerError: a source is not there.
    """
    out = GallerySources()
    endings, folders, files = _endings(), set[tuple[int, int]](), set[str]()
    for source in sources:
        try:
            is_folder, is_file = source.is_dir(), source.is_file()
        except (OSError, ValueError) as error:
            raise LimnerError(f"{source}: cannot be read: {os_reason(error)}") from error
        if not (is_folder or is_file):
            raise LimnerError(f"{source}: there is no such file or folder")
        named = () if source.name in ("", "..") else (source.name,)  # . is no name of a folder
        for one in _walk(source, named, endings, folders, out) if is_folder else [FoundFile(source)]:
            if one.real not in files:
                files.add(one.real)
                out.files.append(one)
    return out


def _walk(
    folder: Path, tags: tuple[str, ...], endings: frozenset[str], seen: set[tuple[int, int]], out: GallerySources
) -> Iterator[FoundFile]:
    """The files of a folder and of those in it; each folder once, however many links lead to it."""
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in seen or (folder / RECORD).exists():
            return
        if len(tags) > DEEPEST:
            out.skipped.append((folder, f"{folder}: lies more than {DEEPEST} folders deep; name it by itself"))
            return
        seen.add((status.st_dev, status.st_ino))
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        out.skipped.append((folder, f"{folder}: cannot be read: {os_reason(error)}"))
        return
    if (folder / SWEEP).is_file():
        out.sweeps.append(folder)
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(entry, (*tags, entry.name), endings, seen, out)
        elif entry.suffix.lower() in endings:
            if entry.is_file():
                yield FoundFile(entry, tags)
            elif entry.is_symlink():
                out.skipped.append((entry, f"{entry}: is a link that leads nowhere"))


def movies() -> Iterator[type[VideoFormat]]:
    """Every registered format of movies that is a file."""
    for name in registry().names("video-format"):
        with suppress(PluginError):
            cls = registry().load("video-format", name, VideoFormat)
            if not cls.frame_pattern:
                yield cls


def _endings() -> frozenset[str]:
    known = {SUFFIX}
    for image_format in image_formats():
        known.update(image_format.suffixes)
    for movie in movies():
        known.update(movie.suffixes)
    return frozenset(known)
