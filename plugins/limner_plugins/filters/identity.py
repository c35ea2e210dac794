"""The filter ``identity``."""

from __future__ import annotations

from limner.plugin import Array, Context, Filter, Samples
from limner_plugins.common.images import sources


class Identity(Filter):
    """The pictures as they are: a network that is to give them back learns what they are made of."""

    def features(self) -> int:
        """Red, green and blue."""
        return 3

    def forward(self, theta: Array, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """What came in."""
        return sources(samples)
