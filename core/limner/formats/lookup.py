"""The choice of an image or video format by the suffix of a path, which messages call its ending."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from limner.composition.stage_spec import StageSpec
from limner.errors import LimnerError, PluginError
from limner.formats.image_format import ImageFormat
from limner.formats.video_format import VideoFormat
from limner.registry.registry import registry
from limner.utils.conditions import require_used
from limner.utils.validation import validate

if TYPE_CHECKING:
    from limner.registry.registration import Entry

FormatT = TypeVar("FormatT", ImageFormat, VideoFormat)

FOLDER = "/"
"""The suffix that stands for a folder."""


def format_for(
    role: str,
    interface: type[FormatT],
    path: str | Path,
    suffix: str,
    options: Mapping[str, Any],
    *,
    unknown: str,
    known: Sequence[str] = (),
) -> StageSpec[FormatT]:
    """Return the format of a role that has a suffix, with options set.

    Args:
        role: ``image-format`` or ``video-format``.
        interface: the interface of that role.
        path: the path that error messages start with.
        suffix: a file name suffix such as ``.png``, or ``/`` for a folder.
        options: settings of the format by name; ``kind`` selects a format by its name.
        unknown: the error message if no format has the suffix.
        known: other valid suffixes to suggest for a misspelled one; they belong to no format of this role.

    Raises:
        LimnerError: no format has the suffix, an option or its value is invalid, an option has no effect, or the format
            selected by name has another suffix.
        PluginError: several third-party formats have the suffix, and none is selected by name.
    """
    fields = {key: value for key, value in options.items() if key != "kind"}
    if "kind" in options:
        name, cls = _format_by_name(role, interface, path, suffix, str(options["kind"]))
    else:
        name, cls = _format_by_suffix(role, interface, path, suffix, unknown, known)
    if "background" in fields and "background" not in cls.model_fields:
        why = "stores transparency" if cls.supports_alpha else "has no background"
        raise LimnerError(f"{path}: this format {why}; omit `background`")
    _refuse_foreign_fields(role, interface, path, cls, fields)
    stage = validate(cls, fields, role, source=str(path))
    require_used(stage, fields, f"{path}: {role}", f"{role}.")
    return StageSpec(role, name, stage)


def known_suffixes(role: str, interface: type[FormatT]) -> set[str]:
    """Return the suffixes of the formats of a role that can be imported."""
    return {suffix for _, cls in _loadable(role, interface) for suffix in cls.suffixes}


def _refuse_foreign_fields(
    role: str, interface: type[FormatT], path: str | Path, cls: type[FormatT], fields: Mapping[str, Any]
) -> None:
    """Check that no setting is one that only other formats have.

    Raises:
        LimnerError: other formats have a setting that this one lacks; the message lists their suffixes.
    """
    for field in fields:
        if field in cls.model_fields:
            continue
        suffixes = [other.suffixes[0] for _, other in _loadable(role, interface) if field in other.model_fields]
        if suffixes:
            *others, last = dict.fromkeys(map(_display, suffixes))
            choice = f"{', '.join(others)} or {last}" if others else last
            raise LimnerError(f"{path}: this format has no `{field}`; choose {choice}")


def _loadable(role: str, interface: type[FormatT]) -> Iterator[tuple[str, type[FormatT]]]:
    """Yield the names and classes of the formats of a role that can be imported."""
    for name in registry().names(role):
        with suppress(PluginError):
            yield name, registry().load(role, name, interface)


def _format_by_name(
    role: str, interface: type[FormatT], path: str | Path, suffix: str, kind: str
) -> tuple[str, type[FormatT]]:
    """Return the canonical name and the class of a format, given its name; it must have the suffix."""
    try:
        name, cls = registry().entry(role, kind).canonical_name, registry().load(role, kind, interface)
    except LimnerError as error:
        raise type(error)(f"{path}: {error}") from error
    if suffix.lower() not in cls.suffixes:
        suffixes = " or ".join(_display(one) for one in cls.suffixes)
        raise LimnerError(f"{path}: the format {kind!r} uses {suffixes}; change the name of the output")
    return name, cls


def _display(suffix: str) -> str:
    """Return a suffix as messages show it."""
    return "a folder" if suffix == FOLDER else suffix


def _suggestion(suffix: str, suffixes: Sequence[str], common: Sequence[str]) -> str:
    """Return what to write instead of an unknown suffix: a very similar one, or else the common suffixes.

    Suffixes are so short that only a missing, an additional or a transposed letter counts as a misspelling.
    """
    wanted = suffix.lower()
    transposed = [one for one in suffixes if sorted(one) == sorted(wanted) and wanted]
    near = transposed or get_close_matches(wanted, suffixes, 1, cutoff=0.8)
    if near:
        return f"did you mean {near[0]!r}?"
    *others, last = map(_display, dict.fromkeys(common))
    return f"use {', '.join(others)} or {last}" if others else f"use {last}"


def _format_by_suffix(
    role: str, interface: type[FormatT], path: str | Path, suffix: str, unknown: str, known: Sequence[str]
) -> tuple[str, type[FormatT]]:
    """Return the canonical name and the class of the format that has a suffix; built-in formats take precedence."""
    suffixes, broken = list(known), list[str]()
    common: list[str] = []
    claims: list[tuple[Entry, type[FormatT]]] = []
    for name in registry().names(role):
        try:
            cls = registry().load(role, name, interface)
        except PluginError as error:
            broken.append(str(error))
            continue
        if suffix.lower() in cls.suffixes:
            claims.append((registry().entry(role, name), cls))
        suffixes += cls.suffixes
        common += cls.suffixes[:1]
    if not claims:
        note = f"; {'; '.join(broken)}" if broken else ""
        raise LimnerError(f"{path}: {unknown}; {_suggestion(suffix, suffixes, [*common, *known])}{note}")
    claims.sort(key=lambda claim: not claim[0].built_in)
    entry, cls = claims[0]
    if len(claims) > 1 and not entry.built_in:
        names = " or ".join(sorted(claim.qualified_name for claim, _ in claims))
        raise PluginError(f"{path}: {len(claims)} formats use {suffix}; select one by name: {names}")
    return entry.canonical_name, cls
