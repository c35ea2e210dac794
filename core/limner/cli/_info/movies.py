"""Descriptions of movies that contain their artwork: their frames, and what moves in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from limner.utils.text import printable

if TYPE_CHECKING:
    from limner.artworks.movies.movie import Movie

MAX_ITEMS = 8
"""The maximum number of values that the text lists of a setting; JSON has all."""
MAX_TEXT = 60
"""The maximum length of a value in the text."""


def movie_record(movie: Movie) -> dict[str, Any]:
    """Return the entries for JSON about a movie."""
    playback, video_format = movie.playback, movie.details.get("video_format")
    return {
        "movie": True,
        "size": list(movie.size),
        "frames": playback.frames,
        "seconds": playback.seconds,
        "fps": playback.fps,
        "playback": {movie.kind: playback.model_dump(mode="json")},
        "video_format": video_format if isinstance(video_format, dict) else None,
    }


def movie_lines(movie: Movie) -> list[str]:
    """Return the lines about a movie: its frames, and the settings of its playback."""
    playback = movie.playback
    frames = f"{playback.frames:,} frame{'s' * (playback.frames != 1)}"
    table = playback.model_dump(mode="json")
    settings = [_setting(name, value) for name, value in table.items() if name not in ("seconds", "fps")]
    return [
        f"{frames}, {playback.seconds:g} second{'s' * (playback.seconds != 1)} at {playback.fps:g} frames per second",
        printable(f"{movie.kind}: {', '.join(filter(None, settings))}"),
    ]


def _setting(name: str, value: Any) -> str:
    """Return a setting with its value, ``seed 7``; empty if the value is."""
    if value in ("", [], {}, None, False):
        return ""
    name = name.replace("_", " ")
    return name if value is True else f"{name} {_shown(value)}"


def _shown(value: Any) -> str:
    """Return a value as text: a stage as its name and settings, a long list as its length."""
    if isinstance(value, Mapping):
        inner = ", ".join(filter(None, (_setting(key, one) for key, one in value.items() if key != "kind")))
        kind = str(value.get("kind", ""))
        return " ".join(filter(None, [kind, f"({inner})" if inner else ""]))
    if isinstance(value, list):
        return f"of {len(value)} values" if len(value) > MAX_ITEMS else ", ".join(map(_shown, value))
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return text if len(text) <= MAX_TEXT else f"of {len(text)} characters"
