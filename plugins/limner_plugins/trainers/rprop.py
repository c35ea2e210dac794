"""The trainer ``rprop``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from limner.plugin import Array, Context, Problem, State, Step, TrainableMask, Trainer, TrainerTraits, namespace

FANN_MIN_STEP = 1e-4  # libfann's lower bound of a step size, before it grows or shrinks
FANN_MAX_WEIGHT = 1500.0  # libfann's bound of a weight's magnitude


class Rprop(Trainer):
    """Rprop: it uses only the signs of the gradient, with a step size δ for each parameter.

    δ grows while the sign of a partial derivative stays the same, and shrinks when it changes. M. Riedmiller and H.
    Braun (1993); the variants are those of C. Igel and M. Hüsken (2003). After a change of sign:

    - ``rprop-minus`` takes a step by the new sign;
    - ``irprop-minus`` skips this step, and keeps δ at the next;
    - ``irprop-plus`` skips this step too, but reverts the last step if the loss has risen;
    - ``libfann`` takes a step *up* by the new δ, whatever the sign. It also steps up if the gradient is 0, lets δ grow
      at the first step already, raises it to at least 1e-4 before it grows or shrinks, and clamps weights to ±1500.
    """

    variant: Literal["irprop-minus", "irprop-plus", "rprop-minus", "libfann"] = Field(
        default="irprop-minus", description="variant, which decides what happens when the gradient changes its sign"
    )
    increase: float = Field(default=1.2, gt=1, le=10, description="growth factor η⁺ of the step size δ")
    decrease: float = Field(default=0.5, gt=0, lt=1, description="shrink factor η⁻ of the step size δ")
    delta_min: float = Field(
        default=1e-6, ge=0, le=1000, description="minimum δ; libfann uses 0, which its floor of 1e-4 raises to 5e-5"
    )
    delta_max: float = Field(default=50.0, gt=0, le=1e6, description="maximum δ")
    delta_first: float = Field(default=0.1, gt=0, le=1e6, description="initial δ")

    @model_validator(mode="after")
    def _check_order(self) -> Rprop:
        if not self.delta_min <= self.delta_first <= self.delta_max:
            raise ValueError(
                f"delta_first: must be from delta_min = {self.delta_min} to delta_max = {self.delta_max},"
                f" got {self.delta_first}"
            )
        return self

    @classmethod
    def examples(cls) -> tuple[Rprop, ...]:
        """Return every variant."""
        return (
            cls(),
            cls(variant="irprop-plus"),
            cls(variant="rprop-minus", increase=1.1, decrease=0.7, delta_max=0.5),
            cls(variant="libfann", delta_min=0.0),
        )

    def traits(self) -> TrainerTraits:
        """Return the traits: a step uses all points, because signs would vary from batch to batch."""
        return TrainerTraits(divergence_setting="delta_max", full_batch=True)

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:  # noqa: ARG002
        """Return the initial δ and zeros for the last signs, so that the first step compares with no earlier one."""
        xp = namespace(theta)
        arrays = {"delta": xp.full_like(theta, self.delta_first), "way": xp.zeros_like(theta)}
        if self.variant != "irprop-plus":
            return State(arrays)
        return State({**arrays, "move": xp.zeros_like(theta)}, {"loss": 0.0})

    def step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        """Take a step by the signs of the gradient over all points."""
        value, gradient = problem.value_and_grad(theta, ctx)
        loss, xp = float(value), namespace(theta)
        direction = -xp.sign(gradient)
        # The product of signs, not of derivatives: two small ones could underflow to 0, which means no change of sign.
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
        """Return δ: larger if the sign stayed, smaller if it changed, unchanged if one of the signs is 0."""
        xp = namespace(delta)
        libfann = self.variant == "libfann"
        if libfann:
            delta = xp.maximum(delta, FANN_MIN_STEP)
        greater = xp.minimum(delta * self.increase, self.delta_max)
        smaller = xp.maximum(delta * self.decrease, self.delta_min)
        if libfann:
            return xp.where(same < 0, smaller, greater)
        return xp.where(same > 0, greater, xp.where(same < 0, smaller, delta))
