"""The filter ``thresholds``."""

from __future__ import annotations

from pydantic import Field

from limner.plugin import Array, Context, ImageFilter, Params, Samples, namespace
from limner_plugins.common.fields import Levels
from limner_plugins.common.images import layered, sources


class Thresholds(ImageFilter):
    """Black-and-white layers: 1 where a colour is at least as bright as a level, else 0.

    The layers of red come first, then those of green and blue. For display, the layers of a colour are averaged, which
    looks like a poster.
    """

    levels: Levels = Field(
        default=(50, 100, 150, 200), min_length=1, max_length=16, description="brightness levels, of 255"
    )

    @classmethod
    def examples(cls) -> tuple[Thresholds, ...]:
        """Return four layers per colour, and one."""
        return cls(), cls(levels=(128,))

    def num_features(self) -> int:
        """Return 1 for each colour and level."""
        return 3 * len(self.levels)

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the layers; pictures of 8 bits are nowhere near the cuts, which lie between two levels."""
        images = sources(samples)
        xp = namespace(images)
        cuts = [(level - 0.5) / 255 for level in self.levels]
        return layered([[xp.astype(images[c : c + 1, ...] >= cut, images.dtype) for cut in cuts] for c in range(3)])
