"""The values of ``-s``, ``--format`` and ``--background``: settings by path, for recipes and formats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from limner.errors import LimnerError, did_you_mean


def parse_settings(texts: Sequence[str] | None, argument: str = "set") -> dict[str, Any]:
    """Return the values of ``-s path=value`` options by path.

    The values are texts until ``set`` or a stage's settings take them: the type of the field decides what they mean.

    Raises:
        LimnerError: a text has another form, or a path has two values.
    """
    from limner.composition.overrides import parse_assignment

    out: dict[str, Any] = {}
    for path, value in (parse_assignment(text, argument) for text in texts or ()):
        if out.setdefault(path, value) != value:
            raise LimnerError(f"`{argument}` {path}: is set to {out[path]} and to {value}; omit one of them")
    return out


def with_title(values: dict[str, Any], title: str | None) -> dict[str, Any]:
    """Return settings with the title that ``--title`` gives.

    Raises:
        LimnerError: the title is set twice.
    """
    if title is None:
        return values
    if values.get("title", title) != title:
        raise LimnerError("--title: the setting title is set too; omit one of them")
    return {**values, "title": title}


def with_format(values: dict[str, Any], name: str | None, roles: Sequence[str] = ("image-format",)) -> dict[str, Any]:
    """Return settings with the format that ``--format`` chooses, as ``image-format.kind`` or ``video-format.kind``.

    Args:
        values: the settings by path.
        name: the format's name; None to choose it by the file name's ending.
        roles: what the command writes: ``image-format`` for pictures, ``video-format`` for videos.

    Raises:
        LimnerError: the name is unknown, or a setting names another format.
    """
    if name is None:
        return values
    from limner.registry.registry import registry

    known = registry()
    found = [role for role in roles if known.has(role, name)]
    if not found:
        names = [one for role in roles for one in known.names(role)]
        raise LimnerError(f"--format: unknown format {name!r}{did_you_mean(name, names)}")
    for role in found:
        if values.get(f"{role}.kind", name) != name:
            raise LimnerError(f"--format {name}: {role}.kind is {values[f'{role}.kind']}; omit one of them")
    return values | {f"{role}.kind": name for role in found}


def split_image_format(values: dict[str, Any], background: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split settings into those of the recipe and those of the image format, with ``--background`` among the latter.

    Raises:
        LimnerError: the background is set twice.
    """
    options = {path.removeprefix("image-format."): v for path, v in values.items() if path.startswith("image-format.")}
    if background is not None:
        if options.get("background", background) != background:
            raise LimnerError("--background: image-format.background is set too; omit one of them")
        options["background"] = background
    return {path: v for path, v in values.items() if not path.startswith("image-format.")}, options


def split_role(values: Mapping[str, Any], role: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split settings into those of the recipe and those of a role: ``timelapse.fps=25`` for ``timelapse``."""
    selected = {path.removeprefix(f"{role}."): v for path, v in values.items() if path.startswith(f"{role}.")}
    return {path: v for path, v in values.items() if not path.startswith(f"{role}.")}, selected
