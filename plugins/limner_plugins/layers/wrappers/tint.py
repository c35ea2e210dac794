"""Recolouring a picture without changing its luminance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from limner.plugin import Array, namespace
from limner_plugins.common.images import LUMA, luma
from limner_plugins.layers.wrappers.skip import Skip


@dataclass(frozen=True)
class Tint(Skip):
    """The luminance of the shortcut, gray or RGB, with the colours of the inner layer: y + luma(shortcut) - luma(y).

    The inner layer therefore learns only chroma, as in R. Zhang et al., "Colorful image colorization", 2016, which uses
    L*a*b*.
    """

    join_label: ClassVar[str] = "luma"

    def join(self, y: Array, shortcut: Array) -> Array:
        """Return y, shifted along the gray axis to the luminance of the shortcut."""
        return y + (_luminance(shortcut) - luma(y))

    def split(self, dy: Array, inner: int, shortcut: int) -> tuple[Array, Array]:  # noqa: ARG002
        """Return both gradients; the component along the gray axis belongs to the shortcut."""
        total = dy[:1, ...] + dy[1:2, ...] + dy[2:3, ...]
        return dy - _weighted(total), total if shortcut == 1 else _weighted(total)


def _luminance(picture: Array) -> Array:
    return picture if picture.shape[0] == 1 else luma(picture)


def _weighted(luminance: Array) -> Array:
    """Return the transpose of luma."""
    return namespace(luminance).concat([weight * luminance for weight in LUMA], axis=0)
