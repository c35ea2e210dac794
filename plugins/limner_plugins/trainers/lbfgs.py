"""The trainer ``lbfgs``."""

from __future__ import annotations

import math

from pydantic import Field

from limner.plugin import Array, Context, Problem, State, Step, Trainer, TrainerTraits, namespace
from limner_plugins.trainers._line_search import LineSearchTrial, line_search

MIN_CURVATURE = 1e-10
"""The least curvature sᵀy of a pair, relative to yᵀy; a pair below this would make steps too long."""


class Lbfgs(Trainer):
    """L-BFGS: quasi-Newton steps whose curvature comes from the last few steps and changes of the gradient.

    Each step is a line search for a point that meets the strong Wolfe conditions, which takes a little more than one
    gradient on average. Sources: D. Liu and J. Nocedal, "On the limited memory BFGS method for large scale
    optimization" (1989); J. Nocedal and S. Wright, "Numerical optimization" (2006), algorithms 7.4 and 7.5.
    """

    memory: int = Field(default=10, ge=1, le=100, description="number of past steps m for the curvature")
    tries: int = Field(default=20, ge=1, le=100, description="maximum evaluations per line search")
    sample: int = Field(
        default=0,
        ge=0,
        le=2**31 - 1,
        description="number of random points per step, for large pictures; 0 for all points",
    )

    @classmethod
    def examples(cls) -> tuple[Lbfgs, ...]:
        """Return examples with all points, and with a sample and a short memory."""
        return cls(), cls(memory=2, sample=2)

    def traits(self) -> TrainerTraits:
        """Return the traits: without a sample, a step reports the loss over all points."""
        return TrainerTraits(full_batch=self.sample == 0)

    def samples_per_step(self, points: int) -> int:
        """Return the number of points of a gradient; most steps need only one gradient."""
        return min(self.sample, points) or points

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:  # noqa: ARG002
        """Return a state without pairs, and without the gradient of θ."""
        zeros = namespace(theta).zeros_like(theta)
        arrays = {f"{name}{i}": zeros for name in ("s", "y") for i in range(self.memory)}
        if self.sample:  # the gradient of this sample is not that of the next
            return State(arrays, {"pairs": 0})
        return State({**arrays, "theta": zeros, "gradient": zeros}, {"pairs": 0, "known": 0, "loss": 0.0})

    def step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        """Search along the quasi-Newton direction; if no point is better, drop the pairs and return θ unchanged."""
        loss, gradient, evaluated = self._gradient(problem, theta, state, ctx)
        pairs = self._pairs(state)
        direction = _direction(gradient, pairs)
        slope = _dot(gradient, direction)
        if not slope < 0:
            pairs, direction = [], -gradient
            slope = -_dot(gradient, gradient)
        start = accepted = LineSearchTrial(0.0, loss, slope, theta, gradient)

        def trial(length: float) -> LineSearchTrial:
            nonlocal evaluated
            evaluated += 1
            at = theta + length * direction
            value, there = problem.value_and_grad(at, ctx, self.sample)
            height = float(value)
            return LineSearchTrial(
                length, height if math.isfinite(height) else math.inf, _dot(there, direction), at, there
            )

        if math.isfinite(slope) and slope < 0:
            accepted = line_search(trial, start, 1.0 if pairs else 1.0 / math.sqrt(-slope), self.tries)
        count = 0 if accepted is start else int(state.numbers["pairs"]) if pairs else 0
        arrays = dict(state.arrays)
        s, y = accepted.length * direction, accepted.gradient - gradient
        if accepted is not start and _dot(s, y) > MIN_CURVATURE * _dot(y, y):
            place = count % self.memory
            arrays[f"s{place}"], arrays[f"y{place}"], count = s, y, count + 1
        numbers: dict[str, float] = {"pairs": count}
        if not self.sample:
            arrays |= {"theta": accepted.theta, "gradient": accepted.gradient}
            numbers |= {
                "known": int(math.isfinite(accepted.value)),
                "loss": accepted.value if accepted is not start else loss,
            }
        return Step(accepted.theta, State(arrays, numbers), loss, {"evaluations": evaluated})

    def _gradient(self, problem: Problem, theta: Array, state: State, ctx: Context) -> tuple[float, Array, int]:
        """Return the loss and the gradient of θ, and the number of gradients computed: 0 if the state holds it.

        Another trainer, such as ``genetic``, may have moved θ since the last step.
        """
        if state.numbers.get("known"):
            xp, last = namespace(theta), state.arrays["theta"]
            if bool(xp.all((theta == last) | (theta != theta))):
                return float(state.numbers["loss"]), state.arrays["gradient"], 0
        value, gradient = problem.value_and_grad(theta, ctx, self.sample)
        return float(value), gradient, 1

    def _pairs(self, state: State) -> list[tuple[Array, Array]]:
        """Return the pairs s, y of the last steps, the newest first."""
        count = int(state.numbers["pairs"])
        places = [i % self.memory for i in range(count - 1, max(-1, count - 1 - self.memory), -1)]
        return [(state.arrays[f"s{i}"], state.arrays[f"y{i}"]) for i in places]


def _direction(gradient: Array, pairs: list[tuple[Array, Array]]) -> Array:
    """Return -H g by the two-loop recursion (algorithm 7.4), with H₀ = γ I (7.20)."""
    q, shares = gradient, []
    curvatures = [_dot(s, y) for s, y in pairs]
    for (s, y), curvature in zip(pairs, curvatures, strict=True):
        share = _dot(s, q) / curvature
        q = q - share * y
        shares.append(share)
    if pairs:
        q = curvatures[0] / _dot(pairs[0][1], pairs[0][1]) * q
    for (s, y), curvature, share in reversed(list(zip(pairs, curvatures, shares, strict=True))):
        q = q + (share - _dot(y, q) / curvature) * s
    return -q


def _dot(a: Array, b: Array) -> float:
    return float(namespace(a).sum(a * b))
