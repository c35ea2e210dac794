"""Checks of ``vjp``: its output equals that of ``forward``, and its pullback is the gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.arrays.namespace import Array, to_host, total
from limner.arrays.parameters import ParameterLayout
from limner.errors import TracingError
from limner.testing.array_cases import NUMPY, ArrayCase, array_type
from limner.testing.checks.shared.arrays import MAP_PREREQUISITES, POINTS, PREPARATION, arrays, empty_hint, on_host
from limner.testing.dependencies import needs
from limner.testing.finite_differences import MAX_ENTRIES, STEP, sample_evenly, worst_entry, worst_slope
from limner.testing.operations import maps_of
from limner.testing.probe import SEED, Map
from limner.testing.subject import Subject, calling, require

if TYPE_CHECKING:
    from limner.stages.base import Stage

FORWARD = (
    "forward_shape",
    "traced",
    "forward_dtype",
    "forward_keeps_inputs",
    "forward_repeats",
    "forward_finite",
    "forward_splits",
)
MAX_IMAGE_ENTRIES = 61  # entries of image inputs to test; prime, to avoid a pattern


def _max_entries(x: np.ndarray) -> int:
    return MAX_ENTRIES if x.ndim == 2 else MAX_IMAGE_ENTRIES


@dataclass(frozen=True)
class _VjpCall:
    """The results of ``vjp`` and of its pullback."""

    y: Array
    dtheta: Array
    dx: Array | None
    pullback: Callable[[Array], tuple[Array, Array | None]]

    def gradients(self) -> dict[str, Array]:
        """Return the gradients of the pullback by name."""
        return {"dθ": self.dtheta} if self.dx is None else {"dθ": self.dtheta, "dx": self.dx}


def _labelled_maps(subject: Subject[Stage], case: ArrayCase = NUMPY) -> Iterator[tuple[str, Map]]:
    """Yield the maps that have a vjp, each with the beginning of its messages."""
    with calling(subject, PREPARATION):
        stage_maps = maps_of(subject)
    for stage_map in stage_maps:
        if stage_map.vjp is not None:
            yield (
                f"{subject} (example {subject.number}): the pullback{stage_map.label} on {case.name} arrays",
                stage_map,
            )


def _call_vjp(
    subject: Subject[Stage], stage_map: Map, inputs: list[Array], dy: Array, case: ArrayCase = NUMPY
) -> _VjpCall:
    assert stage_map.vjp is not None
    hint = empty_hint(inputs[1])
    with calling(subject, f"vjp{stage_map.label}", case, *hint):
        y, pullback = stage_map.vjp(*inputs)
    with calling(subject, f"the pullback{stage_map.label}", case, *hint):
        return _VjpCall(y, *pullback(dy), pullback)


def _dy(stage_map: Map, n: int = POINTS, seed: int = SEED) -> np.ndarray:
    rest = stage_map.rest(stage_map.draw(1)[0].shape[2:])
    return np.random.default_rng(seed).normal(size=(stage_map.rows, n, *rest))


def _on_case(stage_map: Map, case: ArrayCase, dtype: str = "float32", n: int = POINTS) -> tuple[list[Array], Array]:
    return arrays(stage_map, case, n, dtype), case.asarray(_dy(stage_map, n).astype(dtype))


@needs(*MAP_PREREQUISITES)
def check_traced(subject: Subject[Stage]) -> None:
    """Require that ``forward`` can be traced if ``vjp`` is derived from it.

    This check runs first because its message names the line. The checks of forward and vjp report all other errors.
    """
    for _, stage_map in _labelled_maps(subject):
        assert stage_map.vjp is not None
        with calling(subject, f"vjp{stage_map.label}"):
            try:
                stage_map.vjp(*arrays(stage_map, NUMPY))
            except TracingError:
                raise
            except Exception:  # noqa: BLE001, S110 - other checks report it
                pass


@needs(*FORWARD, "blend_gradients")
def check_vjp_output(subject: Subject[Stage], case: ArrayCase) -> None:
    """Require that ``vjp`` returns the output of ``forward``."""
    for lead, stage_map in _labelled_maps(subject, case):
        inputs, dy = _on_case(stage_map, case)
        got = case.to_host(_call_vjp(subject, stage_map, inputs, dy, case).y)
        with calling(subject, f"forward{stage_map.label}", case):
            expected = case.to_host(stage_map.forward(*inputs))
        same = got.shape == expected.shape and np.allclose(got, expected, rtol=1e-5, atol=1e-6)
        require(same, f"{lead.replace('the pullback', 'vjp')} returns another output than forward; make the two agree")


@needs("vjp_output")
def check_vjp_array_types(subject: Subject[Stage], case: ArrayCase) -> None:
    """Require gradients with the shape, dtype, library and device of their variables, even for no points."""
    for lead, stage_map in _labelled_maps(subject, case):
        for dtype, n in (*((dtype, POINTS) for dtype in case.dtypes()), ("float32", 0)):
            inputs, dy = _on_case(stage_map, case, dtype, n)
            call = _call_vjp(subject, stage_map, inputs, dy, case)
            for (name, gradient), like in zip(call.gradients().items(), inputs, strict=False):
                got, expected = (gradient.shape, *array_type(gradient)), (like.shape, *array_type(like))
                require(
                    got == expected, f"{lead} returned a {name} of {_describe(got)}; it must be {_describe(expected)}"
                )


def _describe(traits: tuple[object, ...]) -> str:
    shape, library, dtype, device = traits
    return f"shape {shape}, {dtype}, a {library} array on {device}"


@needs("vjp_output")
def check_vjp_keeps_inputs(subject: Subject[Stage], case: ArrayCase) -> None:
    """Require that vjp and its pullback write into none of θ, the inputs and dy."""
    for lead, stage_map in _labelled_maps(subject, case):
        inputs, dy = _on_case(stage_map, case)
        before = [case.to_host(a).copy() for a in (*inputs, dy)]
        _call_vjp(subject, stage_map, inputs, dy, case)
        same = all(np.array_equal(case.to_host(a), b) for a, b in zip((*inputs, dy), before, strict=True))
        require(same, f"{lead} or vjp itself changed its input in place; work on a copy")


@needs("vjp_output")
def check_vjp_agrees(subject: Subject[Stage], case: ArrayCase) -> None:
    """Require the gradients that NumPy arrays give."""
    if case is NUMPY:
        return
    for lead, stage_map in _labelled_maps(subject, case):
        got = _call_vjp(subject, stage_map, *_on_case(stage_map, case), case).gradients()
        expected = _call_vjp(subject, stage_map, *_on_case(stage_map, NUMPY), NUMPY).gradients()
        for name, gradient in got.items():
            same = np.allclose(case.to_host(gradient), to_host(expected[name]), rtol=1e-3, atol=1e-4)
            require(same, f"{lead}: {name} has other values than on NumPy arrays")


@needs("vjp_linear", "vjp_adds_up")
def check_vjp_theta(subject: Subject[Stage]) -> None:
    """Require that dθ agrees with finite differences for the trainable parameters."""
    for lead, stage_map in _labelled_maps(subject):
        theta, x = on_host(subject, stage_map)
        dy = _dy(stage_map)

        def value(at: np.ndarray, stage_map: Map = stage_map, x: list[np.ndarray] = x, dy: np.ndarray = dy) -> float:
            return float(np.sum(dy * stage_map.forward(at, *x)))

        gradient = _call_vjp(subject, stage_map, [theta, *x], dy).dtheta
        require(
            gradient.shape == theta.shape, f"{lead} returned a dθ of shape {gradient.shape}; it must be {theta.shape}"
        )
        wrong = worst_slope(
            value, theta, to_host(gradient), np.flatnonzero(stage_map.layout.trainable).tolist(), _max_entries(x[0])
        )
        if wrong is not None:
            at, got, expected = wrong
            place = _place(stage_map.layout, at)
            require(
                False,
                f"{lead}: dθ at {place} is {got:.6g}, but finite differences give {expected:.6g}",
            )


@needs("vjp_linear", "vjp_adds_up")
def check_vjp_input(subject: Subject[Stage]) -> None:
    """Require that dx agrees with finite differences."""
    for lead, stage_map in _labelled_maps(subject):
        theta, (x, *others) = on_host(subject, stage_map)
        dy = _dy(stage_map)
        gradient = _call_vjp(subject, stage_map, [theta, x, *others], dy).dx
        if gradient is None:
            continue
        require(gradient.shape == x.shape, f"{lead} returned a dx of shape {gradient.shape}; it must be {x.shape}")
        entries = sample_evenly(range(x.size), _max_entries(x))
        left, right = (_input_slopes(stage_map, [theta, x, *others], dy, entries, side) for side in (-1.0, 1.0))
        wrong = worst_entry(left, right, to_host(gradient), entries)
        if wrong is not None:
            at, got, expected = wrong
            place = ", ".join(str(i) for i in np.unravel_index(at, x.shape))
            require(False, f"{lead}: dx at [{place}] is {got:.6g}, but finite differences give {expected:.6g}")


def _input_slopes(
    stage_map: Map, inputs: list[np.ndarray], dy: np.ndarray, entries: Sequence[int], side: float
) -> np.ndarray:
    """Return the one-sided slopes of ``sum(dy y)`` with respect to some entries of the input.

    Each entry affects only its own point, so all moved points go through one call of forward.
    """
    theta, x, *others = inputs
    row, point, *rest = np.unravel_index(np.asarray(entries), x.shape)
    steps = side * STEP * np.maximum(1.0, np.abs(x.ravel()[list(entries)]))
    moved = x[:, point, ...]
    moved[(row, np.arange(len(entries)), *rest)] += steps
    base = stage_map.forward(theta, x, *others)[:, point, ...]
    change = dy[:, point, ...] * (stage_map.forward(theta, moved, *(a[:, point, ...] for a in others)) - base)
    summed: np.ndarray = np.sum(np.moveaxis(change, 1, 0).reshape(len(entries), -1), axis=1) / steps
    return summed


@needs("vjp_theta", "vjp_input")
def check_vjp_derived(subject: Subject[Stage]) -> None:
    """Require that a hand-written pullback agrees with the derived one, if ``forward`` can be traced."""
    stage = subject.stage
    cls: Any = type(stage)
    interface = next(
        base for base in cls.__mro__ if base.__module__.startswith("limner.stages") and hasattr(base, "vjp")
    )
    if cls.vjp is interface.vjp:
        return  # vjp is derived
    twin = _derived_twin(stage, interface)
    for (lead, stage_map), (_, other) in zip(
        _labelled_maps(subject), _labelled_maps(replace(subject, stage=twin)), strict=True
    ):
        theta, x = on_host(subject, stage_map)
        dy = _dy(stage_map)
        try:
            expected = _call_vjp(subject, other, [theta, *x], dy).gradients()
        except AssertionError as error:
            if isinstance(error.__cause__, (TracingError, RecursionError)):
                return  # forward cannot be traced, or calls vjp itself
            raise
        for name, gradient in _call_vjp(subject, stage_map, [theta, *x], dy).gradients().items():
            same = np.allclose(to_host(gradient), to_host(expected[name]), rtol=1e-6, atol=1e-8)
            require(same, f"{lead}: {name} differs from the gradient derived from forward; correct one of the two")


def _derived_twin(stage: Stage, interface: Any) -> Stage:
    """Return the stage with the derived vjp of its interface."""
    cls = type(stage)
    twin: type[Stage] = type(cls.__name__, (cls,), {"vjp": interface.vjp, "__module__": cls.__module__})
    return twin.model_construct(**{name: getattr(stage, name) for name in cls.model_fields})


@needs("vjp_array_types", "vjp_keeps_inputs")
def check_vjp_linear(subject: Subject[Stage]) -> None:
    """Require that the pullback is linear in dy, and can be called again."""
    for lead, stage_map in _labelled_maps(subject):
        theta, x = on_host(subject, stage_map)
        one, two = _dy(stage_map), _dy(stage_map, seed=SEED + 1)
        first = _call_vjp(subject, stage_map, [theta, *x], one)
        with calling(subject, f"the pullback{stage_map.label}, called again,"):
            second, both = (
                _VjpCall(first.y, *first.pullback(dy), first.pullback).gradients()
                for dy in (two, 2.0 * one - 0.5 * two)
            )
        for name, a in first.gradients().items():
            same = np.allclose(to_host(2.0 * a - 0.5 * second[name]), to_host(both[name]), rtol=1e-7, atol=1e-9)
            require(same, f"{lead} is not linear in dy ({name}); keep nothing of an earlier dy")


@needs("vjp_array_types", "vjp_keeps_inputs", "vjp_linear")
def check_vjp_adds_up(subject: Subject[Stage]) -> None:
    """Require that dθ is the sum over the points, and that dx of a point does not depend on other points."""
    for lead, stage_map in _labelled_maps(subject):
        theta, x = on_host(subject, stage_map)
        dy = _dy(stage_map)
        whole = _call_vjp(subject, stage_map, [theta, *x], dy)
        parts = [_call_vjp(subject, stage_map, [theta, *(a[:, s, ...] for a in x)], dy[:, s, ...]) for s in _HALVES]
        summed = np.allclose(to_host(total(p.dtheta for p in parts)), to_host(whole.dtheta), rtol=1e-7, atol=1e-9)
        require(
            summed, f"{lead}: dθ of all points is not the sum over two subsets; sum over the points, do not average"
        )
        if whole.dx is not None:
            joined = np.concatenate([to_host(p.gradients()["dx"]) for p in parts], axis=1)
            independent = np.allclose(joined, to_host(whole.dx), rtol=1e-7, atol=1e-9)
            require(independent, f"{lead}: dx of a point depends on other points; compute each point independently")


_HALVES = (slice(0, 2), slice(2, None))


def _place(layout: ParameterLayout, at: int) -> str:
    """Return an index of θ as the parameter's name and the index in it."""
    for parameter in layout.parameters:
        span = layout.slices[parameter.name]
        if span.start <= at < span.stop:
            index = ", ".join(str(i) for i in np.unravel_index(at - span.start, parameter.shape))
            return f"{parameter.name}[{index}]"
    return f"θ[{at}]"


ON_ARRAYS = (check_vjp_output, check_vjp_array_types, check_vjp_keeps_inputs, check_vjp_agrees)
ON_HOST = (
    check_traced,
    check_vjp_linear,
    check_vjp_adds_up,
    check_vjp_theta,
    check_vjp_input,
    check_vjp_derived,
)
