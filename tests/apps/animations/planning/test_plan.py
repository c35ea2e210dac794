"""What a movie is if its options are omitted, and what it records."""

import json

import numpy as np
import pytest

import limner
from limner.app.artworks import open_movie
from limner.cli.main import run
from limner_apps.animations.planning import output
from limner_apps.animations.planning.movie_options import MovieOptions
from limner_apps.animations.planning.plan import plan_movie, with_even_pace


@pytest.fixture(scope="module")
def art():
    return limner.paint("marbling", seed=1, size=(12, 8))


def test_defaults(art, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    art.save("fold.1.png")
    plan = plan_movie("fold.1.png", None, MovieOptions())
    assert plan.path in ("fold.1.mp4", "fold.1.webp")
    assert (plan.size, plan.animation.seconds, plan.animation.fps, plan.animation.frames) == ((12, 8), 6, 30, 180)
    assert (plan.animation.motion.kind, plan.closes, plan.random, plan.even_pace) == ("latent", True, True, True)


@pytest.mark.parametrize(("spec", "suffix"), [(object(), ".mp4"), (None, ".webp")])
def test_the_default_format_is_mp4_if_pyav_is_installed(monkeypatch, spec, suffix):
    monkeypatch.setattr(output, "find_spec", lambda name: spec)
    assert output.output_path(None, ["folder/night-7.png"]) == f"night-7{suffix}"


@pytest.mark.parametrize(("kind", "path"), [("gif", "a.gif"), ("apng", "a.apng"), ("frames", "a/")])
def test_the_format_selects_the_default_suffix(art, tmp_path, kind, path):
    art.save(tmp_path / "a.png")
    assert plan_movie(tmp_path / "a.png", None, MovieOptions(options={"kind": kind})).path == path


def test_a_size_on_paper_is_at_300_dpi(art, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    art.save("a.png")
    assert run(["animate", "a.png", "--size", "2x1mm", "--seconds", "0.2", "--fps", "10", "-o", "a.gif", "-q"]) == 0
    assert open_movie("a.gif").size == (24, 12), "2 mm and 1 mm, at 11.8 pixels per mm"


def test_a_folder_keeps_its_slash(art):
    assert plan_movie(art, "frames/", MovieOptions()).path == "frames/"


def test_even_pace_is_recorded_and_can_be_switched_off(art, tmp_path):
    options = {"motion": "latent", "seed": 1, "seconds": 1, "fps": 10}
    even = open_movie(limner.animate(art, tmp_path / "even.webp", **options)).playback.playhead
    assert len(even) == 11
    assert (even[0], even[-1]) == (0, 1)
    assert np.diff(even).std() > 0.001, "a circle through the latent space is uneven"
    plain = open_movie(limner.animate(art, tmp_path / "plain.webp", even_pace=False, **options)).playback.playhead
    assert plain == ()


def test_the_pace_of_an_open_movie_ends_at_its_last_frame(art):
    options = MovieOptions(motion="morph", set={"loop": False}, seconds=1, fps=8)
    plan = with_even_pace(plan_movie([art, limner.paint("marbling", seed=2, size=(12, 8))], "a.webp", options))
    assert not plan.closes
    assert len(plan.animation.playhead) == 8, "7 steps"


def test_a_seed_is_printed_if_it_is_drawn(art, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    art.save("a.png")
    line = "animate a.png --seconds 0.2 --fps 10 --json -o"
    assert run([*line.split(), "b.webp"]) == 0
    printed = capsys.readouterr()
    record = json.loads(printed.out)
    assert record == {"path": "b.webp", "motion": "latent", "frames": 2, "seed": open_movie("b.webp").playback.seed}
    assert f"seed {record['seed']}" in printed.err
    assert run([*line.split(), "c.webp", "--seed", str(record["seed"])]) == 0
    assert (tmp_path / "c.webp").read_bytes() == (tmp_path / "b.webp").read_bytes()


def test_a_seed_without_effect_is_refused(art):
    options = MovieOptions(motion="zoom", set={"centre": (0.1, 0.2)}, seed=3)
    with pytest.raises(limner.LimnerError, match="`seed`: nothing is random"):
        plan_movie(art, "a.webp", options)


def test_a_movie_in_which_nothing_is_random_has_the_same_seed_each_time(art, tmp_path):
    plans = [plan_movie(art, tmp_path / "a.gif", MovieOptions(motion="orbit")) for _ in range(2)]
    assert [(plan.random, plan.animation.seed) for plan in plans] == [(False, 0)] * 2
    assert plan_movie(art, tmp_path / "a.gif", MovieOptions(motion="latent")).animation.seed > 0
