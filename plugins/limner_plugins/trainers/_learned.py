"""Leaving alone what is not learned."""

from __future__ import annotations

from limner.plugin import Array, Problem, device, namespace


def learned_mask(problem: Problem, theta: Array) -> Array | None:
    """Which numbers of θ are learned, beside θ on its device; None where all are: the common case costs nothing."""
    if problem.learned.all():
        return None
    return namespace(theta).asarray(problem.learned, device=device(theta))


def only(learned: Array | None, array: Array) -> Array:
    """A gradient with 0 where nothing is learned: what stands there may be anything, NaN too."""
    if learned is None:
        return array
    xp = namespace(array)
    return xp.where(learned, array, xp.zeros_like(array))


def keeping(learned: Array | None, moved: Array, theta: Array) -> Array:
    """θ as it was moved, and as it was where it is not learned: to the bit, -0.0 and all."""
    return moved if learned is None else namespace(theta).where(learned, moved, theta)
