"""How ``genetic`` breeds: who mates, what a child has from whom, and what no parent had."""

from __future__ import annotations

import numpy as np

from limner.plugin import Array, namespace
from limner_plugins.trainers._host import array_like


def tournament_selection(count: int, size: int, rivals: int, rng: np.random.Generator) -> np.ndarray:
    """Parents by tournament: the best of so many, drawn with replacement. Members are their ranks, 0 the best."""
    return np.asarray(rng.integers(size, size=(count, rivals)).min(axis=1))


def rank_selection(count: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """Parents by linear ranking (J. Baker 1985): the best is drawn twice as often as the mean one."""
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
    """Children ``(c, n)`` of the rows beside each other; where ``both`` is False a child is its better parent's alone.

    - ``uniform``: each number from either parent, by a coin (G. Syswerda 1989).
    - ``unit``: each unit of the network whole from either parent, so that what it computes survives.
    - ``blend``: on the line from the worse parent w to the better b, and beyond: w + u (b - w), u uniform from 0 to
      1 + reach, one for each child. Arithmetic crossover within; beyond, A. Wright's heuristic crossover (1991). A
      child that lies beyond all numbers is its better parent's.
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
    """Children with N(0, σ²) added to a share of their numbers; σ is each child's own."""
    chosen = rng.random(children.shape, dtype=np.float32) < rate
    noise = rng.standard_normal(children.shape, dtype=np.float32) * sizes[:, None].astype(np.float32)
    return children + array_like(np.where(chosen, noise, np.float32(0.0)), children)
