"""Maps: wrappers that let the checks call stages of every role in the same way.

A map is a function of θ and of input arrays whose second axis counts points or images.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from limner.arrays.parameters import ParameterLayout
from limner.imaging.canvas import Bounds
from limner.stages.context import Context

if TYPE_CHECKING:
    from limner.arrays.namespace import Array

CONTEXT = Context(size=(6, 4), bounds=Bounds(-1.5, 1.5, -1.0, 1.0), seed=7, time=0.25)
SEED = 20_260_101


def unchanged(rest: tuple[int, ...]) -> tuple[int, ...]:
    """Return the lengths of axes unchanged."""
    return rest


@dataclass(frozen=True)
class Map:
    """A stage as a function of θ and of its input arrays, with what a check needs to call it and to test the output.

    Attributes:
        label: description of the map in messages, appended to ``forward``; empty if there is only one.
        rows: length of the first axis of the output.
        draw: function that returns the input arrays for n points, float64 on the host; only the first input has a
            gradient.
        forward: function of θ and the inputs that returns the output.
        vjp: function of θ and the inputs that returns the output and a pullback ``dy -> (dtheta, dx)``, where dx is
            None if the stage has no gradient of its input; None for a stage without gradients.
        layout: layout of θ.
        theta: initial θ.
        rest: function from the lengths of the input's axes after the first two to those of the output.
    """

    label: str
    rows: int
    draw: Callable[[int], tuple[np.ndarray, ...]]
    forward: Callable[..., Array]
    vjp: Callable[..., tuple[Array, Callable[[Array], tuple[Array, Array | None]]]] | None = None
    layout: ParameterLayout = field(default_factory=ParameterLayout)
    theta: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.float32))
    rest: Callable[[tuple[int, ...]], tuple[int, ...]] = unchanged


def uniform(rows: int, low: float, high: float, *rest: int, seed: int = SEED) -> Callable[[int], tuple[np.ndarray]]:
    """Return a function that draws ``(rows, n, ...)`` between low and high; the first points do not depend on n."""

    def draw(n: int) -> tuple[np.ndarray]:
        points = np.random.default_rng(seed).uniform(low, high, (n, rows, *rest))
        return (np.ascontiguousarray(np.swapaxes(points, 0, 1)),)

    return draw
