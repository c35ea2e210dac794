"""Checks of a blend: the number of layers it accepts, and a gradient for each layer."""

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
    """Require that the class declares at least two layers and an upper limit."""
    blend = subject.stage
    low, high = blend.min_layers, blend.max_layers
    valid = type(low) is int and type(high) is int and 2 <= low <= high
    problem = f"min_layers is {low!r} and max_layers is {high!r}; use integers with 2 <= min_layers <= max_layers"
    require(valid, f"{subject}: {problem}")


@needs("forward_shape", "traced", "forward_keeps_inputs")
def check_blend_gradients(subject: Subject[Blend]) -> None:
    """Require that the pullback returns a list with one gradient per layer, of the layer's shape."""
    blend = subject.stage
    low, high = blend.layer_bounds
    for count in {low, min(high, low + 3)}:
        layers = [uniform(3, 0.0, 1.0, seed=i)(POINTS)[0] for i in range(count)]
        with calling(subject, f"vjp or its pullback, of {count} layers"):
            y, pullback = blend.vjp(layers)
            gradients = pullback(np.ones_like(y))
        shapes = [np.shape(gradient) for gradient in gradients]
        problem = f"the pullback of {count} layers returned gradients of shapes {shapes}; return one (3, n) per layer"
        require(isinstance(gradients, list) and shapes == [(3, POINTS)] * count, f"{subject}: {problem}")


OF_EXAMPLE = (check_blend_arity, check_blend_gradients)
