"""Find the format that the ending of a path names, among the registered ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from limner.errors import LimnerError, PluginError, did_you_mean
from limner.formats.image_format import Writer
from limner.formats.video_format import Movie
from limner.recipes.stage_spec import StageSpec
from limner.registry.registry import registry
from limner.utils.validation import validate

FormatT = TypeVar("FormatT", Writer, Movie)

FOLDER = "/"
"""The ending of a path that names a folder."""


def format_for(
    role: str,
    interface: type[FormatT],
    path: str | Path,
    ending: str,
    options: Mapping[str, Any],
    *,
    unknown: str,
    known: Sequence[str] = (),
) -> StageSpec[FormatT]:
    """Return the format of a role that has an ending, with options set.

    Args:
        role: ``writer`` or ``movie``.
        interface: the class of its formats.
        path: what leads messages.
        ending: ``.png``, or ``/`` for a folder.
        options: parameters of the format's stage.
        unknown: what the error says if no format has the ending.
        known: endings that are valid where the path is used, and no format's of this role.

    Raises:
        LimnerError: no format has the ending, or it knows no such option or value.
    """
    endings, broken = list(known), list[str]()
    for name in registry().names(role):
        try:
            cls = registry().load(role, name, interface)
        except PluginError as error:
            broken.append(str(error))
            continue
        if ending.lower() in cls.suffixes:
            if "background" in options and "background" not in cls.model_fields:
                raise LimnerError(f"{path}: this format holds transparency itself; leave out `background`")
            return StageSpec(role, name, validate(cls, options, role, source=str(path)))
        endings += ["a folder" if suffix == FOLDER else suffix for suffix in cls.suffixes]
    aside = f"; {'; '.join(broken)}" if broken else ""
    raise LimnerError(f"{path}: {unknown}{did_you_mean(ending, endings)}{aside}")
