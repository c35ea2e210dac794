"""The operators of ``genetic``: selection, crossover and mutation."""

from __future__ import annotations

import numpy as np

from limner.plugin import Array, namespace
from limner_plugins.trainers._host import array_like


def tournament_selection(count: int, size: int, rivals: int, rng: np.random.Generator) -> np.ndarray:
    """Return the ranks of parents by tournament: each is the best of ``rivals`` members, drawn with replacement."""
    return np.asarray(rng.integers(size, size=(count, rivals)).min(axis=1))


def rank_selection(count: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """Return the ranks of parents by linear ranking (J. Baker 1985): the best is drawn twice as often as the mean."""
    chances = np.arange(size, 0, -1, dtype=np.float64)
    return rng.choice(size, size=count, p=chances / chances.sum())


def crossover(
    kind: str,
    better: Array,
    worse: Array,
    two_parents: np.ndarray,
    units: np.ndarray,
    reach: float,
    rng: np.random.Generator,
) -> Array:
    """Return children ``(c, n)`` of pairs of rows; if ``two_parents`` is False, a child copies its better parent.

    - ``uniform``: each parameter from a random parent (G. Syswerda 1989).
    - ``unit``: each unit of the network, with all its parameters, from a random parent, so that its function survives.
    - ``blend``: a point w + u (b - w) on the line from the worse parent w to the better b and beyond, with u uniform
      from 0 to 1 + reach, one for each child. This is arithmetic crossover between the parents, and A. Wright's
      heuristic crossover (1991) beyond. A child that is not finite copies its better parent.
    - ``none``: a copy of the better parent.
    """
    xp, shape = namespace(better), better.shape
    if kind == "none" or not two_parents.any():
        return better
    if kind == "blend":
        fraction = np.where(two_parents, rng.uniform(0.0, 1.0 + reach, shape[0]), 1.0)
        children = better + array_like(fraction[:, None] - 1.0, better) * (better - worse)
        return xp.where(xp.all(xp.isfinite(children), axis=1, keepdims=True), children, better)
    if kind == "unit":
        coins = rng.random((shape[0], int(units.max()) + 1)) < 0.5
        coins = coins[:, units]
    else:
        coins = rng.random(shape, dtype=np.float32) < 0.5
    return xp.where(array_like(coins & two_parents[:, None], better), worse, better)


def mutate(children: Array, rate: float, sizes: np.ndarray, rng: np.random.Generator) -> Array:
    """Return the children with N(0, σ²) added to a fraction ``rate`` of their parameters; each child has its own σ."""
    chosen = rng.random(children.shape, dtype=np.float32) < rate
    noise = rng.standard_normal(children.shape, dtype=np.float32) * sizes[:, None].astype(np.float32)
    return children + array_like(np.where(chosen, noise, np.float32(0.0)), children)
