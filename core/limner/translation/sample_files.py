"""Files of samples: a picture each, a contact sheet of them, and a walk from one to the next as a movie."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.errors import LimnerError
from limner.figures.contact_sheet import write_sheet
from limner.formats.video_files import check_video_info, open_recorder, video_format_for
from limner.formats.video_format import VideoInfo
from limner.registry.events import FileSaved, Progress
from limner.registry.registry import registry
from limner.translation.inference import write_png
from limner.translation.sampling import enlarged, enlarged_size, samples, walk
from limner.utils.atomic_files import check_target

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.stages.backend import Backend

FPS = 25.0
"""Frames a second by default."""
EACH = 30
"""Frames for each picture of a walk by default."""
MAX_FRAMES = 100_000


@dataclass(frozen=True)
class GeneratedSamples:
    """Pictures that a network makes of noise.

    Attributes:
        artwork: the network.
        count: how many pictures.
        seed: what the noise follows from.
        size: width and height of each.
    """

    artwork: Artwork
    count: int
    seed: int
    size: tuple[int, int]

    def paths(self, folder: Path, stem: str) -> list[Path]:
        """Return a file for each picture in a folder."""
        digits = len(str(self.count - 1))
        return [folder / f"{stem}-{self.seed}-{i:0{digits}d}.png" for i in range(self.count)]

    def write(self, paths: Sequence[Path], backend: Backend, *, force: bool) -> Iterator[tuple[Path, np.ndarray]]:
        """Write each picture, and yield its file and its pixels, ``(h, w, 3)`` uint8."""
        made = samples(self.artwork, self.count, self.seed, backend, self.size)
        for path, pixels in zip(paths, made, strict=True):
            write_png(path, pixels, force=force)
            yield path, pixels

    def write_sheet(self, path: Path, pictures: Sequence[np.ndarray], *, force: bool) -> None:
        """Write a contact sheet of the pictures, numbered from 0."""
        recipe = self.artwork.recipe
        record = {"name": recipe.title, "recipe": recipe.table(), "seed": self.seed}
        cells = [(str(i), enlarged(pixels, 96)) for i, pixels in enumerate(pictures)]
        write_sheet(path, cells, record, force=force)
        registry().emit(FileSaved(path))


@dataclass(frozen=True)
class NoiseWalk:
    """A walk from each of several samples to the next and back to the first, as a movie.

    Attributes:
        path: the movie's file.
        of: the samples.
        frames: how many frames.
        rate: frames a second.
        options: parameters of the video format.
    """

    path: str
    of: GeneratedSamples
    frames: int
    rate: float
    options: Mapping[str, Any]

    @property
    def _reel(self) -> VideoInfo:
        width, height = enlarged_size(self.of.size)
        manifest = json.dumps({"recipe": self.of.artwork.recipe.table()})
        return VideoInfo(width=width, height=height, fps=self.rate, manifest=manifest)

    def check(self, *, force: bool) -> None:
        """Refuse early a movie that could not be written in the end.

        Raises:
            LimnerError: no format has its ending, or the file cannot be written.
        """
        movie = video_format_for(self.path, self.options).stage
        check_video_info(self.path, movie, self._reel, force=force, argument="`walk`")

    def write(self, backend: Backend, *, force: bool) -> None:
        """Write the movie frame by frame."""
        of = self.of
        with open_recorder(self.path, self._reel, self.options, force=force, argument="`walk`") as recorder:
            for i, pixels in enumerate(walk(of.artwork, of.count, of.seed, self.frames, backend, of.size)):
                recorder.add(enlarged(pixels))
                registry().emit(Progress("walk", i + 1, self.frames))


def walk_length(count: int, frames: int | None, seconds: float | None) -> tuple[int, float]:
    """Return how many frames a walk past so many pictures has, and its rate in frames a second.

    Raises:
        LimnerError: there are too few pictures, or too many or too few frames for them or for a second.
    """
    if count < 2:
        raise LimnerError("`walk`: from a single picture leads no way; ask for `count=2` at least")
    if seconds is not None and not 0 < seconds <= 3600:
        raise LimnerError(f"`seconds`: must be above 0 and at most 3600, got {seconds}")
    number = frames if frames is not None else round(FPS * seconds) if seconds else EACH * count
    if not count <= number <= MAX_FRAMES:
        raise LimnerError(_why_not(count, number, frames, seconds))
    rate = number / seconds if seconds else FPS
    if not 0.01 <= rate <= 240:
        raise LimnerError(f"`seconds`: {number} frames in {seconds} s are {rate:.3g} a second; 240 is the most")
    return number, rate


def check_files(paths: Sequence[Path], *, force: bool) -> None:
    """Refuse files that cannot be written, before any picture is made.

    Raises:
        LimnerError: one exists and ``force`` is not given, or its folder takes no files.
    """
    for path in paths:
        check_target(path, force=force)


def _why_not(count: int, number: int, frames: int | None, seconds: float | None) -> str:
    """Return why a walk past so many pictures cannot have so many frames, led by the option that was given."""
    if frames is not None:
        return f"`frames`: must be {count}, one for each picture, to {MAX_FRAMES}, got {frames}"
    if seconds is not None:
        return (
            f"`seconds`: {seconds} s are {number} frames, too few for {count} pictures; lower `count`, or ask for more"
        )
    return f"`count`: a walk past {count} pictures would take {number} frames, {MAX_FRAMES} at most; say `frames`"
