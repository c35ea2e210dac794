"""The motion ``latent``: circles around latent vectors and loops through them, and the artworks without any."""

import numpy as np
import pytest

import limner
from limner import LimnerError
from limner_apps.animations.motions.latent import Latent

POSITIONS = np.arange(8) / 8
SIZE = (8, 6)
RASTER = {"frame.width": 8, "frame.height": 6, "network.width": 5}


def painted(name="ink", **settings):
    return limner.paint(
        name, seed=5, size=SIZE, set={f"encoder.latent.{key}": value for key, value in settings.items()}
    )


def thetas(motion, art, seed=1, positions=POSITIONS):
    at = motion.trajectory([art], seed)
    return np.stack([at(float(position)).artwork.theta.astype(float) for position in positions])


def vectors(motion, art, seed=1, path="encoder.2.z"):
    return thetas(motion, art, seed)[:, art.model.layout.slices[path]]


def test_the_vector_goes_round_in_a_circle_and_nothing_else_moves():
    art = painted(spread=2.0)
    away = vectors(Latent(strength=0.25), art) - art.theta[art.model.layout.slices["encoder.2.z"]]
    radius = np.linalg.norm(away, axis=1)
    assert np.ptp(radius) < 1e-6
    assert 0.25 * 2.0 * 0.95 < radius[0] <= 0.25 * 2.0 + 1e-6  # of the range, -2 to 2, on random points of it
    angles = np.unwrap(np.arctan2(away[:, 1], away[:, 0]))
    assert np.abs(np.diff(angles)) == pytest.approx(np.full(7, np.pi / 4), abs=1e-5)
    moved = np.flatnonzero(np.ptp(thetas(Latent(), art), axis=0))
    place = art.model.layout.slices["encoder.2.z"]
    assert moved.tolist() == list(range(place.start, place.stop))
    assert not np.allclose(vectors(Latent(), art, seed=1), vectors(Latent(), art, seed=2))


def test_a_longer_vector_moves_in_a_plane_as_far_in_each_number():
    art = painted(size=8)
    away = vectors(Latent(strength=0.5), art) - art.theta[art.model.layout.slices["encoder.2.z"]]
    assert np.linalg.matrix_rank(away, tol=1e-5) == 2
    assert np.sqrt(np.mean(away**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


def test_a_single_number_swings_to_and_fro():
    art = painted(size=1)
    start = art.theta[art.model.layout.slices["encoder.2.z"]]
    away = (vectors(Latent(strength=0.5), art) - start)[:, 0]
    assert away == pytest.approx(away[2] * np.sin(2 * np.pi * POSITIONS), abs=1e-6)
    assert 0.45 < abs(away[2]) <= 0.5


def test_a_loop_starts_at_the_artwork_and_visits_random_points():
    art = painted()
    place = art.model.layout.slices["encoder.2.z"]
    stops = np.arange(4) / 4
    far, near = (thetas(Latent(strength=s, points=3), art, positions=stops) - art.theta for s in (1.0, 0.25))
    assert not far[0].any()
    assert far[1:, place].all()
    assert np.abs(art.theta[place] + far[:, place]).max() <= 1.0
    assert near == pytest.approx(0.25 * far, abs=1e-6)
    assert vectors(Latent(points=3), art)[1:].std(axis=0).all()


def test_given_and_trained_vectors_those_of_a_blend_and_of_a_raster_move():
    given, trained = painted(values=(0.2, -3.0)), painted(pictures=3, learn=True)
    blend = limner.blend([limner.paint("marbling", seed=1, size=SIZE), given])
    board = limner.paint("button-board", seed=1, size=SIZE, set=RASTER, swap={"encoder": ["one-hot", "latent"]})
    assert board.model.is_raster
    for art, moved in ((given, 2), (trained, 6), (blend, 4), (board, 2)):
        assert np.count_nonzero(np.ptp(thetas(Latent(), art), axis=0)) == moved
        still = Latent().trajectory([art], 1)(0.3)
        assert not np.array_equal(still.artwork.render(), art.render())
    rows = vectors(Latent(), trained).reshape(8, 3, 2)
    away = rows - trained.theta[trained.model.layout.slices["encoder.2.z"]].reshape(3, 2)
    assert away == pytest.approx(np.broadcast_to(away[:, :1], away.shape), abs=1e-6)


@pytest.mark.parametrize(
    ("art", "says"),
    [
        (
            lambda: limner.paint("ink", seed=1, size=SIZE, swap={"encoder": ["xy"]}),
            "Ink has no latent vector; use param",
        ),
        (lambda: painted(spread=0.0), "the latent vector of Ink has a spread of 0; paint it with a larger spread"),
    ],
)
def test_artworks_without_a_latent_vector_are_refused(art, says):
    with pytest.raises(LimnerError, match=says):
        Latent().trajectory([art()], 1)


def test_several_artworks_are_refused():
    with pytest.raises(LimnerError, match="latent: moves a single artwork, got 2; use morph"):
        Latent().trajectory([painted(), painted()], 1)
