"""Conversions between the host, which draws and sorts, and the device that holds θ."""

from __future__ import annotations

import math

import numpy as np

from limner.plugin import Array, Context, State, device, namespace

WORST_LOSS = float(np.finfo(np.float32).max)


def array_like(values: np.ndarray, like: Array) -> Array:
    """Return host values in the library, dtype and device of ``like``; booleans and indices keep their dtype."""
    if values.dtype.kind == "f":
        values = values.astype(str(like.dtype).rpartition(".")[2])
    return namespace(like).asarray(values, device=device(like))


def host_losses(values: Array, ctx: Context) -> np.ndarray:
    """Return losses on the host as float64; nonfinite ones become ``WORST_LOSS``, as states must be finite."""
    if ctx.backend is not None:
        host = np.asarray(ctx.backend.to_host(values), dtype=np.float64)
    else:  # called without a backend: the array API standard fetches one number at a time
        host = np.asarray([float(values[i]) for i in range(values.shape[0])])
    return np.where(np.isfinite(host), np.minimum(host, WORST_LOSS), WORST_LOSS)


def all_finite(theta: Array, state: State, *numbers: float) -> bool:
    """Return whether θ, a state and further numbers are all finite, as a checkpoint requires."""
    if not all(map(math.isfinite, (*state.numbers.values(), *numbers))):
        return False
    xp = namespace(theta)
    numeric = [array for array in (theta, *state.arrays.values()) if not xp.isdtype(array.dtype, "bool")]
    return all(bool(xp.all(xp.isfinite(array))) for array in numeric)
