"""How the weights of convolutions are drawn."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from limner.plugin import Layout

Init: TypeAlias = Literal["normal", "he", "glorot"]
"""``normal``: N(0, scale²); ``he`` and ``glorot``: by the numbers that a unit sees and is seen by, times scale."""


def draw(layout: Layout, rng: np.random.Generator, init: Init, scale: float, fans: tuple[float, float]) -> np.ndarray:
    """The weights ``W``; a bias ``b`` is 0."""
    variance = {"normal": 1.0, "he": 2 / fans[0], "glorot": 2 / sum(fans)}[init]
    arrays = {e.name: np.zeros(e.shape) for e in layout.entries}
    arrays["W"] = rng.normal(0, scale * variance**0.5, arrays["W"].shape)
    return layout.pack(arrays)
