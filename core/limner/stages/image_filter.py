"""The filter: an encoder of the image domain, which computes channels of whole pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from limner.arrays.namespace import namespace
from limner.stages.encoder import Encoder

if TYPE_CHECKING:
    import numpy as np

    from limner.arrays.namespace import Array
    from limner.stages.base import Domain


class ImageFilter(Encoder):
    """Converts pictures, ``samples.images`` of ``(3, n, h, w)`` from 0 to 1, to channels ``(k, n, h, w)``.

    ``forward`` handles each picture independently. It draws random numbers from ``ctx.rng(name, index)``, where
    ``index`` is the number of the picture in its set, ``samples.index`` (0 if there is none). The result for a picture
    then does not depend on the rest of the batch, and differs from one training step to the next.

    A filter has no parameters. An encoder that supports points as well may have parameters for points; it gets no
    parameters for images.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"image"})
    training_only: ClassVar[bool] = False
    """Whether limner applies the filter in training only.

    A trained network then takes a user's picture as if it were filtered already. Example: in training, ``downscale``
    makes small pictures from large ones; afterwards, the user's picture is the small one.
    """
    uses_other_images: ClassVar[bool] = False
    """Whether the filter uses ``samples.other_images``: for each picture, a different one of the same set."""
    ignores_images: ClassVar[bool] = False
    """Whether the output does not depend on the pictures, except for their size, as for random noise."""

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Self | None:  # noqa: ARG003
        """Return None, because a random recipe has no pictures to filter. Override this if the filter needs none."""
        return None

    def output_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return width and height of the channels for pictures of this width and height."""
        return size

    def configured_for(self, size: tuple[int, int]) -> Self:  # noqa: ARG002
        """Return this filter with its open settings chosen for pictures of this width and height."""
        return self

    def to_rgb(self, features: Array) -> Array:
        """Return the channels as RGB pictures ``(3, n, h, w)`` for display, from 0 to 1 or slightly outside."""
        return channels_to_rgb(features)


def channels_to_rgb(features: Array) -> Array:
    """Return channels ``(k, n, h, w)`` as RGB pictures ``(3, n, h, w)``.

    If k is a multiple of 3, the first third is averaged to red, the second to green and the last to blue. Otherwise all
    channels are averaged to gray.
    """
    xp = namespace(features)
    k = features.shape[0]
    if k % 3:
        gray = xp.mean(features, axis=0, keepdims=True)
        return xp.concat([gray, gray, gray], axis=0)
    return features if k == 3 else xp.mean(xp.reshape(features, (3, k // 3, *features.shape[1:])), axis=1)
