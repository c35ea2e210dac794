"""A loss: a smooth absolute error."""

from pydantic import Field

from limner.plugin import Array, Loss, namespace


class Charbonnier(Loss):
    """√(e² + ε²) - ε: the absolute error, smoothed at 0 (P. Charbonnier et al. 1994)."""

    epsilon: float = Field(default=0.01, gt=0, le=1, description="ε; the loss is quadratic for much smaller errors")

    def forward(self, y: Array, target: Array) -> Array:
        """Return the loss of each number, (c, n)."""
        return namespace(y).sqrt((y - target) ** 2 + self.epsilon**2) - self.epsilon
