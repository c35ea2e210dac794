"""Recording a movie: frames, and the artwork and playback with which they can be rendered again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.artworks import saving
from limner.artworks.saving import Contents
from limner.composition.stage_choice import register
from limner.composition.stage_spec import StageSpec
from limner.formats import container
from limner.formats.manifest import RenderSettings
from limner.formats.movie_record import MAX_THETA, MovieRecord, pack_theta, without_recipe
from limner.formats.video_files import open_recorder, video_format_for
from limner.formats.video_format import MAX_MANIFEST, FrameRecorder, VideoInfo
from limner.registry.events import FileSaved
from limner.registry.registry import registry
from limner.utils.atomic_files import check_target

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.artworks.movies.playback import Playback


@contextmanager
def record_movie(
    path: str | Path,
    artwork: Artwork,
    video: VideoInfo,
    playback: Playback,
    *,
    options: Mapping[str, Any] | None = None,
    render_settings: RenderSettings | None = None,
    force: bool = False,
    resume: bool = False,
    argument: str = "`path`",
) -> Iterator[FrameRecorder]:
    """Open a movie for writing and yield a recorder for its frames.

    The movie contains the artwork, so that ``open_movie`` can render its frames again. θ that is too large for it is
    saved next to it as ``NAME.limner``. Both appear when the block ends without an error; otherwise nothing is left
    behind.

    Args:
        path: the output; its suffix selects the format, and a slash at the end a folder of frames.
        artwork: the artwork to store.
        video: size, frame rate and other properties of the movie; its manifest is replaced.
        playback: how the artwork becomes the frames.
        options: settings of the video format by name.
        render_settings: the settings that the frames are rendered with. Default: the size of the movie.
        force: overwrite an existing movie.
        resume: continue an interrupted folder of frames, as in ``open_recorder``.
        argument: the name of the argument that holds the path, in backticks, for error messages.

    Raises:
        LimnerError: as ``open_recorder``; or the file for θ exists and contains the θ of another picture.
    """
    contents = Contents(artwork.model, artwork.theta, artwork.packages, artwork.training)
    settings = render_settings or RenderSettings(
        size=(video.width, video.height), region=(0, 0, video.width, video.height)
    )
    details = {"video_format": video_format_for(path, options).table()}
    manifest, theta_path = _manifest(Path(path), contents, settings, playback, details)
    if theta_path:
        check_target(theta_path, force=True, argument=argument)  # the file is read only if it is one
    missing = theta_path is not None and not container.contains_theta(theta_path, contents.theta)
    if theta_path and missing:
        check_target(theta_path, force=force, argument=argument)
    written: list[Path] = []
    with (
        _removed_on_error(written),
        open_recorder(
            path, replace(video, manifest=manifest), options, force=force, resume=resume, argument=argument
        ) as recorder,
    ):
        yield recorder
        if theta_path and missing and recorder.count:  # a movie never appears without it, not even for a moment
            saving.save_parameters(theta_path, contents, force=force)
            written.append(theta_path)
    if theta_path:
        registry().emit(FileSaved(theta_path))


@contextmanager
def _removed_on_error(files: Sequence[Path]) -> Iterator[None]:
    """Remove files, to which the block may add, if it ends with an error."""
    try:
        yield
    except BaseException:
        for file in files:
            with suppress(OSError):
                file.unlink()
        raise


def _manifest(
    path: Path, contents: Contents, settings: RenderSettings, playback: Playback, details: dict[str, Any]
) -> tuple[str, Path | None]:
    """Return the manifest of a movie, and the separate file of θ, or None if θ fits into the manifest."""
    role, kind = register(playback)
    table = StageSpec(role, kind, playback).table()
    played = {kind: {key: value for key, value in table.items() if key != "kind"}}
    for theta_external in (False, True):
        manifest = contents.manifest(settings, theta_external=theta_external)
        fits = theta_external or contents.theta.nbytes <= MAX_THETA
        if not fits:
            continue
        record = MovieRecord(
            recipe=manifest.recipe,
            artwork=without_recipe(manifest.table()),
            theta="" if theta_external else pack_theta(contents.theta),
            playback=played,
            details=details,
        ).to_json()
        if theta_external or len(record) <= MAX_MANIFEST:
            break
    return record, path.with_suffix(container.SUFFIX) if theta_external else None
