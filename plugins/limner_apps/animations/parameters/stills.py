"""Stills of an artwork whose parameters or buttons move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from limner.app.artworks import Still
from limner.plugin import LimnerError

if TYPE_CHECKING:
    from limner.app.artworks import Artwork


def single_artwork(artworks: Sequence[Artwork], motion: str) -> Artwork:
    """Return the artwork that a motion moves.

    Args:
        artworks: what the motion was given.
        motion: the name of the motion, for the message.

    Raises:
        LimnerError: there are several.
    """
    if len(artworks) != 1:
        raise LimnerError(
            f"`motion` {motion}: moves a single artwork, got {len(artworks)}; use morph, which leads through several"
        )
    return artworks[0]


def with_theta(artwork: Artwork, theta: np.ndarray) -> Artwork:
    """Return an artwork with other parameters, converted to float32."""
    moved = theta.astype(np.float32)
    moved.flags.writeable = False
    return replace(artwork, theta=moved, training=None)


def still_with(artwork: Artwork, theta: np.ndarray) -> Still:
    """Return the still of an artwork with other parameters."""
    return Still(with_theta(artwork, theta))
