"""The motions ``zoom`` and ``orbit``: other views of the plane that an artwork covers."""

from __future__ import annotations

from dataclasses import replace
from math import hypot

import numpy as np
import pytest

import limner
from limner.app.artworks import Artwork
from limner.plugin import LimnerError
from limner_apps.animations.motions.orbit import Orbit
from limner_apps.animations.motions.zoom import Zoom
from limner_apps.animations.views.viewport import Viewport

SIZE = (40, 30)
PLANE = """
title = "Plane"
frame = { kind = "FRAME" }
encoder = [{ kind = "xy" }]
network = { kind = "mlp", width = 8, depth = 3, weight_scale = 2.0 }
"""
RASTER = """
title = "Raster"
frame = { kind = "raster", width = 8, height = 8 }
encoder = [{ kind = "one-hot", size = 2 }]
network = { kind = "mlp", width = 4, depth = 1 }
"""
STAR = """
title = "Star"
encoder = [{ kind = "distance", shape = "star", size = 0.2, centre = [0.6, -0.4], reach = 0.03 }]
network = { kind = "identity" }
color = { kind = "gray" }
"""


def plane(frame: str = "centred", seed: int = 1, size: tuple[int, int] = SIZE) -> Artwork:
    return limner.paint(limner.Recipe.from_toml(PLANE.replace("FRAME", frame)), seed=seed, size=size)


def shown(still) -> np.ndarray:
    return still.artwork.render(time=still.time, backend="numpy").astype(int)


@pytest.fixture(scope="module")
def fit() -> Artwork:
    """An artwork whose parameters are not those that its seed draws."""
    recipe = limner.Recipe.from_toml(
        PLANE.replace("FRAME", "centred") + '[loss]\nkind = "mse"\n[trainer]\nkind = "backprop"'
    )
    art = limner.paint(recipe, seed=1, size=SIZE)
    return replace(art, theta=1.01 * art.theta)


@pytest.mark.parametrize("frame", ["centred", "corner"])
def test_the_viewport_zooms_into_the_pixels_around_the_fixed_point(frame):
    """A part of a rendering at twice the size is the view at twice the scale, whatever the frame's coordinates."""
    art = plane(frame)
    large = art.render(size=(80, 60)).astype(int)
    middle, corner = (Viewport(art).at(scale=2.0, fixed=fixed).render() for fixed in ((0.0, 0.0), (-4 / 3, -1.0)))
    tolerance = 0.1 if frame == "centred" else 8  # the points of corner are half a pixel away, at any size
    assert np.abs(middle - large[15:45, 20:60]).mean() < tolerance
    assert np.abs(corner - large[:30, :40]).mean() < tolerance
    assert np.abs(corner - large[15:45, 20:60]).mean() > 2 * tolerance


@pytest.mark.parametrize("frame", ["centred", "corner"])
def test_the_viewport_turns_and_shifts_the_picture(frame):
    square = plane(frame, size=(30, 30))
    pixels = square.render().astype(int)
    turned = Viewport(square).at(angle=np.pi / 2).render().astype(int)
    shifted = Viewport(square).at(shift=(1.0, 0.0)).render().astype(int)  # by half of the width
    exact = frame == "centred"
    assert np.abs(turned - np.rot90(pixels, -1)).mean() < (0.1 if exact else 8)
    assert np.abs(shifted[:, 15:] - pixels[:, :15]).mean() < (0.1 if exact else 8)
    assert np.abs(shifted[:, 15:] - pixels[:, 15:]).mean() > 10


def test_a_blend_is_moved_as_a_whole():
    both = limner.blend([plane("centred"), plane("corner", 2)])
    viewport = Viewport(both)
    layers = [Viewport(plane("centred")).at(scale=3.0), Viewport(plane("corner", 2)).at(scale=3.0)]
    np.testing.assert_array_equal(viewport.at(scale=3.0).render(), limner.blend(layers).render())


def test_a_zoom_starts_with_the_artwork_and_returns():
    art = plane()
    at = Zoom(factor=4.0, centre=(0.0, 0.0)).trajectory([art], 1)
    assert at(0.0).artwork == art
    assert at(0.5).artwork.recipe.warps[0].stage.scale == pytest.approx(4.0)
    scales = [at(t).artwork.recipe.warps[0].stage.scale for t in (0.2, 0.3, 0.7, 0.8)]
    assert scales[0] == pytest.approx(scales[3])
    assert scales[1] == pytest.approx(scales[2])


def test_a_zoom_without_return_is_even_in_proportion():
    motion = Zoom(factor=16.0, back=False, centre=(0.1, 0.0))
    at = motion.trajectory([plane()], 1)
    assert not motion.closes([])
    scales = [at(t).artwork.recipe.warps[0].stage.scale for t in (0.25, 0.5, 0.75, 1.0)]
    np.testing.assert_allclose(scales, [2, 4, 8, 16])


def test_an_endless_zoom_closes_where_the_picture_contains_itself():
    at = Zoom(endless=True, factor=4.0).trajectory([plane()], 1)
    start, end = shown(at(0.0)), shown(at(1.0 - 1e-7))
    assert np.abs(end - start).max() <= 1
    assert np.abs(shown(at(0.5)) - start).mean() > 5


def test_an_artwork_with_a_droste_zooms_by_its_ratio():
    art = limner.paint(
        plane().recipe,
        seed=1,
        swap={"warp": "droste"},
        set={"warp.droste.ratio": 9.0, "warp.droste.centre": [0.2, 0.1]},
    )
    motion = Zoom().configured_for([art], 1)
    assert (motion.endless, motion.factor) == (True, 9.0)
    assert motion.centre == pytest.approx((0.2, 0.1))
    at = Zoom().trajectory([art], 1)
    assert at(0.0).artwork == art
    assert np.abs(shown(at(1.0 - 1e-7)) - shown(at(0.0))).max() <= 1
    with pytest.raises(LimnerError, match=r"motion\.factor: the warp droste of Plane sets it"):
        Zoom(endless=True, factor=5.0).trajectory([art], 1)
    assert not Zoom(factor=5.0, centre=(0.3, 0.0)).configured_for([art], 1).endless


def test_the_centre_is_where_something_can_be_seen():
    """The picture is plain but for a small star, which a zoom into the middle would lose."""
    star = limner.paint(limner.Recipe.from_toml(STAR), seed=1, size=(60, 60))
    x, y = Zoom(factor=4.0).configured_for([star], 1).centre
    assert hypot(x - 0.6, y + 0.4) < 0.35


def test_orbits_start_with_the_artwork():
    art = plane()
    for motion in (Orbit(), Orbit(path="rotate"), Orbit(path="rotate", turns=-2)):
        at = motion.trajectory([art], 1)
        assert at(0.0).artwork == at(1.0).artwork == art
        assert at(0.3).artwork != art


def test_an_orbit_is_a_circle():
    at = Orbit(strength=0.5).trajectory([plane()], 1)
    shifts = np.array([at(t).artwork.recipe.warps[0].stage.shift for t in (0.25, 0.5, 0.75)])
    np.testing.assert_allclose(shifts, [[-0.5, 0.5], [-1.0, 0.0], [-0.5, -0.5]], atol=1e-9)


def test_turns_are_clockwise():
    square = plane(size=(30, 30))
    quarter = shown(Orbit(path="rotate").trajectory([square], 1)(0.25))
    assert np.abs(quarter - np.rot90(square.render().astype(int), -1)).mean() < 0.1


def test_a_fit_is_not_left(fit):
    """The corners of all views lie inside the picture."""
    zoom = Zoom(direction="out", factor=4.0, centre=(0.5, 0.5))
    for motion in (Orbit(strength=0.4), Orbit(path="rotate"), zoom):
        at = motion.trajectory([fit], 1)
        for position in (0.0, 0.11, 0.25, 0.5, 0.77):
            artwork = at(position).artwork
            if not artwork.recipe.warps:  # the picture itself, at the far end of the zoom
                continue
            corners = np.array([[x, y] for x in (-4 / 3, 4 / 3) for y in (-1.0, 1.0)]).T
            seen = artwork.recipe.warps[0].stage.forward(None, corners, None)
            assert (np.abs(seen) <= np.array([[4 / 3], [1.0]]) + 1e-9).all()
    assert zoom.trajectory([fit], 1)(0.5).artwork == fit


def test_a_circle_that_leaves_a_fit_is_refused(fit):
    with pytest.raises(LimnerError, match="the frame leaves the picture"):
        Orbit(strength=1.0).trajectory([fit], 1)


def test_rasters_are_refused():
    raster = limner.paint(limner.Recipe.from_toml(RASTER), seed=1, size=(8, 8))
    for motion in (Zoom(), Orbit()):
        with pytest.raises(LimnerError, match="outputs a raster of pixels"):
            motion.trajectory([raster], 1)
