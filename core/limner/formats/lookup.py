"""Find the format that the ending of a path names, among the registered ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from limner.composition.stage_spec import StageSpec
from limner.errors import LimnerError, PluginError, did_you_mean
from limner.formats.image_format import ImageFormat
from limner.formats.video_format import VideoFormat
from limner.registry.registry import registry
from limner.utils.validation import validate

if TYPE_CHECKING:
    from limner.registry.registration import Entry

FormatT = TypeVar("FormatT", ImageFormat, VideoFormat)

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
        options: parameters of the format's stage; ``kind`` chooses a format by name.
        unknown: what the error says if no format has the ending.
        known: endings that are valid where the path is used, and no format's of this role.

    Raises:
        LimnerError: no format has the ending, or it knows no such option or value; or the format that is chosen by name
            has another ending.
        PluginError: several third parties claim the ending, and none is chosen by name.
    """
    fields = {key: value for key, value in options.items() if key != "kind"}
    if "kind" in options:
        name, cls = _chosen(role, interface, path, ending, str(options["kind"]))
    else:
        name, cls = _claiming(role, interface, path, ending, unknown, known)
    if "background" in fields and "background" not in cls.model_fields:
        why = "holds transparency itself" if cls.supports_alpha else "lays nothing over a background"
        raise LimnerError(f"{path}: this format {why}; leave out `background`")
    return StageSpec(role, name, validate(cls, fields, role, source=str(path)))


def _chosen(role: str, interface: type[FormatT], path: str | Path, ending: str, kind: str) -> tuple[str, type[FormatT]]:
    """Return the format of a name, if it has the ending."""
    try:
        name, cls = registry().entry(role, kind).canonical_name, registry().load(role, kind, interface)
    except LimnerError as error:
        raise type(error)(f"{path}: {error}") from error
    if ending.lower() not in cls.suffixes:
        endings = " or ".join("a folder" if suffix == FOLDER else suffix for suffix in cls.suffixes)
        raise LimnerError(f"{path}: the format {kind!r} is written as {endings}; choose another name for the file")
    return name, cls


def _claiming(
    role: str, interface: type[FormatT], path: str | Path, ending: str, unknown: str, known: Sequence[str]
) -> tuple[str, type[FormatT]]:
    """Return the format that has an ending: a built-in one, or else the only one."""
    endings, broken = list(known), list[str]()
    claims: list[tuple[Entry, type[FormatT]]] = []
    for name in registry().names(role):
        try:
            cls = registry().load(role, name, interface)
        except PluginError as error:
            broken.append(str(error))
            continue
        if ending.lower() in cls.suffixes:
            claims.append((registry().entry(role, name), cls))
        endings += ["a folder" if suffix == FOLDER else suffix for suffix in cls.suffixes]
    if not claims:
        aside = f"; {'; '.join(broken)}" if broken else ""
        raise LimnerError(f"{path}: {unknown}{did_you_mean(ending, endings)}{aside}")
    claims.sort(key=lambda claim: not claim[0].built_in)
    entry, cls = claims[0]
    if len(claims) > 1 and not entry.built_in:
        names = " or ".join(sorted(claim.qualified_name for claim, _ in claims))
        raise PluginError(f"{path}: {len(claims)} formats are written as {ending}; choose the format {names}")
    return entry.canonical_name, cls
