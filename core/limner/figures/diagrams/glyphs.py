"""Small curves of activations, defined once in a diagram and used in its units and captions."""

from __future__ import annotations

import numpy as np

from limner.arrays.activations import ACTIVATIONS
from limner.figures.diagrams.svg.group import number

SAMPLES = 17
WAVES = ("sin", "cos", "triangle", "raised-cosine")
REACH = {**dict.fromkeys(WAVES, np.pi), "sawtooth": 1.35 * np.pi, "sigmoid": 6.0}
"""The largest x of the curve of an activation; 3 for those that are not listed."""
PLOTTED = frozenset(ACTIVATIONS) - {"softmax"}
"""The activations that have a curve; a softmax has none, as it mixes units."""


def definition(name: str) -> str:
    """Return the curve of an activation as an SVG path, in a circle of radius 10 around the origin, for ``use``."""
    reach = REACH.get(name, 3.0)
    x = np.linspace(-reach, reach, SAMPLES)
    y = np.asarray(ACTIVATIONS[name].forward(x.reshape(1, -1))).ravel()
    low, high = float(y.min()), float(y.max())
    scaled = 1.2 * (y - low) / (high - low) - 0.6
    corners = zip(10 * 0.75 * x / reach, -10 * scaled, strict=True)
    data = "M" + "L".join(f"{number(a)} {number(b)}" for a, b in corners)
    return f'<path id="limner-{name}" d="{data}"/>'


def use(name: str, x: float, y: float, radius: float) -> str:
    """Return an element that draws the curve of an activation inside a circle."""
    scale = radius / 10
    return (
        f'<use class="glyph" href="#limner-{name}" stroke-width="{number(1.1 / scale)}" '
        f'transform="translate({number(x)} {number(y)}) scale({scale:.2f})"/>'
    )
