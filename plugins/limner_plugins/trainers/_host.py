"""Chance and order are the host's, arrays lie where θ lies: from the one to the other."""

from __future__ import annotations

import math

import numpy as np

from limner.plugin import Array, Context, State, device, namespace

WORST_LOSS = float(np.finfo(np.float32).max)


def array_like(values: np.ndarray, like: Array) -> Array:
    """Host numbers in the library, dtype and device of ``like``; truth values and indices keep their dtype."""
    if values.dtype.kind == "f":
        values = values.astype(str(like.dtype).rpartition(".")[2])
    return namespace(like).asarray(values, device=device(like))


def host_losses(values: Array, ctx: Context) -> np.ndarray:
    """A vector of losses on the host, float64; one that is no number is the worst, and finite: states hold no other."""
    if ctx.backend is not None:
        host = np.asarray(ctx.backend.to_host(values), dtype=np.float64)
    else:  # a stage that is called on its own: the standard fetches one number at a time
        host = np.asarray([float(values[i]) for i in range(values.shape[0])])
    return np.where(np.isfinite(host), np.minimum(host, WORST_LOSS), WORST_LOSS)


def all_finite(theta: Array, state: State, *numbers: float) -> bool:
    """Is every number of θ, of a state and of these finite, as a checkpoint wants it?"""
    if not all(map(math.isfinite, (*state.numbers.values(), *numbers))):
        return False
    xp = namespace(theta)
    numeric = [array for array in (theta, *state.arrays.values()) if not xp.isdtype(array.dtype, "bool")]
    return all(bool(xp.all(xp.isfinite(array))) for array in numeric)
