"""Colours without light."""

from __future__ import annotations

from dataclasses import dataclass

from limner.plugin import Array, namespace
from limner_plugins.common.images import LUMA, luma
from limner_plugins.layers.wrappers.skip import Skip


@dataclass(frozen=True)
class Tint(Skip):
    """The light of what goes past, gray or RGB, in the colours of what the inner layer gives: y + luma(past) - luma(y).

    So the inner layer learns chroma alone, as in R. Zhang et al., "Colorful image colorization", 2016, there in L*a*b*.
    """

    def join(self, y: Array, past: Array) -> Array:
        """Along the gray axis, y is moved until it is as light as what went past."""
        return y + (_light(past) - luma(y))

    def split(self, dy: Array, inner: int, past: int) -> tuple[Array, Array]:  # noqa: ARG002
        """What lies along the gray axis belongs to what went past."""
        total = dy[:1, ...] + dy[1:2, ...] + dy[2:3, ...]
        return dy - _weighted(total), total if past == 1 else _weighted(total)


def _light(picture: Array) -> Array:
    return picture if picture.shape[0] == 1 else luma(picture)


def _weighted(light: Array) -> Array:
    """The transpose of luma."""
    return namespace(light).concat([weight * light for weight in LUMA], axis=0)
