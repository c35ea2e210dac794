"""The trainer ``rprop``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from limner.plugin import Array, Context, Problem, State, Step, TrainableMask, Trainer, TrainerTraits, namespace

FANN_MIN_STEP = 1e-4  # what libfann takes a step to be at least, before it grows or shrinks
FANN_MAX_WEIGHT = 1500.0  # where libfann stops a weight


class Rprop(Trainer):
    """By the signs of the gradient alone: a step size δ for each number, which grows while the sign stays the same.

    M. Riedmiller and H. Braun (1993); the variants are those of C. Igel and M. Hüsken (2003). On a change of sign δ
    shrinks, and then

    - ``rprop-minus`` steps by the new sign;
    - ``irprop-minus`` stands still for this step, and δ does not change at the next;
    - ``irprop-plus`` does the same, but takes the last step back where the loss has risen;
    - ``libfann`` steps *up* by the new δ, whatever the sign. It also steps up where the gradient is 0, lets δ grow at
      the first step already, takes it to be 1e-4 at least before it grows or shrinks, and stops weights at ±1500.
    """

    variant: Literal["irprop-minus", "irprop-plus", "rprop-minus", "libfann"] = Field(
        default="irprop-minus", description="what happens when the gradient changes its sign"
    )
    increase: float = Field(default=1.2, gt=1, le=10, description="η⁺, what δ grows by")
    decrease: float = Field(default=0.5, gt=0, lt=1, description="η⁻, what δ shrinks by")
    delta_min: float = Field(
        default=1e-6, ge=0, le=1000, description="the least δ; libfann has 0, which its floor of 1e-4 makes 5e-5"
    )
    delta_max: float = Field(default=50.0, gt=0, le=1e6, description="the greatest δ")
    delta_first: float = Field(default=0.1, gt=0, le=1e6, description="δ at the start")

    @model_validator(mode="after")
    def _check_order(self) -> Rprop:
        if not self.delta_min <= self.delta_first <= self.delta_max:
            raise ValueError(
                f"delta_first must lie from delta_min = {self.delta_min} to delta_max = {self.delta_max},"
                f" got {self.delta_first}"
            )
        return self

    @classmethod
    def examples(cls) -> tuple[Rprop, ...]:
        """Every variant."""
        return (
            cls(),
            cls(variant="irprop-plus"),
            cls(variant="rprop-minus", increase=1.1, decrease=0.7, delta_max=0.5),
            cls(variant="libfann", delta_min=0.0),
        )

    def traits(self) -> TrainerTraits:
        """Look at all points: signs that change from batch to batch would say nothing."""
        return TrainerTraits(divergence_setting="delta_max", full_batch=True)

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:  # noqa: ARG002
        """δ as it is first, and no sign to compare with: so the loss before the first step is never looked at."""
        xp = namespace(theta)
        arrays = {"delta": xp.full_like(theta, self.delta_first), "way": xp.zeros_like(theta)}
        if self.variant != "irprop-plus":
            return State(arrays)
        return State({**arrays, "move": xp.zeros_like(theta)}, {"loss": 0.0})

    def step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        """One step by the signs of the gradient over all points."""
        value, gradient = problem.value_and_grad(theta, ctx)
        loss, xp = float(value), namespace(theta)
        direction = -xp.sign(gradient)
        # The product of signs, not of slopes: two that are small would make 0, which is no change of sign.
        same = direction * state.arrays["way"]
        delta = self._delta(state.arrays["delta"], same)
        if self.variant != "rprop-minus":
            direction = xp.where(same < 0, xp.zeros_like(direction), direction)

        arrays, numbers = {"delta": delta, "way": direction}, {}
        if self.variant == "libfann":
            down, up = xp.maximum(theta - delta, -FANN_MAX_WEIGHT), xp.minimum(theta + delta, FANN_MAX_WEIGHT)
            moved = xp.where(direction < 0, down, up)
        else:
            move = direction * delta
            moved = theta + move
            if self.variant == "irprop-plus":
                arrays["move"], numbers["loss"] = move, loss
                if loss > state.numbers["loss"]:
                    moved = xp.where(same < 0, theta - state.arrays["move"], moved)
        total = float(xp.sum(TrainableMask.of(problem.trainable, theta).zero_frozen(delta)))
        return Step(moved, State(arrays, numbers), loss, {"delta": total / max(1, int(problem.trainable.sum()))})

    def _delta(self, delta: Array, same: Array) -> Array:
        """Greater where the sign stayed, smaller where it changed, as it was where there was none."""
        xp = namespace(delta)
        libfann = self.variant == "libfann"
        if libfann:
            delta = xp.maximum(delta, FANN_MIN_STEP)
        greater = xp.minimum(delta * self.increase, self.delta_max)
        smaller = xp.maximum(delta * self.decrease, self.delta_min)
        if libfann:
            return xp.where(same < 0, smaller, greater)
        return xp.where(same > 0, greater, xp.where(same < 0, smaller, delta))
