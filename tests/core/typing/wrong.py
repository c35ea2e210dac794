"""Code of authors and of clients that is wrong: type checkers report every line that ends with ``# wrong``."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

import limner
from limner.plugin import (
    Array,
    Context,
    Encoder,
    Loss,
    Network,
    Params,
    Problem,
    Samples,
    State,
    Step,
    Trainer,
    namespace,
)


class Rings(Encoder):
    def init_params(self, rng: np.random.Generator) -> Mapping[str, np.ndarray]:
        return ["phase"]  # wrong

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:
        points = samples.points  # wrong
        xy = samples.anchor
        phase: str = params["phase"]  # wrong
        total = namespace(xy).sin(xy + 1.0).total()  # wrong
        both = params.phase  # wrong
        return xy.sum(axis=0)  # wrong


class Gated(Network):
    def init_params(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> Mapping[str, np.ndarray]:
        return {"W": rng.normals(size=(fan_out, fan_in))}  # wrong

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:
        xp = namespace(x)
        z = params[0] @ x  # wrong
        y = xp.softplus(z)  # wrong
        z = xp.concat(x, y, axis=0)  # wrong
        z = xp.sum(x, keep=True)  # wrong
        y = ctx.primitives.affine(params["W"], x)  # wrong
        return params.fan_out  # wrong


class LogCosh(Loss):
    def forward(self, y: Array) -> Array:  # wrong
        return y


class Absolute(Loss):
    def forward(self, y: Array, target: Array) -> Array:
        return "far"  # wrong


class Descent(Trainer):
    def step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        loss, gradient = problem.gradient(theta, ctx)  # wrong
        return theta  # wrong


def client(path: str) -> None:
    art = limner.paint("random-art", seed=7)
    limner.paint("random-art", sed=7)  # wrong
    limner.paint("random-art", size=64)  # wrong
    art.render(width=128)  # wrong
    art.rendered()  # wrong


def host(x: Array) -> float:
    return x.mean()  # wrong


namespace("x")  # wrong
