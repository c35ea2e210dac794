"""The arithmetic of ``cmaes``: how a normal distribution follows the better half of what was drawn from it.

N. Hansen, "The CMA evolution strategy: a tutorial" (2016), whose equations are named (n). The separable variant is that
of R. Ros and N. Hansen, "A simple modification in CMA-ES achieving linear time and space complexity" (2008).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from limner.plugin import Array, namespace
from limner_plugins.trainers._host import beside


@dataclass(frozen=True)
class Rates:
    """What follows from n numbers and λ members alone.

    Attributes:
        weights: of all members, the best first; those of the worse half are negative, or 0 (49-53).
        parents: μ, how many make the mean.
        mass: μ_eff, how many they count for.
        sigma: c_σ, damping: d_σ (55).
        path: c_c (56).
        one: c₁, many: c_μ (57, 58).
        length: E|N(0, I)|.
        every: generations between two eigendecompositions.
    """

    weights: np.ndarray
    parents: int
    mass: float
    sigma: float
    damping: float
    path: float
    one: float
    many: float
    length: float
    every: int

    @staticmethod
    def of(n: int, members: int, *, separable: bool) -> Rates:
        """The tutorial's defaults; a covariance of n numbers is learned (n + 2) / 3 times as fast."""
        raw = math.log((members + 1) / 2) - np.log(np.arange(1, members + 1))
        parents = members // 2
        mass, worse = _mass(raw[:parents]), _mass(raw[parents:])
        faster = (n + 2) / 3 if separable else 1.0
        one = min(0.5, faster * 2 / ((n + 1.3) ** 2 + mass))
        many = min(1 - one - 1e-8, faster * 2 * (mass - 2 + 1 / mass) / ((n + 2) ** 2 + mass))
        least = min(1 + one / many, 1 + 2 * worse / (mass + 2), (1 - one - many) / (n * many))
        down = 0.0 if separable else least / -raw[raw < 0].sum()
        sigma = (mass + 2) / (n + mass + 5)
        return Rates(
            weights=np.where(raw >= 0, raw / raw[raw > 0].sum(), down * raw),
            parents=parents,
            mass=mass,
            sigma=sigma,
            damping=1 + 2 * max(0.0, math.sqrt((mass - 1) / (n + 1)) - 1) + sigma,
            path=(4 + mass / n) / (n + 4 + 2 * mass / n),
            one=one,
            many=many,
            length=math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n**2)),
            every=max(1, int(1 / (10 * n * (one + many)))),
        )


@dataclass(frozen=True)
class Normal:
    """N(m, σ² C), with C = B D² Bᵀ as it was decomposed last, and the two paths; a separable C is its diagonal.

    Attributes:
        sigma: σ.
        covariance: C, ``(n, n)``, or ``(n,)``.
        axes: B, ``(n, n)``; None where C is a diagonal.
        lengths: D, ``(n,)``.
        path_sigma: p_σ, ``(n,)``.
        path: p_c, ``(n,)``.
        generation: how often it has followed.
    """

    sigma: float
    covariance: Array
    axes: Array | None
    lengths: Array
    path_sigma: Array
    path: Array
    generation: int = 0

    def turned(self, z: Array) -> Array:
        """Rows of N(0, I) as B z: C^(-1/2) of the rows that ``spread`` makes of the same."""
        return z if self.axes is None else z @ namespace(z).matrix_transpose(self.axes)

    def spread(self, z: Array) -> Array:
        """Rows of N(0, I) as rows of N(0, C)."""
        return self.turned(z * self.lengths[None, :])

    def followed(self, z: Array, rates: Rates) -> tuple[Normal, Array]:
        """The distribution after a generation, and how far its mean moves; rows of N(0, I), the best first."""
        xp, y = namespace(z), self.spread(z)
        weights = beside(rates.weights, z)
        best = xp.where(weights > 0, weights, 0.0 * weights)
        step = best @ y  # (41)
        sigma_path = (1 - rates.sigma) * self.path_sigma + _gain(rates.sigma, rates.mass) * self.turned(
            (best @ z)[None, :]
        )[0, :]  # (43)
        length = math.sqrt(float(xp.sum(sigma_path * sigma_path)))
        sigma = self.sigma * math.exp(min(1.0, rates.sigma / rates.damping * (length / rates.length - 1)))  # (44)
        seen = math.sqrt(1 - (1 - rates.sigma) ** (2 * (self.generation + 2)))
        slow = 1.0 if length / seen < (1.4 + 2 / (self.lengths.shape[0] + 1)) * rates.length else 0.0
        path = (1 - rates.path) * self.path + slow * _gain(rates.path, rates.mass) * step  # (45)
        lost = (1 - slow) * rates.path * (2 - rates.path)
        covariance = self._learned(y, z, path, lost, rates)
        moved = replace(
            self,
            sigma=min(sigma, 1e32),
            covariance=covariance,
            path_sigma=sigma_path,
            path=path,
            generation=self.generation + 1,
        )
        return moved._decomposed(rates.every), self.sigma * step  # (42)

    def _learned(self, y: Array, z: Array, path: Array, lost: float, rates: Rates) -> Array:
        """C after the rank-one and the rank-μ update (46, 47)."""
        xp, n = namespace(z), z.shape[1]
        kept = 1 + rates.one * lost - rates.one - rates.many * float(rates.weights.sum())
        weights = beside(rates.weights, z)
        far = n / xp.maximum(xp.sum(z * z, axis=1), xp.full_like(weights, 1e-8))
        weights = xp.where(weights >= 0, weights, weights * far)
        if self.axes is None:
            return kept * self.covariance + rates.one * path * path + rates.many * (weights @ (y * y))
        many = xp.matrix_transpose(y * weights[:, None]) @ y
        return kept * self.covariance + rates.one * path[:, None] * path[None, :] + rates.many * many

    def _decomposed(self, every: int) -> Normal:
        """With B and D of C as it is now, where it is time: an eigendecomposition takes n³ steps."""
        xp = namespace(self.covariance)
        if self.axes is None:
            return replace(self, lengths=xp.sqrt(self.covariance))
        if self.generation % every:
            return self
        whole = 0.5 * (self.covariance + xp.matrix_transpose(self.covariance))
        squares, axes = xp.linalg.eigh(whole)
        # Rounding may leave the least a little below 0.
        least = 1e-14 * float(squares[-1])
        return replace(self, covariance=whole, axes=axes, lengths=xp.sqrt(xp.clip(squares, least, None)))


def _mass(weights: np.ndarray) -> float:
    return float(weights.sum() ** 2 / (weights**2).sum())


def _gain(rate: float, mass: float) -> float:
    """What a step counts for in a path, so that its variance stays."""
    return math.sqrt(rate * (2 - rate) * mass)
