"""Parity with system A: its formulas, written here as the slow double loop that its author wrote."""

import colorsys
import math
from itertools import pairwise

import numpy as np
import pytest

import limner
from limner.artworks.painting import init_artwork
from limner.artworks.recipe_sources import compose


def sigmoid(v):
    return 1 / (1 + math.exp(-v)) if v > -700 else 0.0


def hsv_to_rgb(h, s, v):
    i = math.floor(h * 6)
    f = h * 6 - i
    p, q, t = v * (1 - s), v * (1 - f * s), v * (1 - (1 - f) * s)
    return [(v, t, p), (q, v, p), (p, v, t), (p, q, v), (t, p, v), (v, p, q)][i % 6]


def hsl_to_rgb(h, s, light):
    return colorsys.hls_to_rgb(h, light, s)


TO_RGB = {
    "rgb": lambda r, g, b: (r, g, b),
    "gray": lambda g: (g, g, g),
    "hsv": hsv_to_rgb,
    "hsl": hsl_to_rgb,
    "cmyk": lambda c, m, y, k: ((1 - c) * k, (1 - m) * k, (1 - y) * k),
}


def slow_picture(theta, mode, alpha, width, height):
    """Rows i, columns j; input (x, y, r, z1, z2); ten tanh layers of 15; sigmoid out."""
    channels = {"rgb": 3, "gray": 1, "hsv": 3, "hsl": 3, "cmyk": 4}[mode] + alpha
    weights = [float(t) for t in theta[2:]]  # after z1 and z2
    layers, sizes = [], [5, *[15] * 10, channels]
    for n_in, n_out in pairwise(sizes):
        matrix = [weights[k * n_in : (k + 1) * n_in] for k in range(n_out)]
        bias = weights[n_out * n_in : n_out * n_in + n_out]
        weights = weights[n_out * n_in + n_out :]
        layers.append((matrix, bias))
    assert not weights
    picture = np.zeros((height, width, 3 + alpha))
    short = min(width, height)
    for i in range(height):
        for j in range(width):
            x, y = i / short - 0.5, j / short - 0.5
            h = [x, y, math.sqrt(x * x + y * y), -0.618, 0.618]
            for k, (matrix, bias) in enumerate(layers):
                total = [
                    sum(w * v for w, v in zip(row, h, strict=True)) + b for row, b in zip(matrix, bias, strict=True)
                ]
                h = [sigmoid(t) if k == len(layers) - 1 else math.tanh(t) for t in total]
            rgb = TO_RGB[mode](*(h[:-1] if alpha else h))
            picture[i, j, :3] = rgb
            if alpha:
                picture[i, j, 3] = 0.25 + 0.75 * (1 - abs(2 * h[-1] - 1))
    return picture


@pytest.mark.parametrize("size", [(12, 12), (17, 9), (8, 15)], ids=["square", "wide", "tall"])
@pytest.mark.parametrize("alpha", [False, True], ids=["opaque", "alpha"])
@pytest.mark.parametrize("mode", list(TO_RGB))
def test_pictures_equal_the_double_loop(mode, alpha, size):
    values = {"color.alpha": alpha} | ({"color.key": "bright"} if mode == "cmyk" else {})
    art = limner.paint("random-art", seed=11, size=size, set=values, swap={"color": mode})
    ours = art.render() / 255
    expected = slow_picture(art.theta, mode, alpha, *size)
    assert ours.shape == expected.shape
    assert np.abs(ours - expected).max() <= 1 / 255
    assert expected[..., :3].std() > 0.01  # a flat picture would prove nothing


def test_the_preset_draws_as_system_a_does():
    recipe = compose("random-art").with_seed(0)
    thetas = np.stack([init_artwork(recipe.with_seed(seed)).theta for seed in range(40)])
    assert thetas.shape[1] == 2 + 15 * 6 + 9 * 15 * 16 + 3 * 16
    np.testing.assert_allclose(thetas[:, :2], [[-0.618, 0.618]] * 40, rtol=1e-6)
    drawn = thetas[:, 2:]
    assert abs(drawn.mean()) < 4 / math.sqrt(drawn.size)
    assert abs(drawn.std() - 1) < 4 / math.sqrt(2 * drawn.size)


def test_constants_are_drawn_on_request():
    art = limner.paint("random-art", seed=1, set={"encoder.latent.values": []})
    other = limner.paint("random-art", seed=2, set={"encoder.latent.values": []})
    assert np.abs(art.theta[:2]).max() <= 1
    assert not np.array_equal(art.theta[:2], other.theta[:2])
    assert not np.allclose(art.theta[:2], [-0.618, 0.618])
