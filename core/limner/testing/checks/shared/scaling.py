"""Checks of forward for many points: the same values, memory in proportion, and no excessive time."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from functools import cache
from unittest import SkipTest

import numpy as np

from limner.arrays.namespace import Array, to_host
from limner.stages.base import Stage
from limner.testing.checks.shared.arrays import on_host
from limner.testing.dependencies import needs
from limner.testing.operations import maps_of
from limner.testing.probe import Map
from limner.testing.subject import Subject, calling, require

MANY = 20_000
"""Points, or pixels of whole pictures: more than a tile has."""
SOME, TIMED = 1_000, 4_000
PICTURE = 4
"""How many points one pixel counts as: a stage of whole images does more work for each."""
GROWTH = 8.0
"""How many times as much memory four times as many points may take: in proportion is 4, each with each other is 16."""
MEGABYTE = 1 << 20
SLOWEST = 50.0
"""How many times as long as the reference forward may take. The slowest built-in stage takes about a tenth of that."""
TRIES = 3


@needs("forward_splits")
def check_forward_memory(subject: Subject[Stage]) -> None:
    """Memory grows in proportion to the number of points."""
    for way in _ways(subject):
        small, large = (_peak(subject, way, _count(way, points)) for points in (SOME, 4 * SOME))
        good = large < MEGABYTE or large <= GROWTH * small
        told = f"forward{way.label} takes {large / small:.0f} times the memory for 4 times as many points"
        require(good, f"{subject}: {told}; compare no point with all others at once")


@needs("forward_splits", "forward_memory")
def check_forward_many(subject: Subject[Stage]) -> None:
    """Many points have the values that a few have: 1 and 3 at the beginning, 3 at the end."""
    for way in _ways(subject):
        count = _count(way, MANY)
        theta, x = on_host(subject, way, count)
        with calling(subject, f"forward{way.label} of {count} points"):
            whole = way.forward(theta, *x)
            for few in (slice(0, 1), slice(0, 3), slice(count - 3, count)):
                alone = way.forward(theta, *(np.ascontiguousarray(a[:, few, ...]) for a in x))
                same = np.allclose(to_host(whole[:, few, ...]), to_host(alone), rtol=1e-7, atol=1e-9, equal_nan=True)
                told = f"forward{way.label} gives a point among {count} another value than among {few.stop - few.start}"
                require(same, f"{subject}: {told}; let nothing depend on the number of points")


@needs("forward_many")
def check_forward_time(subject: Subject[Stage]) -> None:
    """Forward takes a reasonable time compared with a small dense network; the best of several runs of each."""
    for way in _ways(subject):
        theta, x = on_host(subject, way, _count(way, TIMED))
        given = [array.astype(np.float32) for array in (theta, *x)]
        made: list[Array] = []
        took = [_seconds(subject, lambda: made.append(way.forward(*given)))]  # noqa: B023
        points = max(TIMED, *(array.size // max(1, array.shape[0]) for array in (given[1], made[0])))
        if took[0] <= SLOWEST * _first_seconds(points):
            continue
        dense, wanted = _reference(points), list[float]()
        for _ in range(TRIES):
            wanted.append(_seconds(subject, dense))
            took.append(_seconds(subject, lambda: way.forward(*given)))  # noqa: B023
        if min(took) <= SLOWEST * min(wanted):
            continue
        if min(took) <= SLOWEST * max(wanted):
            raise SkipTest("this machine is too busy to compare times")
        told = f"forward{way.label} takes over {SLOWEST:g} times as long as a network of 3 layers of 16"
        require(False, f"{subject}: {told}; compute with whole arrays, not point by point")


def _ways(subject: Subject[Stage]) -> Iterator[Map]:
    """Yield the ways to call a stage, of those that differ in numbers only the first."""
    with calling(subject, "param_layout or init_params"):
        ways = maps_of(subject)
    yield from ways[:1] if subject.kind in ("network", "frame") else ways


def _count(way: Map, points: int) -> int:
    """Return how many points, or pictures of as many pixels in all, to draw."""
    shape = way.draw(1)[0].shape
    return max(3, points // (PICTURE * int(np.prod(shape[2:])) if shape[2:] else 1))


def _peak(subject: Subject[Stage], way: Map, count: int) -> int:
    """Return the most bytes that forward holds at once, output included."""
    theta, x = on_host(subject, way, count)
    tracemalloc.start()
    try:
        with calling(subject, f"forward{way.label} of {count} points"):
            way.forward(theta, *x)
        return max(1, tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


def _reference(points: int) -> Callable[[], object]:
    """Return a function that computes a small dense network for so many points."""
    rng = np.random.default_rng(0)
    weights, x = rng.normal(size=(16, 16)).astype(np.float32), rng.random((16, points), dtype=np.float32)

    def dense() -> object:
        y = x
        for _ in range(3):
            y = np.tanh(weights @ y)
        return y

    return dense


@cache
def _first_seconds(points: int) -> float:
    """Return how long the reference took when it was first run for so many points."""
    dense = _reference(points)
    start = time.perf_counter()
    dense()
    return time.perf_counter() - start


def _seconds(subject: Subject[Stage], function: Callable[[], object]) -> float:
    with calling(subject, "forward"):
        start = time.perf_counter()
        function()
        return max(time.perf_counter() - start, 1e-9)


ON_HOST = (check_forward_memory, check_forward_many, check_forward_time)
