"""The record in a movie that limner wrote: a recipe and, unless the movie is an older one, its artwork and playback."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from limner.errors import ArtworkError, LimnerError
from limner.formats.lookup import FOLDER
from limner.formats.manifest import theta_bytes
from limner.formats.untrusted_json import read_json
from limner.formats.video_files import video_format_for
from limner.formats.video_format import VideoFormat

OTHER_SUFFIXES = {".png": ".apng"}
"""Suffixes that files of a video format may have too: an animated PNG, and the first frame of a folder of frames."""
MAX_THETA = 2**26
"""The maximum number of bytes of θ in a movie, decompressed."""
OWN_KEYS = ("recipe", "artwork", "theta", "playback")
"""The keys of a record that have a meaning of their own; all others are details."""


@dataclass(frozen=True)
class MovieRecord:
    """The record in a movie.

    Attributes:
        recipe: the table of the recipe, unchecked.
        artwork: the manifest of the artwork without its recipe, unchecked; empty for a movie that has only a recipe.
        theta: θ as ``pack_theta`` returns it, unchecked; empty if it is stored next to the movie.
        playback: the settings of the playback by its registered name, unchecked.
        details: further entries, such as ``walk`` with the settings of a latent walk.
    """

    recipe: dict[str, Any]
    artwork: dict[str, Any] = field(default_factory=dict)
    theta: str = ""
    playback: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def trained(self) -> bool:
        """Whether the recipe is one that is trained, so that its parameters do not follow from the seed."""
        return "trainer" in self.recipe

    def manifest(self) -> str:
        """Return the manifest of the artwork as JSON; empty for a movie that has only a recipe."""
        return json.dumps({**self.artwork, "recipe": self.recipe}) if self.artwork else ""

    def to_json(self) -> str:
        """Return the record as ASCII JSON, without empty entries."""
        own = {"artwork": self.artwork, "theta": self.theta, "playback": self.playback}
        table = {"recipe": self.recipe, **self.details, **{key: value for key, value in own.items() if value}}
        return json.dumps(table, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def as_record(table: Any) -> MovieRecord | None:
    """Return the record in an untrusted table, or None if it is none."""
    if not isinstance(table, dict) or not isinstance(table.get("recipe"), dict):
        return None
    kept: dict[str, Any] = {
        key: table[key]
        for key, kind in (("artwork", dict), ("theta", str), ("playback", dict))
        if isinstance(table.get(key), kind)
    }
    details = {key: value for key, value in table.items() if key not in OWN_KEYS}
    return MovieRecord(table["recipe"], **kept, details=details)


def movie_format(path: Path) -> VideoFormat:
    """Return the video format of a movie by its name.

    Args:
        path: the file, or a folder of frames.

    Raises:
        LimnerError: the suffix is that of another format.
    """
    suffix = path.suffix.lower()
    name = f"{path}{FOLDER}" if path.is_dir() else f"x{OTHER_SUFFIXES.get(suffix, suffix)}"
    return video_format_for(name).stage


def read_movie(path: Path) -> MovieRecord | None:
    """Return the record in a movie that limner wrote, or None if the file is another one or damaged.

    Args:
        path: the file, or a folder of frames.

    Raises:
        LimnerError: the file may be such a movie, but reading its format needs a library that is not installed.
    """
    if not (path.is_dir() or (path.is_file() and path.suffix)):  # opening a FIFO would wait for another program
        return None
    try:
        video_format = movie_format(path)
    except LimnerError:  # the suffix of another format
        return None
    try:
        return as_record(read_json(video_format.read_embedded(path) or "null"))
    except (ArtworkError, ValueError):
        return None


def pack_theta(theta: np.ndarray) -> str:
    """Return θ as text: little-endian float32, compressed by zlib and encoded in Base64."""
    return base64.b64encode(zlib.compress(theta_bytes(theta), 9)).decode("ascii")


def unpack_theta(packed: str) -> np.ndarray:
    """Return θ from an untrusted text.

    Raises:
        ArtworkError: the text is damaged, or contains more than ``MAX_THETA`` bytes.
    """
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(base64.b64decode(packed, validate=True), MAX_THETA + 1)
    except (ValueError, zlib.error) as error:
        raise ArtworkError("θ cannot be decoded; the file is damaged or forged") from error
    if len(data) > MAX_THETA:
        raise ArtworkError(f"θ is larger than {MAX_THETA >> 20} MiB; the file is damaged or forged")
    if not inflater.eof or inflater.unused_data or len(data) % 4:
        raise ArtworkError("θ is truncated; the file is damaged or forged")
    return np.frombuffer(data, "<f4")


def without_recipe(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table of a manifest without its recipe, which a movie's record has at its top."""
    return {key: value for key, value in manifest.items() if key != "recipe"}
