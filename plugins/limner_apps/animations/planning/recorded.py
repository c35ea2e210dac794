"""A movie as the source of another one: what it records are the defaults of the options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.app import ArtworkError, LimnerError
from limner.app.artworks import Artwork, Movie, open_movie
from limner_apps.animations.animation import Animation
from limner_apps.animations.bundle import unbundled
from limner_apps.animations.planning.recorded_motion import motion_with

if TYPE_CHECKING:
    from limner_apps.animations.planning.movie_options import MovieOptions


@dataclass(frozen=True)
class RecordedMovie:
    """A movie that is rendered again.

    Attributes:
        path: its file, or its folder of frames.
        artworks: the artworks in it, in order.
        animation: what moves in it, and how.
        size: width and height of each picture in its frames, in pixels.
        supersample: samples per pixel along each side.
        background: the colour behind transparent areas; empty for none.
    """

    path: Path
    artworks: tuple[Artwork, ...]
    animation: Animation
    size: tuple[int, int]
    supersample: int = 1
    background: str = ""

    @property
    def sources(self) -> tuple[list[str], list[Artwork]]:
        """The name of each artwork for messages, which is that of the movie, and the artworks."""
        return [str(self.path)] * len(self.artworks), [*self.artworks]

    def default_name(self, size: tuple[int, int]) -> str:
        """Return the name of a movie of another size, without a suffix: ``loop-1920x1080``."""
        return f"{self.path.stem}-{size[0]}x{size[1]}"

    def defaults(self, options: MovieOptions) -> MovieOptions:
        """Return the options, with size, samples and background of the movie unless they are given."""
        size, supersample = options.size or self.size, options.supersample or self.supersample
        own = self.background if "background" not in options.options else ""
        background = options.background if options.background is not None else own or None
        return replace(options, size=size, supersample=supersample, background=background)

    def animation_with(self, options: MovieOptions) -> Animation:
        """Return the animation with the options that are given.

        The pace is kept if options do not change what it was measured on; otherwise the playhead is empty.

        Raises:
            LimnerError: the motion does not support the artworks, or an option is invalid or has no effect.
        """
        given = {"seconds": options.seconds, "fps": options.fps, "seed": options.seed}
        update: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        changed = self.animation.model_copy(
            update={**update, "motion": motion_with(self.animation, self.artworks, options)}
        )
        keeps_pace = options.even_pace is None and self._has_pace_of(changed)
        return changed if keeps_pace else changed.model_copy(update={"playhead": ()})

    def needs_pace(self, animation: Animation, options: MovieOptions) -> bool:
        """Return whether the pace is to be measured.

        That is so if options ask for it, if another motion is even by default, or if the pace of the movie does not
        fit.
        """
        if options.even_pace is not None:
            return options.even_pace
        if animation.motion.kind != self.animation.motion.kind:
            return not animation.motion.stage.sets_pace
        return bool(self.animation.playhead) and not animation.playhead

    def _has_pace_of(self, other: Animation) -> bool:
        """Return whether the pace of the movie was measured on the same motion and number of frames as another has."""
        ours, theirs = ((one.motion, one.seed, one.frames) for one in (self.animation, other))
        return ours == theirs


def open_recorded(sources: Sequence[Artwork | str]) -> RecordedMovie | None:
    """Return the movie to render again; None if the sources are artworks, or several.

    Raises:
        LimnerError: the movie is damaged or forged, or needs a package that is missing.
    """
    if len(sources) != 1 or isinstance(sources[0], Artwork):
        return None
    movie = open_movie(sources[0])
    if movie is None or not isinstance(movie.playback, Animation):
        return None
    return _recorded(movie, movie.playback)


def _recorded(movie: Movie, animation: Animation) -> RecordedMovie:
    """Return the record of a movie.

    Raises:
        ArtworkError: the movie contains another number of artworks than its animation.
    """
    try:
        artworks = unbundled(movie.artwork, animation.artworks)
    except LimnerError as error:
        raise ArtworkError(f"{movie.path}: {error}; the file is damaged or forged") from error
    settings = movie.artwork.render_settings
    supersample = settings.supersample if settings else 1
    background = settings.recorded_background if settings else ""
    return RecordedMovie(movie.path, tuple(artworks), animation, movie.size, supersample, background)
