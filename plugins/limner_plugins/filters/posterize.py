"""The filter ``posterize``."""

from __future__ import annotations

from pydantic import Field

from limner.plugin import Array, Context, ImageFilter, Params, Samples, namespace
from limner_plugins.common.images import sources


class Posterize(ImageFilter):
    """Colours rounded to few levels, evenly spaced from 0 to 1."""

    levels: int = Field(default=4, ge=2, le=256, description="number of levels")

    @classmethod
    def examples(cls) -> tuple[Posterize, ...]:
        """Return a few levels, and two."""
        return cls(), cls(levels=2)

    def num_features(self) -> int:
        """Return 3: red, green and blue."""
        return 3

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the nearest levels."""
        images, steps = sources(samples), self.levels - 1
        return namespace(images).round(images * steps) / steps
