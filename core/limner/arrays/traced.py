"""What marks an array whose operations a tape records."""

from __future__ import annotations

from typing import Any


class Traced:
    """An array that a tape follows; ``isinstance`` tells it from a plain one.

    Attributes:
        value: the plain array.
        tape: the tape that records.
        place: its number on the tape; None for what depends on no variable.
    """

    __slots__ = ()

    value: Any
    tape: Any
    place: int | None

    def __array_namespace__(self, api_version: str | None = None) -> Any:
        """Return the functions of the array's library, which the tape records."""
        raise NotImplementedError  # abstract; the tape's array has it
