"""Nested trainers and optimizers: their state as part of the outer state."""

from __future__ import annotations

from limner.plugin import State


def pack_state(prefix: str, inner: State) -> State:
    """Return the inner state with a prefix and a dot before each name."""
    return State(
        {f"{prefix}.{name}": array for name, array in inner.arrays.items()},
        {f"{prefix}.{name}": number for name, number in inner.numbers.items()},
    )


def unpack_state(prefix: str, outer: State) -> State:
    """Return the inner state that was packed with a prefix; other names are ignored."""
    start = f"{prefix}."
    return State(
        {name.removeprefix(start): array for name, array in outer.arrays.items() if name.startswith(start)},
        {name.removeprefix(start): number for name, number in outer.numbers.items() if name.startswith(start)},
    )


def merge_states(*states: State) -> State:
    """Return several states as one; their names must differ."""
    return State(
        {name: array for state in states for name, array in state.arrays.items()},
        {name: number for state in states for name, number in state.numbers.items()},
    )
