"""Several artworks as one, which a movie stores."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

import limner
from limner.plugin import LimnerError
from limner_apps.animations.bundle import bundled, unbundled

RASTER = """
frame = { kind = "raster", width = 8, height = 8 }
encoder = [{ kind = "one-hot", size = 2 }]
network = { kind = "mlp", width = 4, depth = 1 }
"""


def test_artworks_are_stored_as_they_are(tmp_path):
    """Sizes, seeds, transparency, pixels of a photograph and layers of a blend survive."""
    plain = limner.paint("ink", seed=1, size=(6, 4))
    clear = limner.paint("ink", seed=9, size=(9, 4), set={"mask.kind": "shape"})
    pixels = limner.paint(limner.Recipe.from_toml(RASTER), seed=3, size=(8, 8))
    Image.fromarray(plain.render()).save(tmp_path / "photo.png")
    layered = limner.blend([plain, clear, tmp_path / "photo.png"], "over")
    artworks = [plain, clear, pixels, layered, limner.blend([layered, plain], "multiply")]
    bundled(artworks).save(tmp_path / "all.limner")
    opened = unbundled(limner.open(tmp_path / "all.limner"), len(artworks))
    assert opened == artworks
    for one, other in zip(artworks, opened, strict=True):
        assert np.array_equal(one.render((5, 5)), other.render((5, 5)))


def test_another_number_of_artworks_is_an_error():
    one, two = (limner.paint("ink", seed=seed, size=(4, 4)) for seed in (1, 2))
    assert bundled([one]) is one
    with pytest.raises(LimnerError, match="contains 2 artworks, not 3"):
        unbundled(bundled([one, two]), 3)
    with pytest.raises(LimnerError, match="stores at most 64 artworks, got 65"):
        bundled([one] * 65)
