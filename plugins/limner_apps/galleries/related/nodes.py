"""The nodes among which relatives are found: pieces with fingerprints and settings."""

from __future__ import annotations

from functools import cached_property
from operator import eq, ne

from limner_apps.galleries.records import GalleryEntry
from limner_apps.galleries.related.diff import describe_values, differing_paths, settings_of


class RecipeSettings:
    """The settings of a recipe, which all of its seeds share; they are parsed on first use."""

    def __init__(self, recipe: str) -> None:
        self._recipe = recipe
        self._differences: dict[int, str] = {}
        self._distances: dict[int, int] = {}

    @cached_property
    def by_path(self) -> dict[str, str]:
        """Values of the settings by path."""
        return settings_of(self._recipe)

    @cached_property
    def sort_key(self) -> list[tuple[str, float, str]]:
        """A key that sorts recipes, with numbers in numerical order."""
        return [(path, *_numeric_key(value)) for path, value in self.by_path.items()]

    def difference(self, other: RecipeSettings) -> str:
        """Return the values in which another recipe differs, as text."""
        if id(other) not in self._differences:
            self._differences[id(other)] = describe_values(differing_paths(self.by_path, other.by_path), other.by_path)
        return self._differences[id(other)]

    def distance(self, other: RecipeSettings) -> int:
        """Return the number of settings in which another recipe differs."""
        if id(other) not in self._distances:
            self._distances[id(other)] = self._count_differences(other)
        return self._distances[id(other)]

    def _count_differences(self, other: RecipeSettings) -> int:
        first, second = self.by_path, other.by_path
        if len(first) == len(second) and all(map(eq, first, second)):
            return sum(map(ne, first.values(), second.values()))
        return len(differing_paths(first, second))


class Node:
    """An entry with the settings of its recipe, which do not include the seed."""

    def __init__(self, entry: GalleryEntry, known: dict[str, RecipeSettings]) -> None:
        self.entry = entry
        self.fingerprints = entry.piece.fingerprints
        self.settings = known.setdefault(self.fingerprints["stages"], RecipeSettings(entry.piece.recipe))

    def distance(self, other: Node) -> int:
        """Return the number of settings, including the seed, in which another piece differs."""
        return self.settings.distance(other.settings) + (self.entry.piece.seed != other.entry.piece.seed)

    @property
    def is_fit(self) -> bool:
        """Whether the recipe has a trainer."""
        return any(stage.startswith("trainer ") for stage in self.entry.piece.stages)


def _numeric_key(value: str) -> tuple[float, str]:
    """Return a key that sorts numbers in numerical order, and texts alphabetically as if they were 0."""
    try:
        return float(value), ""
    except ValueError:
        return 0.0, value
