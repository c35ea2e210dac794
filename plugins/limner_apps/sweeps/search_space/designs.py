"""Search designs: which points of the search space a sweep tries."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import Any, Literal, TypeAlias

from limner.app.values import child_rng
from limner_apps.sweeps.search_space.axes import Axis

Design: TypeAlias = Literal["grid", "one-at-a-time", "random", "latin-hypercube"]
Point: TypeAlias = dict[str, Any]
"""Values by the path of the setting that varies."""


def grid(axes: Sequence[Axis], samples: int, seed: int) -> Iterator[Point]:  # noqa: ARG001 - the signature of all designs
    """Yield every combination of values; the last axis varies fastest."""
    for values in itertools.product(*(axis.values for axis in axes)):
        yield {axis.path: value for axis, value in zip(axes, values, strict=True)}


def one_at_a_time(axes: Sequence[Axis], samples: int, seed: int) -> Iterator[Point]:  # noqa: ARG001
    """Yield every value of each axis, with the others as in the recipe."""
    if not axes:
        yield {}
    for axis in axes:
        for value in axis.values:
            yield {axis.path: value}


def random(axes: Sequence[Axis], samples: int, seed: int) -> Iterator[Point]:
    """Yield ``samples`` points, drawn independently along each axis."""
    rng = child_rng(seed, "sweep", "random")
    for _ in range(samples):
        yield {axis.path: axis.value_at(rng.random()) for axis in axes}


def latin_hypercube(axes: Sequence[Axis], samples: int, seed: int) -> Iterator[Point]:
    """Yield ``samples`` points, one in each of ``samples`` slices of every axis (McKay, Beckman and Conover 1979)."""
    rng = child_rng(seed, "sweep", "latin-hypercube")
    shares = [(rng.permutation(samples) + rng.random(samples)) / samples for _ in axes]
    for i in range(samples):
        yield {axis.path: axis.value_at(float(share[i])) for axis, share in zip(axes, shares, strict=True)}


DESIGNS: Mapping[Design, Callable[[Sequence[Axis], int, int], Iterator[Point]]] = {
    "grid": grid,
    "one-at-a-time": one_at_a_time,
    "random": random,
    "latin-hypercube": latin_hypercube,
}


def count_points(design: Design, axes: Sequence[Axis], samples: int) -> int:
    """Return the number of points of a design, without iterating over them."""
    if design == "grid":
        return prod(len(axis.values) for axis in axes)
    if design == "one-at-a-time":
        return sum(len(axis.values) for axis in axes) if axes else 1
    return samples
