"""Locks: parts of an artwork that a restyle must not change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from limner.artworks.restyling.units import Moved
from limner.errors import LimnerError
from limner.utils.arguments import check_choice, show_value

PARTS = ("color", "network")
KEYS = {"color": ("color",), "network": ("encoder", "network")}
"""The keys of a recipe's table that each part comprises."""


def check_parts(keep: str | Sequence[str]) -> tuple[str, ...]:
    """Return the names of locked parts, without repetitions.

    Raises:
        LimnerError: a name is unknown, or the argument is no list of names.
    """
    if not isinstance(keep, Sequence):
        raise LimnerError(f"`keep`: must be 'color', 'network' or a list of both, got {show_value(keep)}")
    names = [keep] if isinstance(keep, str) else list(keep)
    return tuple(dict.fromkeys(check_choice("keep", name, PARTS) for name in names))


def check_recipe(keep: Sequence[str], old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Check that locked parts have the same stages and settings in the new recipe.

    Args:
        keep: the names of the parts.
        old: the table of the artwork's recipe.
        new: the table of the restyled recipe.

    Raises:
        LimnerError: a part is changed too.
    """
    for one, two in zip(old.get("layer", ()), new.get("layer", ()), strict=True):
        check_recipe(keep, one, two)
    for part in keep:
        changed = [key for key in KEYS[part] if old.get(key) != new.get(key)]
        if changed:
            raise LimnerError(f"`keep={part}`: the {' and the '.join(changed)} would change; omit `keep` or the change")


def check_moves(keep: Sequence[str], moves: Sequence[Moved]) -> None:
    """Check that all parameters of locked parts are kept.

    Raises:
        LimnerError: parameters of a part do not fit.
    """
    for one in moves:
        if one.unit.part in keep and one.drawn:
            raise LimnerError(
                f"`keep={one.unit.part}`: the {one.unit.role} {one.unit.kind!r} cannot be kept, because the restyled "
                f"recipe has {one.reason}; omit `keep` or the change"
            )
