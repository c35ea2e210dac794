"""Checks of an optimizer, on the gradients of a small convex problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from limner.arrays.namespace import namespace, to_host
from limner.testing.array_cases import NUMPY, ArrayCase, array_type
from limner.testing.checks.trainer import SCALES, START, TARGET
from limner.testing.dependencies import needs
from limner.testing.subject import Subject, calling, require

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from limner.arrays.namespace import Array
    from limner.stages.optimization.optimizer import Optimizer

LEARNING_RATE = 0.02
STEPS = 100


def _path(
    subject: Subject[Optimizer], case: ArrayCase, dtype: str = "float32", steps: int = 4
) -> Iterator[tuple[Array, Mapping[str, Array]]]:
    """Yield θ and the slots before the first update, then after each."""
    optimizer = subject.stage
    theta = case.asarray(START.astype(dtype))
    slots: Mapping[str, Array] = optimizer.zero_slots(theta)
    yield theta, slots
    for step in range(1, steps + 1):
        gradient = SCALES * (case.to_host(theta).astype(np.float64) - TARGET)
        with calling(subject, "update", case):
            own = case.asarray(
                gradient.astype(dtype)
            )  # update may overwrite the gradient, even if the case's arrays are read-only
            theta, slots = optimizer.apply_update(
                theta, namespace(own).asarray(own, copy=True), slots, LEARNING_RATE, step
            )
        yield theta, slots


def check_update_array_types(subject: Subject[Optimizer], case: ArrayCase) -> None:
    """Require that θ and every slot keep their shape, dtype, library and device."""
    for dtype in case.dtypes():
        expected = array_type(case.asarray(START.astype(dtype)))
        for theta, slots in _path(subject, case, dtype):
            for name, array in {"θ": theta, **slots}.items():
                got = array_type(array)
                require(
                    array.shape == START.shape and got == expected,
                    f"{subject}: update turns {name} from {expected} {START.shape} into {got} {array.shape}; keep both",
                )


@needs("update_array_types")
def check_update_keeps_inputs(subject: Subject[Optimizer], case: ArrayCase) -> None:
    """Require that ``update`` overwrites neither θ nor a slot; it may overwrite the gradient."""
    last: list[tuple[Array, np.ndarray]] = []
    for theta, slots in _path(subject, case):
        for array, before in last:
            unchanged = np.array_equal(case.to_host(array), before)
            require(unchanged, f"{subject}: update overwrites θ or a slot; overwrite only the gradient")
        last = [(array, case.to_host(array).copy()) for array in (theta, *slots.values())]


@needs("update_array_types", "update_keeps_inputs")
def check_minimises(subject: Subject[Optimizer]) -> None:
    """Require that the loss of a convex problem decreases, and that two runs agree."""
    one, two = ([theta for theta, _ in _path(subject, NUMPY, steps=STEPS)] for _ in range(2))
    losses = [0.5 * float(np.sum(SCALES * (theta - TARGET) ** 2)) for theta in one]
    decreases = bool(np.isfinite(losses).all()) and losses[-1] < losses[0]
    require(
        decreases,
        f"{subject}: the loss of a convex problem goes from {losses[0]:.3g} to {losses[-1]:.3g} in {STEPS} updates with"
        f" learning rate {LEARNING_RATE}; it must decrease",
    )
    require(
        np.array_equal(to_host(one[-1]), to_host(two[-1])),
        f"{subject}: two runs differ; compute an update from its arguments alone",
    )


ON_ARRAYS = (check_update_array_types, check_update_keeps_inputs)
OF_EXAMPLE = (check_minimises,)
CHECKS = (*ON_ARRAYS, *OF_EXAMPLE)
