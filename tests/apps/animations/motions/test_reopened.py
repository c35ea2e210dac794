"""Movies of these motions play back after they were written: the file contains everything that was chosen."""

from __future__ import annotations

import pytest

import limner
from limner.app.artworks import open_movie
from limner_apps.animations.planning.movie_options import MovieOptions
from limner_apps.animations.planning.plan import plan_movie

SIZE = (8, 6)


@pytest.mark.parametrize(
    ("motion", "settings", "count"),
    [
        pytest.param("time", {}, 1, marks=pytest.mark.slow),
        pytest.param("zoom", {}, 1, marks=pytest.mark.slow),
        ("zoom", {"endless": True}, 1),
        ("orbit", {}, 1),
        ("morph", {"pause": 0.1}, 2),
    ],
)
def test_a_written_movie_shows_the_same_stills(motion, settings, count, tmp_path):
    artworks = [limner.paint(recipe, seed=3, size=SIZE) for recipe in ("ink", "marbling")][:count]
    options = MovieOptions(motion=motion, set=settings, seconds=0.2, fps=10, seed=5 if motion == "time" else None)
    plan = plan_movie(artworks, tmp_path / "planned.gif", options)
    path = limner.animate(
        artworks,
        tmp_path / "a.gif",
        motion=motion,
        set=settings,
        seconds=0.2,
        fps=10,
        even_pace=False,
        seed=options.seed,
    )
    trajectory = plan.animation.trajectory(artworks)
    for position in (0.0, 0.1, 0.5, 0.8):
        one, other = trajectory(position), open_movie(path).still(position)
        assert (one.artwork, one.time) == (other.artwork, other.time)
