"""The colours of an artwork: those that its colour modes mix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from limner.artworks.third_party import name_stages_on_error

if TYPE_CHECKING:
    from limner.models.base import Model


def swatches_of(model: Model, theta: np.ndarray) -> np.ndarray:
    """Return the colours that an artwork mixes, sRGB ``(k, 3)`` from 0 to 1, each once, in the order of its gradient.

    They are the colours in θ. Empty if the artwork has no fixed set of colours, as one with the colour mode ``hsv``.

    Args:
        model: the model of the artwork.
        theta: its parameters.

    Raises:
        PluginError: a colour mode of an installed package failed.
    """
    with name_stages_on_error(model.recipe, "reading the colours"):
        colours = np.asarray(model.swatches(theta), dtype=np.float64).reshape(-1, 3)
        _, first = np.unique(np.rint(colours * 255), axis=0, return_index=True)
        return np.clip(colours[np.sort(first)], 0.0, 1.0)
