"""What relatives are found among: a piece's recipe and its keys."""

from __future__ import annotations

from functools import cached_property
from operator import eq, ne

from limner_apps.galleries.records import GalleryEntry
from limner_apps.galleries.related.diff import differing, settings_of, told


class RecipeBody:
    """What all seeds of a recipe share: its parameters, read once, and when they are asked for."""

    def __init__(self, recipe: str) -> None:
        self._recipe = recipe
        self._told: dict[int, str] = {}
        self._far: dict[int, int] = {}

    @cached_property
    def settings(self) -> dict[str, str]:
        """By their paths."""
        return settings_of(self._recipe)

    @cached_property
    def natural(self) -> list[tuple[str, float, str]]:
        """As they are sorted: numbers by their size."""
        return [(path, *_sized(value)) for path, value in self.settings.items()]

    def told(self, other: RecipeBody) -> str:
        """What the other has otherwise."""
        if id(other) not in self._told:
            self._told[id(other)] = told(differing(self.settings, other.settings), other.settings)
        return self._told[id(other)]

    def distance(self, other: RecipeBody) -> int:
        """In how many parameters it is another than this one."""
        if id(other) not in self._far:
            self._far[id(other)] = self._measured(other)
        return self._far[id(other)]

    def _measured(self, other: RecipeBody) -> int:
        ours, theirs = self.settings, other.settings
        if len(ours) == len(theirs) and all(map(eq, ours, theirs)):
            return sum(map(ne, ours.values(), theirs.values()))
        return len(differing(ours, theirs))


class Node:
    """An entry, and its recipe without the seed."""

    def __init__(self, entry: GalleryEntry, bodies: dict[str, RecipeBody]) -> None:
        self.entry = entry
        self.keys = entry.piece.keys
        self.body = bodies.setdefault(self.keys["body"], RecipeBody(entry.piece.recipe))

    def distance(self, other: Node) -> int:
        """In how many parameters it is another than this one; the seed is one of them."""
        return self.body.distance(other.body) + (self.entry.piece.seed != other.entry.piece.seed)

    @property
    def learns(self) -> bool:
        """Is there a trainer in the recipe?"""
        return any(stage.startswith("trainer ") for stage in self.entry.piece.stages)


def _sized(value: str) -> tuple[float, str]:
    try:
        return float(value), ""
    except ValueError:
        return 0.0, value
