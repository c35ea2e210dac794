"""Checks of ``forward`` for many points: equal values, proportional memory and reasonable time."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from functools import cache
from unittest import SkipTest

import numpy as np

from limner.arrays.namespace import Array, to_host
from limner.stages.base import Stage
from limner.testing.checks.shared.arrays import PREPARATION, on_host
from limner.testing.dependencies import needs
from limner.testing.operations import maps_of
from limner.testing.probe import Map
from limner.testing.subject import Subject, calling, require

MANY_POINTS = 20_000
"""Points, or pixels of whole images; more than a tile has."""
FEW_POINTS, TIMED_POINTS = 1_000, 4_000
POINTS_PER_PIXEL = 4
"""The number of points that one pixel counts as, because a stage of whole images does more work per pixel."""
MAX_GROWTH = 8.0
"""The maximum growth of memory for 4 times as many points: linear growth is 4, quadratic growth is 16."""
MEGABYTE = 1 << 20
MAX_SLOWDOWN = 50.0
"""The maximum time of ``forward``, as a multiple of the reference. The slowest built-in stage takes about a tenth."""
MAX_ATTEMPTS = 3


@needs("forward_splits")
def check_forward_memory(subject: Subject[Stage]) -> None:
    """Require memory in proportion to the number of points."""
    for stage_map in _stage_maps(subject):
        small, large = (
            _peak_bytes(subject, stage_map, _count(stage_map, points)) for points in (FEW_POINTS, 4 * FEW_POINTS)
        )
        proportional = large < MEGABYTE or large <= MAX_GROWTH * small
        problem = f"forward{stage_map.label} takes {large / small:.0f} times the memory for 4 times as many points"
        require(proportional, f"{subject}: {problem}; do not compare each point with all others at once")


@needs("forward_splits", "forward_memory")
def check_forward_many(subject: Subject[Stage]) -> None:
    """Require equal values in large and small batches: for 1 and 3 points at the start and 3 at the end."""
    for stage_map in _stage_maps(subject):
        count = _count(stage_map, MANY_POINTS)
        theta, x = on_host(subject, stage_map, count)
        with calling(subject, f"forward{stage_map.label} of {count} points"):
            whole = stage_map.forward(theta, *x)
            for part in (slice(0, 1), slice(0, 3), slice(count - 3, count)):
                alone = stage_map.forward(theta, *(np.ascontiguousarray(a[:, part, ...]) for a in x))
                same = np.allclose(to_host(whole[:, part, ...]), to_host(alone), rtol=1e-7, atol=1e-9, equal_nan=True)
                sizes = f"{count} and {part.stop - part.start}"
                problem = f"forward{stage_map.label} gives a point different values in batches of {sizes}"
                require(same, f"{subject}: {problem}; do not let values depend on the number of points")


@needs("forward_many")
def check_forward_time(subject: Subject[Stage]) -> None:
    """Require a reasonable time compared with a small dense network; the best of several runs counts."""
    for stage_map in _stage_maps(subject):
        theta, x = on_host(subject, stage_map, _count(stage_map, TIMED_POINTS))
        inputs = [array.astype(np.float32) for array in (theta, *x)]
        outputs: list[Array] = []
        times = [_seconds(subject, lambda: outputs.append(stage_map.forward(*inputs)))]  # noqa: B023
        points = max(TIMED_POINTS, *(array.size // max(1, array.shape[0]) for array in (inputs[1], outputs[0])))
        if times[0] <= MAX_SLOWDOWN * _first_seconds(points):
            continue
        dense, expected = _reference(points), list[float]()
        for _ in range(MAX_ATTEMPTS):
            expected.append(_seconds(subject, dense))
            times.append(_seconds(subject, lambda: stage_map.forward(*inputs)))  # noqa: B023
        if min(times) <= MAX_SLOWDOWN * min(expected):
            continue
        if min(times) <= MAX_SLOWDOWN * max(expected):
            raise SkipTest("this machine is too busy to compare times")
        problem = f"forward{stage_map.label} takes over {MAX_SLOWDOWN:g} times as long as a network of 3 layers of 16"
        require(False, f"{subject}: {problem}; compute with whole arrays, not point by point")


def _stage_maps(subject: Subject[Stage]) -> Iterator[Map]:
    """Yield the maps of a stage, but only the first if they differ just in their sizes."""
    with calling(subject, PREPARATION):
        stage_maps = maps_of(subject)
    yield from stage_maps[:1] if subject.role in ("network", "frame") else stage_maps


def _count(stage_map: Map, points: int) -> int:
    """Return the number of inputs to draw: points, or images with as many pixels in total."""
    shape = stage_map.draw(1)[0].shape
    return max(3, points // (POINTS_PER_PIXEL * int(np.prod(shape[2:])) if shape[2:] else 1))


def _peak_bytes(subject: Subject[Stage], stage_map: Map, count: int) -> int:
    """Return the peak memory of ``forward`` in bytes, including its output."""
    theta, x = on_host(subject, stage_map, count)
    tracemalloc.start()
    try:
        with calling(subject, f"forward{stage_map.label} of {count} points"):
            stage_map.forward(theta, *x)
        return max(1, tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


def _reference(points: int) -> Callable[[], object]:
    """Return a function that evaluates a small dense network for a number of points."""
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
    """Return the seconds of the first run of the reference for a number of points."""
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
