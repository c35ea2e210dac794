"""The source files of a gallery: folders are searched recursively, each of them once; sites are ignored."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path

from limner.app import LimnerError, PluginError
from limner.app.artworks import SUFFIX, image_formats, open_movie
from limner.app.files import os_reason
from limner.app.registry import registry
from limner.plugin import VideoFormat
from limner_apps.galleries.site_folder import RECORD
from limner_apps.sweeps.folder_format import RECORD as SWEEP

ONLY_A_FRAME = "contains frames of a movie; add the movie as a single file, such as an .mp4"
MAX_DEPTH = 64
"""Maximum depth of nested folders."""


@dataclass(frozen=True)
class FoundFile:
    """A file that may be an artwork, and its tags: the names of the folders from the source folder down to it."""

    path: Path
    tags: tuple[str, ...] = ()

    @cached_property
    def real(self) -> str:
        """The path with links resolved."""
        return os.path.realpath(self.path)


@dataclass
class GallerySources:
    """The source files and sweeps of a gallery.

    Attributes:
        files: possible artworks, sorted by name, without duplicates.
        sweeps: folders of sweeps.
        skipped: files and folders that cannot be read, each with the reason.
    """

    files: list[FoundFile] = field(default_factory=list)
    sweeps: list[Path] = field(default_factory=list)
    skipped: list[tuple[Path, str]] = field(default_factory=list)


def collect(sources: Sequence[Path]) -> GallerySources:
    """Return the named files, and the files in named folders that have the suffix of a picture or a movie.

    Raises:
        LimnerError: a source does not exist.
    """
    collected = GallerySources()
    suffixes, folders, files = _suffixes(), set[tuple[int, int]](), set[str]()
    for source in sources:
        try:
            is_folder, is_file = source.is_dir(), source.is_file()
        except (OSError, ValueError) as error:
            raise LimnerError(f"{source}: cannot be read: {os_reason(error)}") from error
        if not (is_folder or is_file):
            raise LimnerError(f"{source}: there is no such file or folder")
        tags = () if source.name in ("", "..") else (source.name,)  # the name of . is empty
        for file in _walk(source, tags, suffixes, folders, collected) if is_folder else [FoundFile(source)]:
            if file.real not in files:
                files.add(file.real)
                collected.files.append(file)
    return collected


def _walk(
    folder: Path,
    tags: tuple[str, ...],
    suffixes: frozenset[str],
    seen: set[tuple[int, int]],
    collected: GallerySources,
) -> Iterator[FoundFile]:
    """Yield the files of a folder and its subfolders; a folder that several links lead to is searched once."""
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in seen or (folder / RECORD).exists():
            return
        if len(tags) > MAX_DEPTH:
            collected.skipped.append(
                (folder, f"{folder}: is nested more than {MAX_DEPTH} folders deep; name it separately")
            )
            return
        seen.add((status.st_dev, status.st_ino))
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        collected.skipped.append((folder, f"{folder}: cannot be read: {os_reason(error)}"))
        return
    if (folder / SWEEP).is_file():
        collected.sweeps.append(folder)
    frames = _movie_frames(folder, entries)
    if frames:
        collected.skipped.append((folder, f"{folder}: {ONLY_A_FRAME}"))
    for entry in entries:
        if entry.name.startswith(".") or entry in frames:
            continue
        if entry.is_dir():
            yield from _walk(entry, (*tags, entry.name), suffixes, seen, collected)
        elif entry.suffix.lower() in suffixes:
            if entry.is_file():
                yield FoundFile(entry, tags)
            elif entry.is_symlink():
                collected.skipped.append((entry, f"{entry}: is a broken link"))


def _movie_frames(folder: Path, entries: Sequence[Path]) -> frozenset[Path]:
    """Return the files among entries that are the frames of a movie; their first one has the record of the movie."""
    known = registry()
    formats = [known.load("video-format", name, VideoFormat) for name in known.names("video-format")]
    patterns = [cls.frame_pattern for cls in formats if cls.frame_pattern]
    frames = frozenset(entry for entry in entries if any(fnmatch(entry.name, pattern) for pattern in patterns))
    return frames if frames and open_movie(folder) else frozenset()


def video_formats() -> Iterator[type[VideoFormat]]:
    """Yield every registered video format that writes a single file."""
    for name in registry().names("video-format"):
        with suppress(PluginError):
            cls = registry().load("video-format", name, VideoFormat)
            if not cls.frame_pattern:
                yield cls


def _suffixes() -> frozenset[str]:
    """Return the suffixes of all artworks and movies."""
    known = {SUFFIX}
    for image_format in image_formats():
        known.update(image_format.suffixes)
    for video_format in video_formats():
        known.update(video_format.suffixes)
    return frozenset(known)
