"""The differences between two recipes, in a few words."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from limner.app.recipes import show_value
from limner_apps.galleries.related.fingerprints import HEADER

MAX_SHOWN = 3
"""Maximum number of differences that are listed; further ones are counted."""
MAX_VALUE_LENGTH = 24
"""Maximum length of a value that is shown; a longer one is described as different."""


def settings_of(recipe: str) -> dict[str, str]:
    """Return the settings of a recipe in TOML by path, ``network.contrast``, without headers of recipe and layers."""
    table = {name: value for name, value in tomllib.loads(recipe).items() if name not in HEADER}
    return dict(_flatten("", table))


def differing_paths(first: Mapping[str, str], second: Mapping[str, str]) -> list[str]:
    """Return the paths whose values differ, in the order of ``second``."""
    return [path for path in (*second, *(first.keys() - second.keys())) if first.get(path) != second.get(path)]


def describe_values(paths: list[str], settings: Mapping[str, str]) -> str:
    """Return the values at paths, ``contrast 0.5, color hsv``; names are shortened if they are unambiguous.

    If the stages differ, their settings are not listed, apart from the name of a palette.
    """
    stages = tuple(path.removesuffix("kind") for path in paths if path.endswith(".kind"))
    paths = [path for path in paths if _is_listed(path, stages, settings)]
    count = Counter(path.rpartition(".")[2] for path in settings)
    words = [_describe_value(path, settings, unique=count[path.rpartition(".")[2]] == 1) for path in paths[:MAX_SHOWN]]
    rest = len(paths) - MAX_SHOWN
    return ", ".join(words) + (f" and {rest} more" if rest > 0 else "")


def _is_listed(path: str, stages: tuple[str, ...], settings: Mapping[str, str]) -> bool:
    """Return whether a difference is more than a detail of one of the stages that differ."""
    inside = [stage for stage in stages if path.startswith(stage)]
    if not inside or (path.endswith(".name") and path in settings):
        return True
    return inside == [path.removesuffix("kind")]


def _describe_value(path: str, settings: Mapping[str, str], *, unique: bool) -> str:
    """Return the value at a path and its name, whose last part is enough if it is ``unique``."""
    value, last = settings.get(path, "none"), path.rpartition(".")[2]
    if last == "name" and path in settings and len(value) <= MAX_VALUE_LENGTH:
        return value  # such as a palette, whose name says more than "name"
    name = last if unique and last != "kind" else path.removesuffix(".kind").removesuffix(f".{value}")
    return f"{name} {value}" if len(value) <= MAX_VALUE_LENGTH else f"different {name}"


def _flatten(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict):
            yield from _flatten(f"{path}.", value)
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            kinds = Counter(str(item.get("kind", "")) for item in value)
            for i, item in enumerate(value):
                kind = str(item.get("kind", ""))
                fields = {key: inner for key, inner in item.items() if name != "layer" or key not in HEADER}
                yield from _flatten(f"{path}.{kind if kind and kinds[kind] == 1 else i}.", fields)
        else:
            yield path, value if isinstance(value, str) else show_value(value)
