"""The motion ``still``, in which nothing moves."""

import pytest

import limner
from limner.errors import LimnerError
from limner_apps.animations.motions.still import StillMotion
from limner_apps.animations.planning.movie_options import MovieOptions
from limner_apps.animations.planning.plan import plan_movie


def test_it_shows_the_artwork():
    art = limner.paint("marbling", seed=1, size=(4, 4))
    still = StillMotion().trajectory([art], seed=0)(0.3)
    assert still.artwork is art
    assert still.time == 0


def test_it_takes_one_artwork():
    art = limner.paint("marbling", seed=1, size=(4, 4))
    with pytest.raises(LimnerError, match="takes one artwork, got 2; use morph"):
        StillMotion().trajectory([art, art], seed=0)


def test_something_must_move():
    art = limner.paint("marbling", seed=1, size=(4, 4))
    with pytest.raises(LimnerError, match="`motion` still: nothing moves; add `move`"):
        plan_movie(art, "x.gif", MovieOptions(motion="still"))
    with pytest.raises(LimnerError, match="`even_pace`: has no effect on moves of settings"):
        plan_movie(art, "x.gif", MovieOptions(move=["frame.scale=1..2"], even_pace=True))
