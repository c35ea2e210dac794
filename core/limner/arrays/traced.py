"""The base class of arrays whose operations a tape records."""

from __future__ import annotations

from typing import Any


class Traced:
    """An array whose operations a tape records; ``isinstance`` distinguishes it from a plain array.

    Attributes:
        value: the plain array.
        tape: the tape that records.
        place: the number of the array on the tape; None if it does not depend on a variable.
    """

    __slots__ = ()

    value: Any
    tape: Any
    place: int | None

    def __array_namespace__(self, api_version: str | None = None) -> Any:
        """Return the functions of the array's library, which the tape records."""
        raise NotImplementedError  # abstract; ``TracedArray`` implements it
