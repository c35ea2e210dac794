"""The state of a trainer between two steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from limner.arrays.namespace import Array


@dataclass(frozen=True)
class State:
    """A trainer's memory between two steps: named arrays and numbers, which a checkpoint holds.

    Names, shapes and dtypes are those that ``init`` returned, throughout the run: a step that changes them is an error,
    and a checkpoint with others is refused as damaged.
    """

    arrays: Mapping[str, Array] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)


def find_change(before: State, after: State) -> str:
    """Return what differs in the names, shapes or dtypes of two states, as a sentence's object; empty if nothing does.

    It runs after every step, and therefore makes text only if something differs.
    """
    old, new = _structure(before), _structure(after)
    if old == new:
        return ""
    name = next(name for name in {**old, **new} if old.get(name) != new.get(name))
    return f"{name!r} from {_text(old.get(name))} to {_text(new.get(name))}"


def _structure(state: State) -> dict[str, tuple[Any, ...]]:
    arrays = {name: (array.shape, array.dtype) for name, array in state.arrays.items()}
    return {**dict.fromkeys(state.numbers, ()), **arrays}


def _text(structure: tuple[Any, ...] | None) -> str:
    if structure is None:
        return "missing"
    return f"{structure[1]} {tuple(structure[0])}" if structure else "a number"
