"""A photograph learned with ``likeness`` is enlarged about as well as by Pillow's bicubic interpolation."""

import numpy as np
import pytest
from PIL import Image
from skimage import data

import limner

SHORTFALL = 0.3
"""Decibels that the enlargement may be worse than the bicubic one."""


def psnr(ours, photograph):
    return 10 * np.log10(255**2 / np.mean((ours.astype(float) - photograph) ** 2))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["chelsea", "coffee", "rocket", "astronaut"])
def test_twice_its_size_shows_no_lattice_of_pixels(name):
    photograph = Image.fromarray(getattr(data, name)())
    size = 256, round(128 * photograph.height / photograph.width) * 2
    large = photograph.resize(size, Image.Resampling.LANCZOS)
    small = large.resize((size[0] // 2, size[1] // 2), Image.Resampling.BOX)
    fitted = limner.fit(np.asarray(small), steps=300, seed=1, train_size=max(small.size))
    assert fitted.psnr > 45
    bicubic = np.asarray(small.resize(size, Image.Resampling.BICUBIC))
    ours = fitted.artwork.render(size)
    assert psnr(ours, np.asarray(large)) > psnr(bicubic, np.asarray(large)) - SHORTFALL
