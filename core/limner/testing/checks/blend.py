"""Checks of a blend: how many layers it takes, and a gradient for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from limner.testing.dependencies import needs
from limner.testing.probe import uniform
from limner.testing.subject import Subject, calling, require

if TYPE_CHECKING:
    from limner.stages.blend import Blend

POINTS = 5


def check_blend_arity(subject: Subject[Blend]) -> None:
    """It takes two layers at least, and says how many at most."""
    blend = subject.stage
    valid = (
        type(blend.min_layers) is int and type(blend.max_layers) is int and 2 <= blend.min_layers <= blend.max_layers
    )
    problem = f"takes {blend.min_layers!r} to {blend.max_layers!r} layers; set fewest to 2 or more, and most to no less than that"
    require(valid, f"{subject} {problem}")


@needs("forward_shape", "traced", "forward_keeps_inputs")
def check_blend_gradients(subject: Subject[Blend]) -> None:
    """The pullback gives a list of one gradient for each layer, of the layer's shape."""
    blend = subject.stage
    for count in {blend.min_layers, min(blend.max_layers, blend.min_layers + 3)}:
        layers = [uniform(3, 0.0, 1.0, seed=i)(POINTS)[0] for i in range(count)]
        with calling(subject, f"vjp or its pullback, of {count} layers"):
            y, pullback = blend.vjp(layers)
            gradients = pullback(np.ones_like(y))
        shapes = [np.shape(gradient) for gradient in gradients]
        problem = f"the pullback of {count} layers gave gradients of shapes {shapes}; it must give one a layer, (3, n)"
        require(isinstance(gradients, list) and shapes == [(3, POINTS)] * count, f"{subject}: {problem}")


OF_EXAMPLE = (check_blend_arity, check_blend_gradients)
