"""The colour mode ``gray``."""

from __future__ import annotations

from limner.plugin import Array, ColorMode, Context, Params, Pullback, namespace


class Gray(ColorMode):
    """One channel, 0 black to 1 white."""

    def num_components(self) -> int:
        """Return 1."""
        return 1

    def component_names(self) -> tuple[str, ...]:
        """Return the name of the gray channel."""
        return ("gray",)

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return R = G = B = g."""
        return namespace(x).concat([x, x, x], axis=0)

    def vjp(self, params: Params, x: Array, ctx: Context) -> tuple[Array, Pullback]:
        """Return the channel three times, and the sum of its gradients."""
        y = self.forward(params, x, ctx)
        return y, lambda drgb: ({}, namespace(drgb).sum(drgb, axis=0, keepdims=True))
