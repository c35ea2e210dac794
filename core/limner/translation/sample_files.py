"""Files of samples: one picture each, a contact sheet, and a latent walk from one to the next as a movie."""

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
from limner.translation.sampling import enlarged, enlarged_size, latent_walk, samples
from limner.utils.atomic_files import check_target

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.stages.backend import Backend

FPS = 25.0
"""Frames per second by default."""
FRAMES_PER_IMAGE = 30
"""Frames for each sample of a walk by default."""
MAX_FRAMES = 100_000


@dataclass(frozen=True)
class GeneratedSamples:
    """Pictures that a network generates from noise.

    Attributes:
        artwork: the network.
        count: number of pictures.
        seed: the seed of the noise.
        size: width and height of each.
    """

    artwork: Artwork
    count: int
    seed: int
    size: tuple[int, int]

    def paths(self, folder: Path, stem: str) -> list[Path]:
        """Return the path of each picture in a folder."""
        digits = len(str(self.count - 1))
        return [folder / f"{stem}-{self.seed}-{i:0{digits}d}.png" for i in range(self.count)]

    def write(self, paths: Sequence[Path], backend: Backend, *, force: bool) -> Iterator[tuple[Path, np.ndarray]]:
        """Write each picture, and yield its path and its pixels, ``(h, w, 3)`` uint8."""
        pictures = samples(self.artwork, self.count, self.seed, backend, self.size)
        for path, pixels in zip(paths, pictures, strict=True):
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
    """A movie of a latent walk from each sample to the next and back to the first.

    Attributes:
        path: the movie's file.
        samples: the samples.
        frames: number of frames.
        fps: frames per second.
        options: settings of the video format.
    """

    path: str
    samples: GeneratedSamples
    frames: int
    fps: float
    options: Mapping[str, Any]

    @property
    def _video_info(self) -> VideoInfo:
        width, height = enlarged_size(self.samples.size)
        manifest = json.dumps({"recipe": self.samples.artwork.recipe.table()})
        return VideoInfo(width=width, height=height, fps=self.fps, manifest=manifest)

    def check(self, *, force: bool) -> None:
        """Check that the movie can be written.

        Raises:
            LimnerError: no format has its suffix, or the file cannot be written.
        """
        video_format = video_format_for(self.path, self.options).stage
        check_video_info(self.path, video_format, self._video_info, force=force, argument="`walk`")

    def write(self, backend: Backend, *, force: bool) -> None:
        """Write the movie frame by frame."""
        of = self.samples
        with open_recorder(self.path, self._video_info, self.options, force=force, argument="`walk`") as recorder:
            for i, pixels in enumerate(latent_walk(of.artwork, of.count, of.seed, self.frames, backend, of.size)):
                recorder.add(enlarged(pixels))
                registry().emit(Progress("walk", i + 1, self.frames))


def walk_length(count: int, frames: int | None, seconds: float | None) -> tuple[int, float]:
    """Return the number of frames of a walk through ``count`` samples, and the frames per second.

    Raises:
        LimnerError: there are fewer than two samples, or a limit of frames, seconds or frames per second is exceeded.
    """
    if count < 2:
        raise LimnerError("`walk`: a walk needs at least 2 pictures; set `count=2` or more")
    if seconds is not None and not 0 < seconds <= 3600:
        raise LimnerError(f"`seconds`: must be above 0 and at most 3600, got {seconds}")
    number = frames if frames is not None else round(FPS * seconds) if seconds else FRAMES_PER_IMAGE * count
    if not count <= number <= MAX_FRAMES:
        raise LimnerError(_frame_count_error(count, number, frames, seconds))
    fps = number / seconds if seconds else FPS
    if not 0.01 <= fps <= 240:
        raise LimnerError(f"`seconds`: {number} frames in {seconds} s are {fps:.3g} per second; the maximum is 240")
    return number, fps


def check_files(paths: Sequence[Path], *, force: bool) -> None:
    """Check, before any picture is generated, that files can be written.

    Raises:
        LimnerError: a file exists and ``force`` is not given, or its folder is not writable.
    """
    for path in paths:
        check_target(path, force=force)


def _frame_count_error(count: int, number: int, frames: int | None, seconds: float | None) -> str:
    """Return the error message for an invalid number of frames, led by the argument that caused it."""
    if frames is not None:
        return f"`frames`: must be {count} (one for each picture) to {MAX_FRAMES}, got {frames}"
    if seconds is not None:
        return f"`seconds`: {seconds} s are {number} frames, too few for {count} pictures; raise it, or reduce `count`"
    return f"`count`: a walk through {count} pictures would take {number} frames, more than {MAX_FRAMES}; set `frames`"
