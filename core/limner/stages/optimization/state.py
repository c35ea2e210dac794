"""The state of a trainer between two steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from limner.arrays.namespace import Array


@dataclass(frozen=True)
class State:
    """A trainer's memory between two steps: named arrays and numbers, which a checkpoint holds.

    Names, shapes and dtypes are those that ``init`` returned, throughout the run: a checkpoint with others is refused
    as damaged.
    """

    arrays: Mapping[str, Array] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
