"""A trainer within another: its state as part of the other's."""

from __future__ import annotations

from limner.plugin import State


def pack_state(prefix: str, inner: State) -> State:
    """The inner state under names that begin with the prefix and a dot."""
    return State(
        {f"{prefix}.{name}": array for name, array in inner.arrays.items()},
        {f"{prefix}.{name}": number for name, number in inner.numbers.items()},
    )


def unpack_state(prefix: str, outer: State) -> State:
    """The inner state again; names that begin otherwise are somebody else's."""
    start = f"{prefix}."
    return State(
        {name.removeprefix(start): array for name, array in outer.arrays.items() if name.startswith(start)},
        {name.removeprefix(start): number for name, number in outer.numbers.items() if name.startswith(start)},
    )


def merge_states(*states: State) -> State:
    """Several states as one; their names differ."""
    return State(
        {name: array for state in states for name, array in state.arrays.items()},
        {name: number for state in states for name, number in state.numbers.items()},
    )
