"""The trainer ``cmaes``."""

from __future__ import annotations

from math import log
from typing import Any, Literal

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import Array, Context, LimnerError, Problem, State, Step, Trainer, TrainerTraits, device, namespace
from limner_plugins.trainers._covariance import NormalDistribution, StrategyParameters
from limner_plugins.trainers._host import array_like, host_losses

MAX_PARAMETERS = {"full": 2_000, "separable": 1_000_000}
STATE_ARRAYS = ("covariance", "axes", "lengths", "path_sigma", "path")


class Cmaes(Trainer):
    """CMA-ES: gradient-free search with a normal distribution that adapts to the better half of its samples.

    θ is the mean of the distribution; each generation evaluates it together with the samples. The full covariance
    learns correlations of parameters; its memory grows with the square and its time with the cube of their number. The
    separable one learns a variance for each parameter. Sources: N. Hansen's tutorial (2016); R. Ros and N. Hansen
    (2008).
    """

    covariance: Literal["full", "separable"] = Field(
        default="full",
        description="covariance matrix: full, for up to 2,000 trainable parameters, or separable, a variance for each",
    )
    sigma: float = Field(default=0.1, gt=0, le=1000, description="initial standard deviation σ")
    population: int = Field(
        default=0, ge=0, le=10_000, description="samples per generation λ, at least 4; 0 for 4 + 3 ln n"
    )

    @model_validator(mode="after")
    def _check_population(self) -> Cmaes:
        if 0 < self.population < 4:
            raise ValueError(f"population: must be at least 4, or 0 for 4 + 3 ln n, got {self.population}")
        return self

    @classmethod
    def examples(cls) -> tuple[Cmaes, ...]:
        """Return examples of both covariances."""
        return cls(), cls(covariance="separable", sigma=0.5, population=7)

    def traits(self) -> TrainerTraits:
        """Return the traits: a step reports the loss of the mean over all points."""
        return TrainerTraits(divergence_setting="sigma", supports_warm_start=False, full_batch=True)

    def samples_per_step(self, points: int) -> int:
        """Return all points times the samples and the mean; 20 samples are assumed if their number depends on n."""
        return (1 + (self.population or 20)) * points

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:  # noqa: ARG002
        """Return the distribution N(θ, σ² I).

        Raises:
            LimnerError: there are more trainable parameters than the covariance supports, or none.
        """
        n = int(problem.trainable.sum())
        if not n:
            raise LimnerError("cmaes: this recipe has no trainable parameters")
        if n > MAX_PARAMETERS[self.covariance]:
            raise LimnerError(_too_large_message(n, self.covariance))
        xp, like = namespace(theta), {"dtype": _widest_float(theta), "device": device(theta)}
        zeros, ones = xp.zeros((n,), **like), xp.ones((n,), **like)
        if self.covariance == "separable":
            return _state(NormalDistribution(self.sigma, ones, None, ones, zeros, zeros))
        return _state(NormalDistribution(self.sigma, xp.eye(n, **like), xp.eye(n, **like), ones, zeros, zeros))

    def step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        """Run a generation: draw samples, evaluate them, and update the distribution."""
        xp, normal, trainable = namespace(theta), _normal(state), np.flatnonzero(problem.trainable)
        n, count = trainable.size, self.population or 4 + int(3 * log(trainable.size))
        z = array_like(ctx.rng("cmaes").standard_normal((count, n)), normal.lengths)
        mean = xp.astype(xp.take(theta, array_like(trainable, theta)), normal.lengths.dtype)
        samples = _full_thetas(problem, theta, mean[None, :] + normal.sigma * normal.shaped(z))

        values = host_losses(problem.value(xp.concat([theta[None, :], samples], axis=0), ctx), ctx)
        order = np.argsort(values[1:], kind="stable")
        strategy = StrategyParameters.of(n, count, separable=self.covariance == "separable")
        after, move = normal.updated(xp.take(z, array_like(order, z), axis=0), strategy)
        metrics = {"mean": float(values[1:].mean()), "sigma": normal.sigma}
        return Step(
            _full_thetas(problem, theta, (mean + move)[None, :])[0, :], _state(after), float(values[0]), metrics
        )


def _too_large_message(n: int, covariance: str) -> str:
    limit = (
        f"cmaes: a {covariance} covariance supports up to {MAX_PARAMETERS[covariance]:,} trainable parameters, but this"
        f" recipe has {n:,}"
    )
    if covariance == "separable":
        return f"{limit}; choose a smaller network"
    return (
        f"{limit}, which would take {2 * 8 * n * n / 1e6:,.0f} MB; set trainer.covariance=separable, or choose a"
        " smaller network"
    )


def _full_thetas(problem: Problem, theta: Array, trainable: Array) -> Array:
    """Return rows of trainable parameters as rows of θ; what they hold for frozen parameters is replaced later."""
    xp = namespace(theta)
    rows = xp.astype(trainable, theta.dtype)
    if not problem.trainable.all():
        order = np.maximum(np.cumsum(problem.trainable) - 1, 0)
        rows = xp.take(rows, array_like(order, theta), axis=1)
    return rows


def _widest_float(theta: Array) -> Any:
    """Return float64 if the device supports it, else the dtype of θ: float32 loses small eigenvalues."""
    info = namespace(theta).__array_namespace_info__()
    return info.dtypes(device=device(theta), kind="real floating").get("float64", theta.dtype)


def _state(normal: NormalDistribution) -> State:
    """Return the distribution as a state."""
    arrays = {name: getattr(normal, name) for name in STATE_ARRAYS if getattr(normal, name) is not None}
    return State(arrays, {"sigma": normal.sigma, "generation": normal.generation})


def _normal(state: State) -> NormalDistribution:
    """Return the distribution that a state holds."""
    arrays, numbers = state.arrays, state.numbers
    axes = arrays.get("axes")
    return NormalDistribution(
        float(numbers["sigma"]),
        arrays["covariance"],
        axes,
        arrays["lengths"],
        arrays["path_sigma"],
        arrays["path"],
        int(numbers["generation"]),
    )
