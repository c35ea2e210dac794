"""Designs: which points of the space that axes span a sweep goes to."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import Any, Literal, TypeAlias

from limner.app.values import child_rng
from limner_apps.sweeps.search_space import Axis

Design: TypeAlias = Literal["grid", "one-at-a-time", "random", "latin-hypercube"]
Point: TypeAlias = dict[str, Any]
"""A value for each path that is varied."""


def grid(axes: Sequence[Axis], samples: int, seed: int) -> Iterator[Point]:  # noqa: ARG001 - as all designs
    """Every value of each with every value of the others; the last axis changes fastest."""
    for values in itertools.product(*(axis.values for axis in axes)):
        yield {axis.path: value for axis, value in zip(axes, values, strict=True)}


def one_at_a_time(axes: Sequence[Axis], samples: int, seed: int) -> Iterator[Point]:  # noqa: ARG001
    """Every value of each, the others as the recipe has them."""
    if not axes:
        yield {}
    for axis in axes:
        for value in axis.values:
            yield {axis.path: value}


def random(axes: Sequence[Axis], samples: int, seed: int) -> Iterator[Point]:
    """So many points, each axis drawn by itself."""
    rng = child_rng(seed, "sweep", "random")
    for _ in range(samples):
        yield {axis.path: axis.at(rng.random()) for axis in axes}


def latin_hypercube(axes: Sequence[Axis], samples: int, seed: int) -> Iterator[Point]:
    """So many points, one in each of as many slices of every axis (M. McKay, R. Beckman and W. Conover, 1979)."""
    rng = child_rng(seed, "sweep", "latin-hypercube")
    shares = [(rng.permutation(samples) + rng.random(samples)) / samples for _ in axes]
    for i in range(samples):
        yield {axis.path: axis.at(float(share[i])) for axis, share in zip(axes, shares, strict=True)}


DESIGNS: Mapping[Design, Callable[[Sequence[Axis], int, int], Iterator[Point]]] = {
    "grid": grid,
    "one-at-a-time": one_at_a_time,
    "random": random,
    "latin-hypercube": latin_hypercube,
}


def count(design: Design, axes: Sequence[Axis], samples: int) -> int:
    """How many points a design has, without going through them."""
    if design == "grid":
        return prod(len(axis.values) for axis in axes)
    if design == "one-at-a-time":
        return sum(len(axis.values) for axis in axes) if axes else 1
    return samples
