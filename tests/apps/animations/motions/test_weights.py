"""The motion ``weights``: what a name selects, how far it is swept, and the weight that the seed selects."""

from dataclasses import replace

import numpy as np
import pytest

import limner
from limner import LimnerError
from limner.app.artworks import open_movie
from limner_apps.animations.motions.weights import Weights


@pytest.fixture(scope="module")
def art():
    return limner.paint("aurora", seed=6, size=(18, 12))


@pytest.fixture(scope="module")
def strip():
    """An artwork whose thumbnails, on which numbers are tried, are quickly rendered."""
    return limner.paint("aurora", seed=6, size=(36, 6))


def away(art, position=0.25, seed=1, **settings):
    at = Weights(**settings).trajectory([art], seed)
    return at(position).artwork.theta.astype(float) - art.theta


def test_a_number_is_swept_by_the_size_of_its_array_as_a_sine(art):
    place = art.model.layout.slices["network.W2"]
    values = art.theta[place].reshape(32, 32)
    size = max(np.sqrt(np.mean(values.astype(float) ** 2)), abs(values[3, 5]))
    for position in (0.0, 0.1, 0.25, 0.5, 0.75):
        expected = np.zeros(art.theta.size)
        expected[place.start + 3 * 32 + 5] = 0.5 * size * np.sin(2 * np.pi * position)
        moved = away(art, position, parameter="network.W2", element=(3, 5), reach=0.25, strength=2.0)
        assert moved == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "arrays"),
    [
        ("network.W1", ["network.W1"]),
        ("network.1", ["network.W1", "network.b1"]),
        ("network", [f"network.{letter}{i}" for i in range(4) for letter in "Wb"]),
        ("encoder.1", ["encoder.1.z"]),
    ],
)
def test_arrays_layers_and_stages_grow_and_shrink(art, name, arrays):
    expected = np.zeros(art.theta.size)
    for array in arrays:
        place = art.model.layout.slices[array]
        expected[place] = 0.5 * art.theta[place]
    assert away(art, parameter=name, reach=0.5) == pytest.approx(expected, abs=1e-6)
    assert away(art, 0.75, parameter=name, reach=0.5) == pytest.approx(-expected, abs=1e-6)


def test_the_seed_selects_a_number_that_changes_the_picture_to_both_sides(strip):
    art = strip
    chosen = [Weights().configured_for([art], seed) for seed in (1, 2)]
    assert chosen[0] != chosen[1]
    picture = art.render().astype(float)
    for seed, one in enumerate(chosen, start=1):
        assert np.count_nonzero(away(art, seed=seed)) == 1
        named = {"parameter": one.parameter, "element": one.element}
        assert np.array_equal(away(art, seed=seed), away(art, seed=9, **named))
        at = one.trajectory([art], 0)
        for position in (0.25, 0.75):
            assert 5 < np.abs(at(position).artwork.render().astype(float) - picture).mean() < 100


def test_what_is_named_changes_the_picture_visibly_by_default(strip):
    art = strip
    changes = []
    for parameter in ("network.W0", "network.b1", "network.W3", "network"):
        at = Weights(parameter=parameter).trajectory([art], 1)
        changes += [np.abs(at(end).artwork.render().astype(float) - art.render()).mean() for end in (0.25, 0.75)]
    assert all(10 < (one + two) / 2 < 60 for one, two in zip(changes[::2], changes[1::2], strict=True))


def test_a_number_that_changes_nothing_is_refused():
    art = limner.paint(
        "ink", seed=1, size=(9, 6), set={"network.width": [2, 2], "network.activation": ["tanh", "tanh"]}
    )
    theta = art.theta.copy()
    theta[art.model.layout.slices["network.W1"]] = 0.0
    dead = replace(art, theta=theta)
    with pytest.raises(LimnerError, match=r"motion.parameter: element 0,1 of network.W0 does not change Ink; choose"):
        Weights(parameter="network.W0", element=(0, 1)).trajectory([dead], 1)


def test_a_movie_records_what_is_swept(strip, tmp_path):
    art = strip
    path = limner.animate(art, tmp_path / "w.webp", motion="weights", seed=2, seconds=0.2, fps=10, even_pace=False)
    chosen = Weights().configured_for([art], 2)
    movie = open_movie(path)
    assert movie.playback.motion.stage == chosen
    assert movie.still(0.5).artwork == chosen.trajectory([art], 2)(0.5).artwork


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (
            {"parameter": "network.w2"},
            "motion.parameter: Aurora has no parameter 'network.w2'; did you mean 'network.W2'",
        ),
        (
            {"parameter": "network.W2", "element": (40, 0)},
            "motion.element: network.W2 has elements 0 to 31,31, got 40,0",
        ),
        ({"parameter": "network.2.W"}, "Aurora has no parameter 'network.2.W'; did you mean 'network.2'"),
        ({"parameter": "network.W2", "element": (4,)}, "motion.element: network.W2 has elements 0 to 31,31, got 4"),
        ({"parameter": "network.2", "element": (0, 0)}, "network.2 has several arrays, such as network.W2, network.b2"),
    ],
)
def test_unknown_parameters_are_reported(art, settings, says):
    with pytest.raises(LimnerError, match=says):
        Weights(**settings).trajectory([art], 1)
    with pytest.raises(LimnerError, match=says):
        Weights(**settings).configured_for([art], 1)


def test_an_array_of_zeros_has_no_size():
    art = limner.paint("likeness", seed=1, size=(8, 8), set={"encoder.grid.levels": 1, "encoder.grid.coarsest": 4})
    with pytest.raises(LimnerError, match=r"network.b0 is 0 throughout, so it has no size to sweep by; choose another"):
        Weights(parameter="network.b0").trajectory([art], 1)
