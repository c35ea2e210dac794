"""The colour behind transparent areas of a movie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from limner.app import LimnerError
from limner.app.values import arguments
from limner.plugin import parse_color

if TYPE_CHECKING:
    from limner.app.artworks import Artwork
    from limner_apps.animations.planning.movie_options import MovieOptions

TRANSPARENT = "transparent"


def check_background(options: MovieOptions) -> None:
    """Check that a given background is an opaque colour, or transparent, and given once.

    Raises:
        LimnerError: it is not, or the video format has a background, too.
    """
    if options.background is None:
        return
    if "background" in options.options:
        raise LimnerError("`background`: video-format.background is set too; omit one of them")
    try:
        if arguments.check_str("background", options.background) != TRANSPARENT:
            parse_color(options.background)
    except ValueError as error:
        raise LimnerError(f"`background`: {error}") from error


def background_of(options: MovieOptions) -> str:
    """Return the background that is given; empty for none."""
    return "" if options.background in (None, TRANSPARENT) else str(options.background)


def background_notes(options: MovieOptions, artworks: Sequence[Artwork]) -> tuple[str, ...]:
    """Return a note if a background is given and no artwork has transparent areas."""
    if not background_of(options) or any(artwork.model.alpha for artwork in artworks):
        return ()
    return ("`background` has no effect: without transparency, nothing behind the picture is seen",)
