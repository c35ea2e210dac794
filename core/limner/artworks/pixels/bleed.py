"""What a print shows beyond the edges of a picture: more of the function that it is, or its mirror image."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from limner.artworks.files.training import are_trained
from limner.models.single_models import single_models

if TYPE_CHECKING:
    import numpy as np

    from limner.imaging.canvas import Canvas
    from limner.models.base import Model


def with_edges(canvas: Canvas, model: Model, theta: np.ndarray) -> Canvas:
    """Return a canvas whose bleed, if it has any, suits an artwork: mirrored if the artwork cannot be computed there.

    Raises:
        LimnerError: the initial parameters cannot be drawn.
    """
    return replace(canvas, mirrored=True) if canvas.bleed and is_mirrored(model, theta) else canvas


def is_mirrored(model: Model, theta: np.ndarray) -> bool:
    """Return whether bleed mirrors an artwork at its edges.

    A painted function goes on beyond the edges. A trained network has learned nothing about what lies there, and a
    raster of pixels ends.

    Args:
        model: the model of the artwork.
        theta: its parameters.

    Raises:
        LimnerError: the initial parameters cannot be drawn.
    """
    return any(part.is_raster for _, part, _ in single_models(model)) or are_trained(model, theta)
