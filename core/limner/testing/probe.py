"""One way to ask a stage: a function of θ and of arrays whose second axis counts points."""

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
    """Return the lengths of axes as they are."""
    return rest


@dataclass(frozen=True)
class Map:
    """One way to ask a stage.

    Attributes:
        label: which way, for messages.
        rows: the first axis of the output.
        draw: host arrays, float64, for n points; gradients are asked for the first of them.
        forward: of θ and those arrays.
        vjp: the same, with a pullback ``dy -> (dtheta, dx)``; dx is None where the stage gives none.
        layout: of θ.
        theta: as the stage draws it.
        rest: what stands behind the first two axes of the output, from what stands there in the input.
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
    """Draws ``(rows, n, ...)``, the same first points whatever n is."""

    def draw(n: int) -> tuple[np.ndarray]:
        points = np.random.default_rng(seed).uniform(low, high, (n, rows, *rest))
        return (np.ascontiguousarray(np.swapaxes(points, 0, 1)),)

    return draw
