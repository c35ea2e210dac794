"""The filter ``identity``."""

from __future__ import annotations

from limner.plugin import Array, Context, ImageFilter, Params, Samples
from limner_plugins.common.images import sources


class IdentityFilter(ImageFilter):
    """Unchanged pictures."""

    def num_features(self) -> int:
        """Return 3: red, green and blue."""
        return 3

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the pictures unchanged."""
        return sources(samples)
