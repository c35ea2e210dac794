"""Checks of the axes of a sweep, and the fix for lists without brackets."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from limner.app import LimnerError
from limner_apps.sweeps.search_space.axes import Axis

NOT_VARIABLE = {
    "seed": "cannot vary as an axis; use `seeds=0..9`",
    "title": "cannot vary; the results already name the settings of each trial",
    "summary": "cannot vary; the results already name the settings of each trial",
}


def check_axes(axes: Sequence[Axis], overrides: Mapping[str, Any], *, drawn: bool, has_size: bool) -> None:
    """Check that each axis can vary, has values, and is not set otherwise.

    Args:
        axes: the axes.
        overrides: the settings of all trials by path.
        drawn: whether the design samples from ranges.
        has_size: whether all pictures have a size already.

    Raises:
        LimnerError: an axis cannot vary, has no values, or is set or varied twice.
    """
    for axis in axes:
        if axis.path in NOT_VARIABLE:
            raise LimnerError(f"`vary` {axis.path}: {NOT_VARIABLE[axis.path]}")
        if axis.path == "size" and has_size:
            raise LimnerError("`vary` size: cannot be combined with `size`, or with pictures to fit")
        if {axis.path, f"{axis.path}.kind"} & overrides.keys():
            raise LimnerError(f"`vary` {axis.path}: is also set by `set`; omit one of them")
        if not axis.values and not drawn:
            raise LimnerError(f"`vary` {axis.path}: the range needs a number of values, such as 0.1..1 5")
    paths = [axis.path for axis in axes]
    for path in paths:
        if paths.count(path) > 1:
            raise LimnerError(f"{path}: is varied twice; put all values into one `vary`")


def list_hint(axes: Sequence[Axis], path: str) -> str:
    """Return the end of the message about an axis of a list field whose values are lists of one item each."""
    values = next((axis.values for axis in axes if axis.path == path), ())
    items = [item for value in values if isinstance(value, list) and len(value) == 1 for item in value]
    if len(items) < 2 or len(items) < len(values):
        return ""
    spelled = shlex.quote(f"{path}=[{','.join(map(str, items))}]")
    return f"; the lists of several trials need brackets, as in `vary` {spelled}"
