"""The motion ``parameters``: the circle, its radius, and what stays."""

import numpy as np
import pytest

import limner
from limner import LimnerError
from limner_apps.animations.motions.parameters import Parameters

QUARTERS = (0.0, 0.25, 0.5, 0.75)
PAINTED = [
    *("marbling", "screenprint", "ink", "rorschach", "tilework", "mandala", "alhambra", "quilt", "maelstrom"),
    *("strata", "rose-window", "molten", "aurora", "cyanotype", "lodestar", "breeder", "signboard", "random-art"),
]


def away(motion, art, seed=1, positions=QUARTERS):
    at = motion.trajectory([art], seed)
    return np.stack([at(position).artwork.theta.astype(float) - art.theta for position in positions])


def parts(art):
    """The array, its place in θ, and whether it may move, of each parameter."""
    return [(art.theta[place], place, name) for name, place in art.model.layout.slices.items()]


def change(art, other):
    """The difference of two artworks, relative to that of random pixels; a means of its own, at another size."""
    one, two = (each.render((64, 64), supersample=2).astype(float)[..., :3] for each in (art, other))
    pixels = one.reshape(-1, 3)
    return np.abs(one - two).mean() / np.abs(pixels[:, None] - pixels[None, ::37]).mean()


def test_the_network_moves_on_a_circle_as_far_in_each_array():
    art = limner.paint("mandala", seed=3, size=(12, 12))
    steps = away(Parameters(strength=2.0, radius=0.05), art)
    assert steps[0] == pytest.approx(-steps[2], abs=1e-6)
    assert steps[1] == pytest.approx(-steps[3], abs=1e-6)
    eighth = away(Parameters(strength=2.0, radius=0.05), art, positions=(0.125,))[0]
    assert eighth == pytest.approx((steps[0] + steps[1]) / np.sqrt(2), abs=1e-6)
    for values, place, name in parts(art):
        ratio = np.sqrt(np.mean(steps[:2, place] ** 2) / np.mean(np.square(values)))
        spread = 4 / np.sqrt(2 * values.size)
        assert ratio == (pytest.approx(0.1, rel=spread) if name.startswith("network.") else 0.0)


def test_the_radius_grows_with_the_strength_and_is_recorded():
    art = limner.paint("ink", seed=3, size=(12, 12))
    chosen = Parameters().configured_for([art], 1)
    assert chosen.radius > 0
    assert away(Parameters(strength=3.0), art) == pytest.approx(3.0 * away(chosen, art), abs=1e-5)
    assert not np.allclose(away(chosen, art, seed=2), away(chosen, art))


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in ("ink", "aurora") else pytest.mark.slow) for name in PAINTED]
)
def test_by_default_a_preset_changes_visibly_and_stays_itself(name):
    art = limner.paint(name, seed=7)
    at = Parameters().trajectory([art], 4)
    changes = [change(art, at(position).artwork) for position in QUARTERS]
    assert 0.2 < np.mean(changes) < 0.6
    assert min(changes) > 0.05


def test_grids_of_a_fit_stay_and_its_network_moves():
    settings = {"encoder.grid.levels": 2, "encoder.grid.coarsest": 4, "encoder.grid.finest": 8}
    art = limner.paint("likeness", seed=1, size=(8, 8), set=settings | {"encoder.grid.init_scale": 1.0})
    moved = np.any(away(Parameters(), art), axis=0)
    for values, place, name in parts(art):
        assert moved[place].any() == (name.startswith("network.") and bool(values.any()))


def test_weights_of_single_pixels_stay():
    raster = {"frame.width": 6, "frame.height": 5, "encoder.one-hot.size": 3, "network.width": 4}
    deep, flat = (
        limner.paint("button-board", seed=1, size=(6, 5), set=raster | {"network.depth": depth}) for depth in (1, 0)
    )
    assert deep.model.is_raster
    moved = np.any(away(Parameters(radius=0.1), deep), axis=0)
    assert {name for _, place, name in parts(deep) if moved[place].any()} == {"network.W0"}
    with pytest.raises(
        LimnerError, match="has no trainable parameters that can move; use zoom, orbit or, with several"
    ):
        Parameters().trajectory([flat], 1)
