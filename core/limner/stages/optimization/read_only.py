"""Read-only parameters: writing to θ in place raises an error, as the loop may hold the same array as its best θ."""

from __future__ import annotations

from traceback import walk_tb
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from limner.arrays.namespace import Array


def read_only(array: Array) -> Array:
    """Return a read-only view of a NumPy array; return an array of another library unchanged."""
    if not isinstance(array, np.ndarray) or not array.flags.writeable:
        return array
    view = array.view()
    view.flags.writeable = False
    return view


def is_refused_write(error: ValueError, within: object = None) -> bool:
    """Return whether NumPy raised this error because an array is read-only.

    Args:
        error: the error.
        within: an object to exclude; errors raised inside its methods return False.
    """
    if "read-only" not in str(error):
        return False
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    return within is None or all(frame.f_locals.get("self") is not within for frame in frames)
