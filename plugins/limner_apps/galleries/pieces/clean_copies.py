"""Copies of artworks and movies with another recipe. Files contain their recipe, so they are written again."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import limner
from limner.app import ArtworkError
from limner.app.artworks import SUFFIX, record_movie
from limner.app.figures import AudioTrack, has_audio, open_recorder
from limner.app.registry import registry
from limner.plugin import ImageFormat, VideoInfo

if TYPE_CHECKING:
    from limner.app.artworks import Artwork, RenderSettings
    from limner_apps.galleries.pieces.opened_source import OpenedSource

CMYK_SETTINGS = ("profile", "intent", "black_point")
"""The settings of image formats that convert colours to CMYK."""
MAX_REPEATS = 250
"""Maximum number of times that a frame is repeated to last as long as in the original movie."""


def can_be_rendered_again(path: Path) -> bool:
    """Return whether a new rendering of an artwork shows what its file shows, that is, nobody edited the picture."""
    return path.suffix.lower() == SUFFIX or limner.verify(path).ok


def render_copy(art: Artwork, path: Path) -> None:
    """Write an artwork in the same way as the file that it was opened from, with the recipe that it has now.

    Raises:
        LimnerError: the file cannot be written.
    """
    settings = art.render_settings
    if settings is None or path.suffix.lower() == SUFFIX:
        art.save(path, force=True)
        return
    art.save(
        path,
        size=settings.size,
        region=None if settings.region == (0, 0, *settings.size) else settings.region,
        supersample=settings.supersample,
        bits=settings.bits,
        dither=settings.dither,
        time=settings.time,
        dpi=settings.dpi,
        bleed=settings.bleed,
        options=_format_options(settings),
        force=True,
    )


def _format_options(settings: RenderSettings) -> dict[str, Any]:
    """Return the settings of the image format that were not the defaults: others may have no effect beside them.

    A copy of a CMYK file is in sRGB, because the record names the profile's file without its folder.
    """
    table = dict(settings.image_format)
    kind = str(table.pop("kind", ""))
    if not registry().has("image-format", kind):
        return {}
    default = registry().load("image-format", kind, ImageFormat)()
    options = {
        name: value
        for name, value in table.items()
        if value != getattr(default, name, None) and name not in CMYK_SETTINGS
    }
    background = settings.recorded_background
    return {**options, "kind": kind, **({"background": background} if background else {})}


def record_copy(source: OpenedSource, path: Path) -> None:
    """Write the frames and the sound of a movie to a file, with recipe, parameters and playback of the source.

    Raises:
        ArtworkError: the movie has no frames, or is damaged.
        LimnerError: the file cannot be written.
    """
    video_format = source.video_format
    assert video_format is not None
    seconds, shapes = [], set[tuple[int, ...]]()
    for frame in video_format.read_frames(source.path):
        seconds.append(frame.seconds)
        shapes.add(frame.pixels.shape)
    if not seconds:
        raise ArtworkError(f"{source.path}: the movie has no frames")
    height, width, channels = max(shapes)
    unit = min((one for one in seconds if one > 0), default=1 / VideoInfo(width, height).fps)
    fps = min(1 / unit, video_format.max_fps)
    heard = video_format.supports_audio and has_audio(source.path)
    audio = AudioTrack(source.path, sum(seconds)) if heard else None
    video = VideoInfo(width, height, fps, seconds[-1], alpha=channels == 4, audio=audio)
    with _open_copy(source, path, video) as recorder:
        for i, frame in enumerate(video_format.read_frames(source.path)):
            repeats = round(frame.seconds * fps) if i < len(seconds) - 1 else 1  # the last frame is held
            for _ in range(min(max(1, repeats), MAX_REPEATS)):
                recorder.add(_with_channels(frame.pixels, channels))


def _open_copy(source: OpenedSource, path: Path, video: VideoInfo) -> AbstractContextManager[Any]:
    """Return the recorder of a copy of a movie, with the record that the source has without folders."""
    if movie := source.movie:
        settings = movie.artwork.render_settings
        return record_movie(path, movie.artwork, video, movie.playback, render_settings=settings, force=True)
    assert source.video_format is not None
    table: dict[str, Any] = json.loads(source.video_format.read_embedded(source.path) or "{}")
    manifest = json.dumps({**table, "recipe": source.recipe.table()})
    return open_recorder(path, replace(video, manifest=manifest), force=True)


def _with_channels(pixels: np.ndarray, channels: int) -> np.ndarray:
    """Return a frame with an opaque alpha channel added, if other frames have one."""
    missing = ((0, 0), (0, 0), (0, channels - pixels.shape[-1]))
    return np.pad(pixels, missing, constant_values=255)
