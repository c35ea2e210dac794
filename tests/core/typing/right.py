"""Code of authors and of clients that is right: type checkers have nothing to say of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from pydantic import Field

import limner
from limner.plugin import (
    Array,
    Blend,
    ColorMode,
    Context,
    Encoder,
    Gradients,
    Loss,
    Network,
    Params,
    Problem,
    Samples,
    State,
    Step,
    Trainer,
    fixed,
    namespace,
    to_host,
)


class Rings(Encoder):
    rings: int = Field(default=5, ge=1, le=50, description="how many rings")

    def init_params(self, rng: np.random.Generator) -> Mapping[str, fixed]:
        return {"phase": fixed(rng.uniform(0.0, 6.28, 1))}

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:
        points = samples.anchor
        xp = namespace(points)
        radius = xp.sqrt(xp.sum(points * points, axis=0, keepdims=True))
        return xp.sin(self.rings * radius + params["phase"])


class Gated(Network):
    def init_params(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> Mapping[str, np.ndarray]:
        return {"W": rng.normal(size=(2 * fan_out, fan_in)), "b": np.zeros(2 * fan_out)}

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:
        xp = namespace(x)
        z = ctx.primitives.affine(params["W"], x, params["b"])
        gate = 1.0 / (1.0 + xp.exp(-z[params.fan_out :, :]))
        return xp.where(gate > 0.5, xp.tanh(z[: params.fan_out, :]) * gate, 0.0)


class Inverted(ColorMode):
    def forward(self, params: Params, x: Array, ctx: Context) -> Array:
        return 1.0 - x

    def vjp(self, params: Params, x: Array, ctx: Context) -> tuple[Array, Callable[[Array], tuple[Gradients, Array]]]:
        return 1.0 - x, lambda drgb: ({}, -drgb)


class Overlay(Blend):
    def forward(self, layers: list[Array]) -> Array:  # type: ignore[override]
        return (layers[0] + layers[1]) / 2


class LogCosh(Loss):
    def forward(self, y: Array, target: Array) -> Array:
        xp = namespace(y)
        return xp.logaddexp(y - target, target - y) - float(np.log(2.0))


class Descent(Trainer):
    rate: float = Field(default=0.01, gt=0, le=10, description="the learning rate")

    def step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        loss, gradient = problem.value_and_grad(theta, ctx)
        return Step(theta - self.rate * gradient, state, float(loss), {"norm": float(namespace(theta).max(gradient))})


def client(path: str) -> np.ndarray:
    art = limner.paint("random-art", seed=7, size=(64, 48), set={"network.width": 8})
    art.save(path)
    again: np.ndarray = limner.open(path).render(size=(128, 96))
    return again


def host(x: Array) -> float:
    return float(np.median(to_host(x))) + float(np.zeros(3).sum())


def takes_arrays_of_numpy() -> Array:
    mask = np.zeros((2, 3), dtype=np.float32) > 0
    return namespace(mask).astype(mask, np.float64)
