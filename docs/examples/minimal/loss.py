"""A loss: a smooth absolute error."""

from pydantic import Field

from limner.plugin import Array, Loss, namespace


class Charbonnier(Loss):
    """√(e² + ε²) - ε: absolute, but smooth at 0 (P. Charbonnier et al. 1994)."""

    epsilon: float = Field(default=0.01, gt=0, le=1, description="ε: much smaller errors count squared")

    def forward(self, y: Array, target: Array) -> Array:
        """Return the loss of each number."""
        return namespace(y).sqrt((y - target) ** 2 + self.epsilon**2) - self.epsilon
