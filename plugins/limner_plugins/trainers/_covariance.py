"""The distribution update of ``cmaes``: it adapts a normal distribution to the better half of its samples.

N. Hansen, "The CMA evolution strategy: a tutorial" (2016), whose equations are named (n). The separable variant is that
of R. Ros and N. Hansen, "A simple modification in CMA-ES achieving linear time and space complexity" (2008).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from limner.plugin import Array, namespace
from limner_plugins.trainers._host import array_like


@dataclass(frozen=True)
class StrategyParameters:
    """The strategy parameters, which depend on n parameters and λ samples alone.

    Attributes:
        weights: recombination weights, the best sample first; those of the worse half are negative, or 0 (49-53).
        parents: μ, the number of samples that make the mean.
        effective_parents: μ_eff, the effective number of samples that make the mean.
        sigma_rate: c_σ (55).
        damping: d_σ (55).
        path_rate: c_c (56).
        rank_one_rate: c₁ (57).
        rank_mu_rate: c_μ (58).
        expected_norm: E|N(0, I)|.
        decomposition_interval: generations between two eigendecompositions.
    """

    weights: np.ndarray
    parents: int
    effective_parents: float
    sigma_rate: float
    damping: float
    path_rate: float
    rank_one_rate: float
    rank_mu_rate: float
    expected_norm: float
    decomposition_interval: int

    @staticmethod
    def of(n: int, members: int, *, separable: bool) -> StrategyParameters:
        """Return the tutorial's defaults; a separable covariance is learned (n + 2) / 3 times as fast."""
        raw = math.log((members + 1) / 2) - np.log(np.arange(1, members + 1))
        parents = members // 2
        effective, worse = _effective_count(raw[:parents]), _effective_count(raw[parents:])
        speedup = (n + 2) / 3 if separable else 1.0
        rank_one = min(0.5, speedup * 2 / ((n + 1.3) ** 2 + effective))
        rank_mu = min(1 - rank_one - 1e-8, speedup * 2 * (effective - 2 + 1 / effective) / ((n + 2) ** 2 + effective))
        least = min(1 + rank_one / rank_mu, 1 + 2 * worse / (effective + 2), (1 - rank_one - rank_mu) / (n * rank_mu))
        negative_scale = 0.0 if separable else least / -raw[raw < 0].sum()
        sigma = (effective + 2) / (n + effective + 5)
        return StrategyParameters(
            weights=np.where(raw >= 0, raw / raw[raw > 0].sum(), negative_scale * raw),
            parents=parents,
            effective_parents=effective,
            sigma_rate=sigma,
            damping=1 + 2 * max(0.0, math.sqrt((effective - 1) / (n + 1)) - 1) + sigma,
            path_rate=(4 + effective / n) / (n + 4 + 2 * effective / n),
            rank_one_rate=rank_one,
            rank_mu_rate=rank_mu,
            expected_norm=math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n**2)),
            decomposition_interval=max(1, int(1 / (10 * n * (rank_one + rank_mu)))),
        )


@dataclass(frozen=True)
class NormalDistribution:
    """N(m, σ² C), with the last decomposition C = B D² Bᵀ and both evolution paths; a separable C is its diagonal.

    Attributes:
        sigma: σ.
        covariance: C, ``(n, n)``, or ``(n,)``.
        axes: B, ``(n, n)``; None if C is diagonal.
        lengths: D, ``(n,)``.
        path_sigma: p_σ, ``(n,)``.
        path: p_c, ``(n,)``.
        generation: number of updates.
    """

    sigma: float
    covariance: Array
    axes: Array | None
    lengths: Array
    path_sigma: Array
    path: Array
    generation: int = 0

    def rotated(self, z: Array) -> Array:
        """Return rows z of N(0, I) as B z, which is C^(-1/2) times ``shaped(z)``."""
        return z if self.axes is None else z @ namespace(z).matrix_transpose(self.axes)

    def shaped(self, z: Array) -> Array:
        """Return rows of N(0, I) as rows of N(0, C)."""
        return self.rotated(z * self.lengths[None, :])

    def updated(self, z: Array, strategy: StrategyParameters) -> tuple[NormalDistribution, Array]:
        """Return the distribution after a generation and the step of its mean, from rows of N(0, I), the best first."""
        xp, y = namespace(z), self.shaped(z)
        weights = array_like(strategy.weights, z)
        positive = xp.where(weights > 0, weights, 0.0 * weights)
        step = positive @ y  # (41)
        # The path of σ (43), and σ (44).
        factor = _path_factor(strategy.sigma_rate, strategy.effective_parents)
        sigma_path = (1 - strategy.sigma_rate) * self.path_sigma + factor * self.rotated((positive @ z)[None, :])[0, :]
        length = math.sqrt(float(xp.sum(sigma_path * sigma_path)))
        growth = strategy.sigma_rate / strategy.damping * (length / strategy.expected_norm - 1)
        sigma = self.sigma * math.exp(min(1.0, growth))
        normalisation = math.sqrt(1 - (1 - strategy.sigma_rate) ** (2 * (self.generation + 2)))
        # The path of C (45), which h_σ stalls while the path of σ is long.
        longest = (1.4 + 2 / (self.lengths.shape[0] + 1)) * strategy.expected_norm
        h_sigma = 1.0 if length / normalisation < longest else 0.0
        factor = h_sigma * _path_factor(strategy.path_rate, strategy.effective_parents)
        path = (1 - strategy.path_rate) * self.path + factor * step
        lost_variance = (1 - h_sigma) * strategy.path_rate * (2 - strategy.path_rate)
        covariance = self._updated_covariance(y, z, path, lost_variance, strategy)
        moved = replace(
            self,
            sigma=min(sigma, 1e32),
            covariance=covariance,
            path_sigma=sigma_path,
            path=path,
            generation=self.generation + 1,
        )
        return moved._with_decomposition(strategy.decomposition_interval), self.sigma * step  # (42)

    def _updated_covariance(
        self, y: Array, z: Array, path: Array, lost_variance: float, strategy: StrategyParameters
    ) -> Array:
        """Return C after the rank-one and the rank-μ update (46, 47)."""
        xp, n = namespace(z), z.shape[1]
        decay = (
            1
            + strategy.rank_one_rate * lost_variance
            - strategy.rank_one_rate
            - strategy.rank_mu_rate * float(strategy.weights.sum())
        )
        weights = array_like(strategy.weights, z)
        scale = n / xp.maximum(xp.sum(z * z, axis=1), xp.full_like(weights, 1e-8))
        weights = xp.where(weights >= 0, weights, weights * scale)
        if self.axes is None:
            return (
                decay * self.covariance
                + strategy.rank_one_rate * path * path
                + strategy.rank_mu_rate * (weights @ (y * y))
            )
        rank_mu = xp.matrix_transpose(y * weights[:, None]) @ y
        return (
            decay * self.covariance
            + strategy.rank_one_rate * path[:, None] * path[None, :]
            + strategy.rank_mu_rate * rank_mu
        )

    def _with_decomposition(self, interval: int) -> NormalDistribution:
        """Return the distribution with B and D updated, every ``interval`` generations as this takes n³ time."""
        xp = namespace(self.covariance)
        if self.axes is None:
            return replace(self, lengths=xp.sqrt(self.covariance))
        if self.generation % interval:
            return self
        symmetric = 0.5 * (self.covariance + xp.matrix_transpose(self.covariance))
        squares, axes = xp.linalg.eigh(symmetric)
        # Rounding may leave the smallest eigenvalue a little below 0.
        floor = 1e-14 * float(squares[-1])
        return replace(self, covariance=symmetric, axes=axes, lengths=xp.sqrt(xp.clip(squares, floor, None)))


def _effective_count(weights: np.ndarray) -> float:
    """Return (Σ w)² / Σ w²."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def _path_factor(rate: float, mass: float) -> float:
    """Return the factor of a step in an evolution path that keeps the path's variance constant."""
    return math.sqrt(rate * (2 - rate) * mass)
