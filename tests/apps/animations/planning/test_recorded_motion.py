"""A movie is rendered again with other settings of its motion."""

import pytest

import limner
from limner_apps.animations.animation import Animation
from limner_apps.animations.motions.weights import Weights
from limner_apps.animations.planning.motion_choice import get_motion
from limner_apps.animations.planning.movie_options import MovieOptions
from limner_apps.animations.planning.recorded_motion import motion_with


@pytest.fixture(scope="module")
def art():
    return limner.paint("marbling", seed=1, size=(12, 8))


def again(art, kind, recorded, **options):
    """Return the settings of the motion of a movie that is rendered again."""
    animation = Animation(motion=get_motion(kind, recorded), seed=1)
    return motion_with(animation, [art], MovieOptions(**options)).stage


def test_settings_that_are_not_given_stay(art):
    zoom = {"factor": 3.0, "centre": (0.1, 0.2), "back": False}
    stage = again(art, "zoom", zoom, set={"direction": "out"})
    assert (stage.factor, stage.centre, stage.back, stage.direction) == (3.0, (0.1, 0.2), False, "out")


def test_settings_without_effect_besides_given_ones_are_omitted(art):
    assert again(art, "orbit", {"strength": 0.5}, set={"path": "rotate"}).strength == 0.25
    assert again(art, "zoom", {"back": False}, set={"endless": True}).back


def test_given_settings_without_effect_are_refused(art):
    with pytest.raises(limner.LimnerError, match=r"orbit\.strength: has no effect with path=rotate"):
        again(art, "orbit", {"path": "rotate"}, strength=0.5)


def test_another_seed_or_parameter_replaces_what_the_seed_had_chosen(art):
    chosen = Weights().configured_for([art], 1)
    recorded = {name: getattr(chosen, name) for name in ("parameter", "element", "reach")}
    assert chosen.element, "a single number"
    assert again(art, "weights", recorded, seed=2) == Weights()
    assert again(art, "weights", recorded, set={"parameter": "network.W2"}) == Weights(parameter="network.W2")
    assert again(art, "weights", recorded, strength=2.0).parameter == chosen.parameter


def test_what_a_person_had_chosen_stays(art):
    recorded = {"parameter": "network.W2", "element": (3, 5), "reach": 1.0}
    assert again(art, "weights", recorded, set={"reach": 2.0}) == Weights(**{**recorded, "reach": 2.0})
