"""The numbers of θ that a user names: an array, an element of it, or a layer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from limner.app import did_you_mean
from limner.plugin import LimnerError
from limner_apps.animations.parameters.movable import root_mean_square

if TYPE_CHECKING:
    from limner.app.artworks import Artwork
    from limner.plugin import Parameter

NUMBERED = re.compile(r"(?P<stage>.*\.)[A-Za-z_]+(?P<number>\d+)")
"""The name of an array of a layer: ``network.W2``, of the layer ``network.2``."""


def chosen_numbers(art: Artwork, name: str, element: Sequence[int]) -> np.ndarray:
    """Return how far each number of θ moves in a sweep by its size, ``(n,)``, float64: 0 for those not chosen.

    Arrays and layers are swept by their own values, so they grow and shrink. A single number is swept by the root mean
    square of its array, or its own size if that is larger.

    Args:
        art: the artwork.
        name: the name of an array (``network.W2``), a layer (``network.2``) or a stage (``network``).
        element: the index of a number in the array; empty for all.

    Raises:
        LimnerError: there is no such array or number, or it is 0 throughout.
    """
    layout = art.model.layout
    chosen = _arrays(art, name)
    sizes = np.zeros(art.theta.size)
    for one in chosen:
        place = layout.slices[one.name]
        sizes[place] = art.theta[place]
    if element:
        (one,) = _single(chosen, name)
        place = layout.slices[one.name]
        index = place.start + _flat_index(one, element)
        size = max(root_mean_square(art.theta[place]), abs(float(art.theta[index])))
        sizes[:] = 0.0
        sizes[index] = size
    if not sizes.any():
        raise LimnerError(f"motion.parameter: {name} is 0 throughout, so it has no size to sweep by; choose another")
    return sizes


def _arrays(art: Artwork, name: str) -> list[Parameter]:
    parameters = art.model.layout.parameters
    exact = [one for one in parameters if one.name == name]
    chosen = exact or [one for one in parameters if one.name.startswith(f"{name}.") or _layer_of(one.name) == name]
    if not chosen:
        raise LimnerError(
            f"motion.parameter: {art.recipe.title} has no parameter {name!r}{_suggestion(name, parameters)}"
        )
    return chosen


def _suggestion(name: str, parameters: Sequence[Parameter]) -> str:
    """Return which arrays, layers and stages have names like a wrong one."""
    names = [one.name for one in parameters]
    groups = [group for one in names for group in (_layer_of(one), one.rpartition(".")[0]) if group]
    alike = [one for one in names if one.casefold() == name.casefold()]
    return did_you_mean(name, alike or [*names, *groups])


def _layer_of(name: str) -> str:
    """Return the layer of an array: ``network.2`` of ``network.W2``; empty if its name has no number."""
    match = NUMBERED.fullmatch(name)
    return f"{match['stage']}{match['number']}" if match else ""


def _single(chosen: list[Parameter], name: str) -> list[Parameter]:
    if len(chosen) > 1:
        names = ", ".join(one.name for one in chosen[:4])
        raise LimnerError(f"motion.element: {name} has several arrays, such as {names}; name one of them")
    return chosen


def _flat_index(one: Parameter, element: Sequence[int]) -> int:
    """Return the index of an element in the flat array."""
    if len(element) != len(one.shape) or any(i >= side for i, side in zip(element, one.shape, strict=False)):
        largest = ",".join(str(side - 1) for side in one.shape) or "()"
        given = ",".join(map(str, element))
        raise LimnerError(f"motion.element: {one.name} has elements 0 to {largest}, got {given}")
    return int(np.ravel_multi_index(tuple(element), one.shape))
