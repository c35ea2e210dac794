"""Layers over one another, against Pillow's."""

import numpy as np
from PIL import Image

from limner_plugins.blends.over import Over


def test_over_is_what_pillow_composites():
    rng = np.random.default_rng(2)
    below, above = (rng.integers(0, 256, (10, 40, 4), dtype=np.uint8) for _ in range(2))
    below[:3, :, 3], above[2:5, :, 3], above[6:, :, 3] = 0, 0, 255
    expected = np.asarray(Image.alpha_composite(Image.fromarray(below), Image.fromarray(above)), dtype=float) / 255
    layers = [np.moveaxis(one, -1, 0).reshape(4, -1) / 255 for one in (below, above)]
    got = np.moveaxis(Over().forward(layers).reshape(4, 10, 40), 0, -1)
    assert np.abs(got[..., 3] - expected[..., 3]).max() < 1 / 255
    seen = expected[..., 3] > 0.2
    assert np.abs(got - expected)[seen].max() < 4 / 255


def test_the_top_layer_hides_the_others_if_all_are_opaque():
    layers = [np.full((3, 2), level) for level in (0.1, 0.5, 0.9)]
    assert (Over().forward(layers) == 0.9).all()
