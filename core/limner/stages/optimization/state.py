"""The state of a trainer between two steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from limner.arrays.namespace import Array


@dataclass(frozen=True)
class State:
    """What a trainer remembers between two steps; checkpoints include it.

    Names, shapes and dtypes must stay those that ``init`` returned: a step that changes them raises an error, and a
    checkpoint with others is rejected as damaged.

    Attributes:
        arrays: arrays by name.
        numbers: Python numbers by name.
    """

    arrays: Mapping[str, Array] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)


def find_change(before: State, after: State) -> str:
    """Return the first difference of two states' names, shapes or dtypes, as a predicate; empty if there is none.

    It runs after every step, so it formats text only if there is a difference.
    """
    old, new = _structure(before), _structure(after)
    if old == new:
        return ""
    name = next(name for name in {**old, **new} if old.get(name) != new.get(name))
    if name not in new:
        return f"lacks the state entry {name!r}"
    if name not in old:
        return f"adds the state entry {name!r}"
    return f"changes the state entry {name!r} from {_text(old[name])} to {_text(new[name])}"


def _structure(state: State) -> dict[str, tuple[Any, ...]]:
    arrays = {name: (array.shape, array.dtype) for name, array in state.arrays.items()}
    return {**dict.fromkeys(state.numbers, ()), **arrays}


def _text(structure: tuple[Any, ...]) -> str:
    return f"{structure[1]} {tuple(structure[0])}" if structure else "a number"
