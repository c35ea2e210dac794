"""The filter: an encoder of the image domain, which makes channels of whole pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from limner.arrays.namespace import namespace
from limner.stages.encoder import Encoder

if TYPE_CHECKING:
    import numpy as np

    from limner.arrays.namespace import Array
    from limner.stages.base import Domain


class ImageFilter(Encoder):
    """Turns pictures, ``samples.images`` of ``(3, n, h, w)`` from 0 to 1, into channels ``(k, n, h, w)``.

    ``forward`` looks at each picture by itself. What it draws it draws from ``ctx.rng(name, index)`` with the picture's
    place in its set, ``samples.index`` (0 where there is none), so that no picture depends on its neighbours;
    ``ctx.step`` makes it another at each step of a training.

    It owns no θ: an encoder of both domains that does among points is handed none here.

    ``ready`` says that a picture that is handed in when all is learned is taken for what this filter gives, and is not
    filtered again: a small picture that is to become large. ``mates`` says that the filter looks at
    ``samples.others``, another picture of the same set for each. ``alone`` says that it looks at no picture, and draws
    what it gives.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"image"})
    training_only: ClassVar[bool] = False
    uses_other_images: ClassVar[bool] = False
    ignores_images: ClassVar[bool] = False

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Self | None:  # noqa: ARG003
        """Return None: a picture made of points alone shows a filter nothing. Override where it needs no picture."""
        return None

    def output_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return width and height of the channels, given those of the pictures."""
        return size

    def configured_for(self, size: tuple[int, int]) -> Self:  # noqa: ARG002
        """Return this filter for pictures of a width and height, with open settings filled in for good."""
        return self

    def to_rgb(self, features: Array) -> Array:
        """Return the channels as pictures to look at, RGB ``(3, n, h, w)``, from 0 to 1 or a little beyond."""
        return channels_to_rgb(features)


def channels_to_rgb(features: Array) -> Array:
    """Channels ``(k, n, h, w)`` as RGB ``(3, n, h, w)``: those that belong to one colour, averaged.

    One channel is gray. Several are the layers of red, then those of green, then those of blue, where they can be
    shared out so; else they are averaged to gray.
    """
    xp = namespace(features)
    k = features.shape[0]
    if k % 3:
        gray = xp.mean(features, axis=0, keepdims=True)
        return xp.concat([gray, gray, gray], axis=0)
    return features if k == 3 else xp.mean(xp.reshape(features, (3, k // 3, *features.shape[1:])), axis=1)
