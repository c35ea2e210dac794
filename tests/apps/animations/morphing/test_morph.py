"""The motion ``morph``: through the parameters of one recipe, or a cross-fade of several."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from skimage.color import rgb2xyz

import limner
from limner.app.artworks import Artwork
from limner.plugin import LimnerError
from limner_apps.animations.morphing.parameters import ThetaSpline, scalable_parameters
from limner_apps.animations.morphing.sameness import have_one_recipe
from limner_apps.animations.motions.morph import MorphMotion
from limner_apps.animations.playhead.measure import measured_playhead

SIZE = (6, 4)


def painted(recipe: str, seed: int, **settings: object) -> Artwork:
    return limner.paint(recipe, seed=seed, size=SIZE, set={k.replace("__", "."): v for k, v in settings.items()})


@pytest.fixture(scope="module")
def inks() -> list[Artwork]:
    return [painted("ink", seed) for seed in (1, 2, 3, 4)]


def with_theta(artwork: Artwork, theta: np.ndarray) -> Artwork:
    return replace(artwork, theta=theta.astype(np.float32))


def rms(array: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(array, dtype=np.float64))))


def test_each_artwork_is_shown_at_its_place(inks):
    at = MorphMotion().trajectory(inks, 1)
    assert [at(k / 4).artwork for k in range(4)] == inks
    assert at(1.0).artwork == inks[0]
    assert at(0.125).artwork not in inks


def test_two_artworks_lead_there_and_back(inks):
    at = MorphMotion().trajectory(inks[:2], 1)
    assert at(0.5).artwork == inks[1]
    np.testing.assert_allclose(at(0.3).artwork.theta, at(0.7).artwork.theta, rtol=1e-5, atol=1e-6)


def test_without_loop_it_ends_at_the_last_artwork(inks):
    motion = MorphMotion(loop=False)
    at = motion.trajectory(inks[:3], 1)
    assert not motion.closes(inks[:3])
    assert [at(k / 2).artwork for k in range(3)] == inks[:3]


def test_theta_is_continuous_and_smooth(inks):
    """Neither θ nor its slope jumps at the artworks."""
    at, step = MorphMotion().trajectory(inks, 1), 1e-3
    thetas = [at(0.25 + k * step).artwork.theta.astype(np.float64) for k in (-2, -1, 0, 1, 2)]
    slopes = np.diff(thetas, axis=0)
    assert rms(slopes) < 0.02 * rms(thetas[2])
    assert rms(slopes[2] - slopes[1]) < 0.05 * rms(slopes)


def test_halfway_parameters_are_as_large_as_the_artworks(inks):
    """The mean of two independent arrays is smaller by √2, which would dull the picture."""
    place = inks[0].model.layout.slices["network.W1"]
    halfway = MorphMotion().trajectory(inks[:2], 1)(0.25).artwork.theta[place]
    one, two = (ink.theta[place] for ink in inks[:2])
    assert rms((one + two) / 2) < 0.8 * rms(one)
    assert rms(halfway) == pytest.approx(np.sqrt((rms(one) ** 2 + rms(two) ** 2) / 2), rel=0.05)


def test_fits_that_differ_little_are_interpolated_linearly(inks):
    """Between θ and θ + ε d, the scale is 1 + O(ε²): ten times nearer, the correction is a hundred times smaller."""
    direction = np.random.default_rng(1).normal(size=inks[0].theta.size)
    corrections = []
    for epsilon in (1e-1, 1e-2):
        near = with_theta(inks[0], inks[0].theta + epsilon * direction)
        knots = (near, inks[0], near, inks[0])
        middle = (inks[0].theta.astype(np.float64) + near.theta) / 2
        corrections.append(rms(ThetaSpline(knots).at(0.5) - middle))
    assert corrections[1] < 0.015 * corrections[0]


def test_a_parameter_that_changes_its_sign_passes_zero_smoothly(inks):
    mirrored = with_theta(inks[0], -inks[0].theta)
    thetas = [ThetaSpline((mirrored, inks[0], mirrored, inks[0])).at(t) for t in (0.49, 0.5, 0.51)]
    assert rms(thetas[1]) < 1e-6 * rms(inks[0].theta)
    assert rms(thetas[0]) < 0.1 * rms(inks[0].theta)


def test_what_was_drawn_or_trained_is_scaled():
    """Neither given latent values nor colours are."""
    recipe = limner.Recipe.from_toml(
        """
        encoder = [{ kind = "fourier" }, { kind = "latent", values = [0.5, 1.0] }, { kind = "latent" }]
        network = { width = 4, depth = 1 }
        color = { kind = "palette", learn = true }
        """
    )
    art = limner.paint(recipe, seed=1, size=SIZE)
    network = ["network.W0", "network.b0", "network.W1", "network.b1"]
    assert scalable_parameters(art.model) == ["encoder.0.B", "encoder.2.z", *network]
    both = limner.blend([art, art])
    assert scalable_parameters(both.model)[:2] == ["layer.0.encoder.0.B", "layer.0.encoder.2.z"]


def test_numbers_and_colours_of_settings_are_mixed():
    one = painted("ink", 1, frame__scale=1.0)
    two = painted("ink", 2, frame__scale=3.0)
    at = MorphMotion().trajectory([one, two], 1)
    assert at(0.25).artwork.recipe.frame.stage.scale == pytest.approx(np.sqrt(3.0))  # equal ratios
    assert 1.0 < at(0.1).artwork.recipe.frame.stage.scale < 2.0
    duotones = [
        limner.paint("ink", seed=seed, size=SIZE, swap={"color": "duotone"}, set={"color.dark": dark})
        for seed, dark in ((1, "#000000"), (2, "#800000"))
    ]
    dark = MorphMotion().trajectory(duotones, 1)(0.25).artwork.recipe.color.stage.dark
    assert dark.startswith("#")
    assert 0 < int(dark[1:3], 16) < 0x80


def test_palettes_are_mixed_in_theta():
    """The name of a palette does not matter, since its colours are in θ."""
    one, two = (painted("mandala", 1, color__name=name) for name in ("bazaar", "nebula"))
    assert have_one_recipe(one, two)
    place = one.model.layout.slices["color.colors"]
    halfway = MorphMotion().trajectory([one, two], 1)(0.25).artwork.theta[place]
    np.testing.assert_allclose(halfway, (one.theta[place] + two.theta[place]) / 2, rtol=1e-5)


def test_whole_numbers_cannot_be_mixed():
    assert not have_one_recipe(painted("mandala", 1), painted("mandala", 2, warp__kaleidoscope__segments=6))


def test_training_settings_and_labels_do_not_matter():
    board = 'encoder = [{ kind = "one-hot", size = 2, labels = LABELS }]\nnetwork = { width = 4, depth = 1 }'
    one, two = (
        limner.paint(limner.Recipe.from_toml(board.replace("LABELS", labels)), seed=1, size=SIZE)
        for labels in ('["a", "b"]', '["c", "d"]')
    )
    assert have_one_recipe(one, two)


def test_a_pause_shows_the_artwork(inks):
    at = MorphMotion(pause=0.5).trajectory(inks, 1)
    assert at(0.06).artwork == at(0.94).artwork == inks[0]
    assert at(0.07).artwork != inks[0]


def test_different_recipes_cross_fade_in_linear_light(inks):
    other = painted("marbling", 1)
    at = MorphMotion().trajectory([inks[0], other], 1)
    assert [at(0.0).artwork, at(0.5).artwork] == [inks[0], other]
    xyz = [rgb2xyz(art.render(bits=16) / 65535.0) for art in (inks[0], other, at(0.25).artwork)]
    np.testing.assert_allclose(xyz[2], (xyz[0] + xyz[1]) / 2, atol=1e-3)


def test_a_cross_fade_mixes_opacity(inks):
    clear = limner.paint("ink", seed=1, size=SIZE, set={"mask.kind": "shape"})
    opaque = painted("marbling", 1)
    alphas = [MorphMotion().trajectory([clear, opaque], 1)(t).artwork.render()[..., 3] for t in (0.0, 0.01, 0.25)]
    assert np.abs(alphas[1].astype(int) - alphas[0]).max() < 8
    np.testing.assert_allclose(alphas[2], (alphas[0].astype(float) + 255) / 2, atol=1)


def test_notes_name_what_cross_fades(inks):
    artworks = [*inks[:2], painted("marbling", 1)]
    notes = MorphMotion().notes(artworks, ["a.png", "b.png", "c.png"])
    assert notes == ["b.png and c.png have different recipes: they cross-fade, and so does 1 other pair"]
    assert not MorphMotion().notes(inks, list("abcd"))


def test_it_needs_several_artworks(inks):
    with pytest.raises(LimnerError, match="needs several artworks, got 1"):
        MorphMotion().trajectory(inks[:1], 1)
    with pytest.raises(LimnerError, match="all artworks are the same"):
        MorphMotion().trajectory([inks[0], inks[0]], 1)


def test_each_way_takes_six_seconds(inks):
    assert MorphMotion().default_seconds(inks) == 24.0
    assert MorphMotion(loop=False).default_seconds(inks) == 18.0


def test_cross_fades_keep_their_time_beside_morphs(inks):
    other = painted("marbling", 1)
    assert MorphMotion().part_bounds([*inks[:2], other]) == [1 / 3]
    assert MorphMotion().part_bounds([*inks[:3], other]) == [0.5]
    assert not MorphMotion().part_bounds(inks)
    assert not MorphMotion().part_bounds([inks[0], other])


def test_the_pace_of_a_cross_fade_to_transparency_is_measured(inks):
    clear = limner.paint("ink", seed=1, size=SIZE, set={"mask.kind": "shape"})
    trajectory = MorphMotion().trajectory([clear, painted("marbling", 1)], 1)
    knots = measured_playhead(trajectory, SIZE, 6, "numpy")
    assert len(knots) == 7
    assert knots[3] == pytest.approx(0.5, abs=0.02)
