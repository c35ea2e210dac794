"""What tells two recipes apart, in a few words."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from limner.app.recipes import show_value
from limner_apps.galleries.related.fingerprints import HEADER

SHOWN = 3
"""Differences that are told; of more, their number."""
LONGEST = 24
"""Characters of a value that is shown; of a longer one, that it is another."""


def settings_of(recipe: str) -> dict[str, str]:
    """Every parameter of a recipe's TOML by its path, ``network.contrast``; headers are left out, layers' too."""
    table = {name: value for name, value in tomllib.loads(recipe).items() if name not in HEADER}
    return dict(_flat("", table))


def differing(ours: Mapping[str, str], theirs: Mapping[str, str]) -> list[str]:
    """The paths whose values differ, in the order of theirs."""
    return [path for path in (*theirs, *(ours.keys() - theirs.keys())) if ours.get(path) != theirs.get(path)]


def told(paths: list[str], theirs: Mapping[str, str]) -> str:
    """What theirs has at the paths: ``contrast 0.5, color hsv``; a name alone where no other stage has it too."""
    words = []
    often = Counter(path.rpartition(".")[2] for path in theirs)
    for path in paths[:SHOWN]:
        value, last = theirs.get(path, "none"), path.rpartition(".")[2]
        name = last if often[last] == 1 and last != "kind" else path.removesuffix(".kind")
        words.append(f"{name} {value}" if len(value) <= LONGEST else f"another {name}")
    rest = len(paths) - SHOWN
    return ", ".join(words) + (f" and {rest} more" if rest > 0 else "")


def _flat(lead: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        path = f"{lead}{name}"
        if isinstance(value, dict):
            yield from _flat(f"{path}.", value)
        elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            kinds = Counter(str(one.get("kind", "")) for one in value)
            for i, one in enumerate(value):
                kind = str(one.get("kind", ""))
                one = {key: inside for key, inside in one.items() if name != "layer" or key not in HEADER}
                yield from _flat(f"{path}.{kind if kind and kinds[kind] == 1 else i}.", one)
        else:
            yield path, value if isinstance(value, str) else show_value(value)
