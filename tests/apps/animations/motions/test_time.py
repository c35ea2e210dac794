"""The motion ``time``: one turn of the time circle."""

from __future__ import annotations

import numpy as np
import pytest

import limner
from limner.plugin import LimnerError
from limner_apps.animations.motions.time import TimeMotion

SIZE = (16, 12)
TIMED = """
title = "Timed"
encoder = [{ kind = "xy" }, { kind = "time", radius = 0.5 }]
network = { kind = "mlp", width = 8, depth = 2, weight_scale = 2.0 }
"""


@pytest.fixture(scope="module")
def ink() -> limner.Artwork:
    return limner.paint("ink", seed=1, size=SIZE)


def test_an_artwork_without_the_encoder_starts_unchanged(ink):
    at = TimeMotion(radius=0.3).trajectory([ink], 1)
    still = at(0.0)
    assert np.array_equal(still.artwork.render(time=still.time), ink.render())
    still = at(1e-9)  # the circle starts there, too, not only the frame
    assert np.abs(still.artwork.render(time=still.time).astype(int) - ink.render()).max() <= 1
    assert not np.array_equal(at(0.5).artwork.render(time=0.5), ink.render())


def test_the_radius_makes_a_visible_change(ink):
    motion = TimeMotion().configured_for([ink], 1)
    still = motion.trajectory([ink], 1)(0.5)
    change = np.abs(still.artwork.render(time=still.time) / 255.0 - ink.render() / 255.0).mean()
    assert 0.05 < change < 0.45
    assert motion.configured_for([ink], 1) == motion


def test_an_artwork_with_the_encoder_keeps_its_circle():
    timed = limner.paint(limner.Recipe.from_toml(TIMED), seed=1, size=SIZE)
    still = TimeMotion().trajectory([timed], 1)(0.25)
    assert (still.artwork, still.time) == (timed, 0.25)
    stronger = TimeMotion(strength=2.0).trajectory([timed], 1)(0.25).artwork
    assert stronger.recipe.encoders[1].stage.radius == 1.0
    assert TimeMotion(radius=0.1).trajectory([timed], 1)(0.0).artwork.recipe.encoders[1].stage.radius == 0.1


def test_it_moves_a_single_artwork(ink):
    with pytest.raises(LimnerError, match="moves a single artwork, got 2"):
        TimeMotion().trajectory([ink, ink], 1)
