"""A trainer: gradient descent with an adaptive learning rate."""

from pydantic import Field

from limner.plugin import Array, Context, Problem, State, Step, Trainer


class BoldDriver(Trainer):
    """Gradient descent whose learning rate grows while the loss falls, else halves (T. Vogl et al. 1988)."""

    rate: float = Field(default=0.1, gt=0, le=1000, description="initial learning rate")

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:
        """Return the initial learning rate, and a loss above every other."""
        return State(numbers={"rate": self.rate, "loss": 1e30})

    def step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        """Return θ after a step down the gradient."""
        value, gradient = problem.value_and_grad(theta, ctx)
        loss = float(value)
        rate = state.numbers["rate"] * (1.05 if loss < state.numbers["loss"] else 0.5)
        return Step(theta - rate * gradient, State(numbers={"rate": rate, "loss": loss}), loss, {"rate": rate})
