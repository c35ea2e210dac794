"""What models estimate of the memory that painting takes, in floats for each point."""

import tracemalloc

import numpy as np
import pytest

import limner
from limner.arrays.interpolation import sample_bicubic
from limner.composition.parser import parse
from limner.models.factory import model_of
from limner.registry.registry import registry


@pytest.mark.parametrize(("color", "channels"), [("gray", 1), ("rgb", 3), ("cmyk", 4)])
def test_a_raster_counts_what_its_interpolation_allocates(color, channels):
    """The oracle is the interpreter's count of what numpy allocates."""
    recipe = {
        "seed": 1,
        "size": [16, 12],
        "frame": {"kind": "raster", "width": 16, "height": 12},
        "encoder": [{"kind": "one-hot", "size": 2}],
        "network": {"kind": "mlp", "width": 3, "depth": 1},
        "color": {"kind": color},
    }
    model = model_of(parse(recipe, registry()))
    raster = np.zeros((channels, 12, 16), np.float32)
    points = np.random.default_rng(0).uniform(0, 12, (2, 20_000)).astype(np.float32)
    sample_bicubic(raster, points)
    tracemalloc.start()
    try:
        sample_bicubic(raster, points)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    floats = peak / 4 / points.shape[1]
    assert floats < model.inference_floats() < 2 * floats


@pytest.mark.parametrize("layers", [2, 3])
def test_layers_hold_the_colours_of_each_besides_the_largest(layers):
    parts = [limner.paint(name, seed=1, size=(8, 6)) for name in ("marbling", "ink", "aurora")[:layers]]
    blend = limner.blend(parts)
    largest = max(part.model.inference_floats() for part in parts)
    assert blend.model.inference_floats() >= largest + 4 * layers
