"""The blend of a recipe as a table: checked for a number of pictures, with weights of its layers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

from pydantic import ValidationError

from limner.errors import LimnerError
from limner.registry.registry import registry
from limner.stages.blend import Blend
from limner.utils import arguments

FIELD = "weights"
"""The setting of a blend mode that holds the weights of the layers."""


def kind_of(table: Any) -> str:
    """Return the name of a blend, given as a table; empty if it is none, which the parser reports."""
    return str(table.get("kind", "")) if isinstance(table, Mapping) else ""


def check_count(table: Any, pictures: int, *, masked: bool) -> None:
    """Check that a blend takes a number of pictures; the parser reports an unknown blend.

    Args:
        table: the blend.
        pictures: the number of pictures.
        masked: whether the last picture is a mask.

    Raises:
        LimnerError: the blend takes another number.
    """
    kind = kind_of(table)
    if not registry().has("blend", kind):
        return
    cls = registry().load("blend", kind, Blend)
    fewest, most = cls.min_layers - masked, cls.max_layers - masked
    if not fewest <= pictures - masked <= most:
        wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
        name = "`mask`" if masked else f"`mode={kind}`"
        raise LimnerError(f"{name} takes {wanted} pictures, got {pictures - masked}")


def blends_opacity(table: Any) -> bool:
    """Return whether a blend mixes the opacity of its layers; False for one that the parser will report."""
    kind = kind_of(table)
    if not registry().has("blend", kind):
        return False
    fields = {name: value for name, value in table.items() if name != "kind"}
    try:
        return registry().load("blend", kind, Blend).model_validate(fields).blends_opacity
    except ValidationError:
        return False


def with_weights(table: Any, weights: Sequence[float] | None, pictures: int) -> Any:
    """Return the table of a blend with the weights of its layers.

    Equal weights are omitted: the result is the same as without any.

    Args:
        table: the blend, as a table with its ``kind``; the parser reports an unknown one.
        weights: a weight for each layer; None for equal weights.
        pictures: the number of layers.

    Raises:
        LimnerError: the mode has no weights, or their number or one of them is invalid.
    """
    kind = kind_of(table)
    if weights is None or not registry().has("blend", kind):
        return table
    if not has_weights(kind):
        modes = [name for name in sorted(registry().names("blend")) if has_weights(name)]
        raise LimnerError(f"`weights`: the mode {kind} has none; omit `weights`, or choose `mode={' or '.join(modes)}`")
    if table.get(FIELD):
        raise LimnerError("`weights`: the instance in `mode` has weights too; omit one of them")
    numbers = _checked(weights)
    if len(numbers) != pictures:
        raise LimnerError(f"`weights`: needs one for each of the {pictures} pictures, got {len(numbers)}")
    if len(set(numbers)) == 1:
        return table
    return {**table, FIELD: numbers}


def has_weights(kind: str) -> bool:
    """Return whether a blend mode has weights."""
    return FIELD in registry().load("blend", kind, Blend).model_fields


def _checked(weights: Sequence[float]) -> list[float]:
    """Return weights as floats.

    Raises:
        LimnerError: one of them is negative or not a number, or all are 0.
    """
    if isinstance(weights, str) or not isinstance(weights, Sequence):
        raise LimnerError(f"`weights`: must be a list such as [0.3, 0.7], got {arguments.show_value(weights)}")
    for weight in weights:
        if isinstance(weight, bool) or not isinstance(weight, Real) or not math.isfinite(weight) or weight < 0:
            raise LimnerError(f"`weights`: each must be a number of at least 0, got {arguments.show_value(weight)}")
    numbers = [float(weight) for weight in weights]
    if not any(numbers):
        raise LimnerError("`weights`: are all 0; at least one must be larger")
    return numbers
