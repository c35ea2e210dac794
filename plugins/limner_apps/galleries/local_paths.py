"""Removing folders from what a gallery publishes: recipes, commands and values keep the names of files only."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeVar

from limner.app.recipes import Recipe, parse
from limner.app.registry import registry
from limner.app.values import validate
from limner.plugin import Stage

PATH_FIELDS = ("path", "image", "font", "file", "folder")
"""Settings that hold a file or a folder: the folders before its name are always removed."""
TEXT_FIELDS = ("title", "summary", "text", "labels", "kind")
"""Settings that hold words: they are never taken for paths."""
_LOCAL = re.compile(r"(?:/|~[\w.-]*[\\/]|[A-Za-z]:[\\/]|\\\\|file://)", re.IGNORECASE)
_FILE = re.compile(r"[^\n]*[\\/][^\\/\n]+\.\w{1,8}")
_OTHER = re.compile(r"(?!file:)[A-Za-z][A-Za-z0-9+.-]+://", re.IGNORECASE)
"""An address on the web."""
_ITEM = re.compile(r"(?<=\")[^\"]+(?=\")|(?<=')[^']+(?=')|[^,\[\]\"']+")
"""One of several values: a quoted one may contain commas."""
_SET = ("-s", "--set")
"""Options that take a single value, which may contain commas."""
_NUMBERS = re.compile(r"[\d./\s-]+")
RecipeT = TypeVar("RecipeT", bound=Recipe)
StageT = TypeVar("StageT", bound=Stage)


def without_folders(value: str, field: str = "") -> str:
    """Return the name of a file if a value is its path, otherwise the value.

    Args:
        value: the value of a setting.
        field: the setting, ``encoder.image.path``. If its last part is one of ``PATH_FIELDS``, every value with a
            separator is a path; of other settings, only absolute paths and paths that end in a suffix are.
    """
    last = field.rpartition(".")[2]
    if last in TEXT_FIELDS or _OTHER.match(value):
        return value
    is_path = last in PATH_FIELDS or _LOCAL.match(value) or _FILE.fullmatch(value)
    return _name(value) if is_path else value


def publishable(recipe: RecipeT) -> RecipeT:
    """Return a recipe without folders; the same recipe if it names none.

    Raises:
        RecipeError: a stage rejects the name of a file without its folder.
    """
    table = recipe.table()
    cleaned = _without_folders("", table)
    return recipe if cleaned == table else parse(cleaned, registry(), recipe.title)  # type: ignore[return-value]


def publishable_stage(stage: StageT) -> StageT:
    """Return a stage whose settings have no folders; the same stage if they name none.

    Raises:
        LimnerError: the stage rejects the name of a file without its folder.
    """
    table = stage.model_dump(mode="json")
    cleaned = _without_folders("", table)
    return stage if cleaned == table else validate(type(stage), cleaned, "playback")


def publishable_command(command: str) -> str:
    """Return a command line without folders; empty if its quoting is invalid."""
    try:
        words = shlex.split(command)
    except ValueError:
        return ""
    return shlex.join(_word(word, single=before in _SET) for before, word in pairwise(["", *words]))


def publishable_values(field: str, values: Sequence[str]) -> list[str]:
    """Return the values of a setting without folders; files of the same name in several folders are numbered."""
    shown: list[str] = []
    for value in values:
        name = candidate = without_folders(value, field)
        count = 1
        while candidate in shown or (candidate != value and candidate in values):
            count += 1
            candidate = f"{name} ({count})"
        shown.append(candidate)
    return shown


def _name(path: str) -> str:
    """Return the last part of a path; the path itself if it has none."""
    return re.split(r"[\\/]", path.rstrip("\\/"))[-1] or path


def _without_folders(field: str, value: Any) -> Any:
    if isinstance(value, str):
        return without_folders(value, field)
    if isinstance(value, Mapping):
        return {name: _without_folders(name, inner) for name, inner in value.items()}
    return [_without_folders(field, item) for item in value] if isinstance(value, (list, tuple)) else value


def _word(word: str, *, single: bool) -> str:
    """Return a word of a command line: a path, an option, or ``SETTING=VALUES``, which may be a ``single`` value."""
    setting, sign, values = word.partition("=")
    if not sign or re.search(r"[\\/]", setting):
        return word if _OTHER.match(word) or _NUMBERS.fullmatch(word) else _name(word)
    field = setting.rpartition(".")[2].lstrip("-")
    if single and not values.startswith("["):
        return f"{setting}={_item(values, field)}"
    return f"{setting}={_ITEM.sub(lambda match: _item(match[0], field), values)}"


def _item(item: str, field: str) -> str:
    """Return one of the values of a setting, or of the files of an option, without its folder."""
    bare = item.strip()
    if field in TEXT_FIELDS or _OTHER.match(bare) or _NUMBERS.fullmatch(bare):
        return item
    return item.replace(bare, _name(bare)) if bare else item
