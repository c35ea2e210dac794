"""Checks of ``forward`` for every stage that computes: shape, type and values of its output, and no side effects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from limner.arrays.namespace import to_host
from limner.testing.array_cases import NUMPY, ArrayCase, array_type, library_name
from limner.testing.dependencies import needs
from limner.testing.operations import maps_of
from limner.testing.probe import Map
from limner.testing.subject import Subject, calling, require
from limner.utils.validation import to_tuples, with_article

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.stages.base import Stage

POINTS = 5
EMPTY_FIX = "inputs may be empty"
"""The fix in messages about empty inputs."""
PREPARATION = ("forward", "num_features", "num_components", "param_layout", "init_params")
"""The methods that may run while the maps of a stage are made."""
MAP_PREREQUISITES = ("fans", "channels", "blend_arity", "init_params", "init_params_repeat")
"""The checks that every check of ``forward`` depends on."""


def run(subject: Subject[Stage], stage_map: Map, case: ArrayCase, n: int = POINTS, dtype: str = "float32") -> Array:
    """Return ``forward`` of n points, computed with a case's arrays."""
    theta, *x = arrays(stage_map, case, n, dtype)
    with calling(subject, f"forward{stage_map.label}", case, *empty_hint(x[0])):
        return stage_map.forward(theta, *x)


def empty_hint(x: Array) -> tuple[str, str]:
    """Return the fix and the description of an empty input, for messages; empty strings if the input is not empty."""
    if x.shape[1]:
        return "", ""
    return EMPTY_FIX, f"an empty array of {'points' if x.ndim == 2 else 'images'}"


def arrays(stage_map: Map, case: ArrayCase, n: int = POINTS, dtype: str = "float32") -> list[Array]:
    """Return θ and the inputs for n points as a case's arrays."""
    return [case.asarray(host.astype(dtype)) for host in (stage_map.theta, *stage_map.draw(n))]


def on_host(subject: Subject[Stage], stage_map: Map, n: int = POINTS) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return θ and the inputs for n points as NumPy arrays in float64, for finite differences."""
    with calling(subject, "init_params"):
        theta = stage_map.theta.astype(np.float64)
    return theta, list(stage_map.draw(n))


def _labelled_maps(subject: Subject[Stage], case: ArrayCase) -> Iterator[tuple[str, Map]]:
    with calling(subject, PREPARATION):
        stage_maps = maps_of(subject)
    for stage_map in stage_maps:
        yield f"{subject} (example {subject.number}): forward{stage_map.label} on {case.name} arrays", stage_map


@needs(*MAP_PREREQUISITES, "traced")
def check_forward_shape(subject: Subject[Stage], case: ArrayCase) -> None:
    """Require the output shape (rows, n, ...) for n points, including one and none."""
    for lead, stage_map in _labelled_maps(subject, case):
        for n in (POINTS, 1, 0):
            shape, inputs = run(subject, stage_map, case, n).shape, stage_map.draw(n)[0].shape
            expected = (stage_map.rows, inputs[1], *stage_map.rest(inputs[2:]))
            why = "" if n else f"; {EMPTY_FIX}"
            require(
                shape == expected,
                f"{lead} returned shape {shape} for an input of {inputs}; it must return {expected}{why}",
            )


@needs("forward_shape")
def check_forward_dtype(subject: Subject[Stage], case: ArrayCase) -> None:
    """Require that the output has the input's dtype; arrays promote silently."""
    for lead, stage_map in _labelled_maps(subject, case):
        for dtype in case.dtypes():
            got = array_type(run(subject, stage_map, case, dtype=dtype))[1]
            require(
                got == dtype,
                f"{lead} returned {got} for {dtype}; create constants with dtype=x.dtype, or use plain Python numbers",
            )


@needs("forward_shape")
def check_forward_device(subject: Subject[Stage], case: ArrayCase) -> None:
    """Require that the output is on the input's device and from the same library."""
    for lead, stage_map in _labelled_maps(subject, case):
        expected, got = array_type(arrays(stage_map, case)[1]), array_type(run(subject, stage_map, case))
        fix = "create arrays with namespace(x) and device=device(x)"
        problem = f"returned {with_article(library_name(got))} array for {library_name(expected)} input"
        require(got[0] == expected[0], f"{lead} {problem}; {fix}")
        require(got[2] == expected[2], f"{lead} returned an array on {got[2]} for input on {expected[2]}; {fix}")


@needs("forward_shape")
def check_forward_keeps_inputs(subject: Subject[Stage], case: ArrayCase) -> None:
    """Require that ``forward`` does not write into its inputs."""
    for lead, stage_map in _labelled_maps(subject, case):
        inputs = arrays(stage_map, case)
        before = [case.to_host(a).copy() for a in inputs]
        with calling(subject, f"forward{stage_map.label}", case):
            stage_map.forward(*inputs)
        same = all(np.array_equal(case.to_host(a), b) for a, b in zip(inputs, before, strict=True))
        require(same, f"{lead} changed its input in place; work on a copy")


@needs("frozen", "forward_shape", "forward_device", "forward_keeps_inputs")
def check_forward_repeats(subject: Subject[Stage], case: ArrayCase) -> None:
    """Require bit-identical results from a second call and from an equal stage: a stage has no hidden state."""
    equal = type(subject.stage).model_validate(to_tuples(subject.stage.model_dump()))
    twin = replace(subject, stage=equal)
    for (lead, stage_map), other in zip(_labelled_maps(subject, case), maps_of(twin), strict=True):
        first = case.to_host(run(subject, stage_map, case)).copy()
        for again in (stage_map, other):
            same = np.array_equal(case.to_host(run(subject, again, case)), first, equal_nan=True)
            require(
                same,
                f"{lead} returned two results for one input; draw in init_params() or from ctx.rng(), keep no state",
            )


@needs("forward_shape", "forward_device", "forward_repeats")
def check_forward_agrees(subject: Subject[Stage], case: ArrayCase) -> None:
    """Require the values that NumPy arrays give."""
    if case is NUMPY:
        return
    for lead, stage_map in _labelled_maps(subject, case):
        got = case.to_host(run(subject, stage_map, case))
        expected = NUMPY.to_host(run(subject, stage_map, NUMPY))
        require(
            np.allclose(got, expected, rtol=1e-4, atol=1e-5, equal_nan=True),
            f"{lead} gives other values than on NumPy arrays; avoid branches on the array's library",
        )


@needs("forward_shape", "traced", "forward_keeps_inputs", "forward_repeats")
def check_forward_finite(subject: Subject[Stage]) -> None:
    """Require finite output for ordinary points, including the origin and the edges."""
    for lead, stage_map in _labelled_maps(subject, NUMPY):
        theta, x = on_host(subject, stage_map, 64)
        x[0][:, 0, ...] = 0.0
        x[0][:, 1, ...] = 1.0
        x[0][0, 2, ...] = 0.0
        with calling(subject, f"forward{stage_map.label}", NUMPY):
            y = to_host(stage_map.forward(theta.astype(np.float32), *(a.astype(np.float32) for a in x)))
        bad = np.flatnonzero(~np.isfinite(y).reshape(y.shape[0], 64, -1).all(axis=(0, 2)))
        at = x[0][:, bad[0], ...].ravel()[:4] if bad.size else ""
        require(not bad.size, f"{lead} is not finite at {at}; guard the division, root or logarithm")


@needs("forward_shape", "traced", "forward_keeps_inputs", "forward_repeats", "filter_independence")
def check_forward_splits(subject: Subject[Stage]) -> None:
    """Require the same output for points in one call and in several, so that tiles are invisible."""
    for lead, stage_map in _labelled_maps(subject, NUMPY):
        theta, x = on_host(subject, stage_map, 9)
        with calling(subject, f"forward{stage_map.label}", NUMPY):
            whole = to_host(stage_map.forward(theta, *x))
            parts = [to_host(stage_map.forward(theta, *(a[:, i:j, ...] for a in x))) for i, j in pairwise((0, 1, 4, 9))]
        same = np.allclose(np.concatenate(parts, axis=1), whole, rtol=1e-9, atol=1e-9, equal_nan=True)
        require(same, f"{lead} gives a point another value in a larger batch; compute each point independently")


ON_ARRAYS = (
    check_forward_shape,
    check_forward_dtype,
    check_forward_device,
    check_forward_keeps_inputs,
    check_forward_repeats,
    check_forward_agrees,
)
ON_HOST = (check_forward_finite, check_forward_splits)
