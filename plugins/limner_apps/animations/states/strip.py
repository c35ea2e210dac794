"""The strip that ``limner animate --strip`` writes, besides a movie or instead of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.app import LimnerError
from limner.app.artworks import Artwork
from limner.app.registry import choose_backend, registry
from limner.app.training import Strip, check_strip, is_states, read_states, strip_settings, write_strip
from limner.app.values import arguments
from limner_apps.animations.planning.movie_options import MovieOptions
from limner_apps.animations.planning.sources import list_sources

if TYPE_CHECKING:
    from limner.app.training import FitStates

USED = ("size", "strip", "strip_options", "caption", "force", "backend", "yes")
"""The options that have an effect on a strip."""


@dataclass(frozen=True)
class StripPlan:
    """A strip that can be written.

    Attributes:
        path: the file.
        states: the states.
        settings: the settings of the strip.
        options: the options of the command.
    """

    path: Path
    states: FitStates
    settings: Strip
    options: MovieOptions

    def write(self) -> Path:
        """Write the strip, and return its path.

        Raises:
            LimnerError: it cannot be written, or a state cannot be rendered.
        """
        options = self.options
        backend = choose_backend(options.backend, registry())
        write_strip(self.path, self.states, backend, self.settings, size=options.size, force=options.force)
        return self.path


def plan_strip(sources: Any, options: MovieOptions, *, alone: bool) -> StripPlan | None:
    """Return the plan of the strip that the options ask for; None if they ask for none.

    Args:
        sources: the sources of the movie.
        options: the options.
        alone: whether no movie is written.

    Raises:
        LimnerError: the source is not a folder of states, an option has no effect, or the strip cannot be written.
    """
    if options.strip is None:
        if options.strip_options:
            raise LimnerError("strip: settings need a file; add `strip`")
        return None
    if alone:
        _check_unused(options)
    path = arguments.check_path("strip", options.strip)
    folder = _folder(list_sources(sources))
    check_strip(path, force=options.force)
    settings = dict(options.strip_options)
    if options.caption is not None:
        settings.setdefault("caption", options.caption)
    return StripPlan(path, read_states(folder), strip_settings(settings), options)


def _folder(sources: Sequence[Artwork | str]) -> Path:
    """Return the folder of states that the sources of a movie are.

    Raises:
        LimnerError: they are something else.
    """
    single = sources[0]
    if len(sources) > 1 or isinstance(single, Artwork):
        raise LimnerError("`strip`: shows the states of one fit; give its folder alone")
    if not is_states(single):
        raise LimnerError(
            f"{single}: contains no states of a fit, which a strip shows; on the command line, limner fit "
            "--keep-states FOLDER keeps them"
        )
    return Path(single)


def _check_unused(options: MovieOptions) -> None:
    """Check that no option is given that only changes a movie.

    Raises:
        LimnerError: one is.
    """
    for field, default in ((field.name, getattr(MovieOptions(), field.name)) for field in fields(MovieOptions)):
        if field not in USED and getattr(options, field) != default:
            raise LimnerError(f"`{field}`: has no effect on a strip; add `path` for a movie too, or omit it")
