"""The estimated cost of a movie, and what must be confirmed."""

import re

import numpy as np
import pytest

import limner
from limner.cli.main import run
from limner.errors import LimnerError
from limner.formats.video_files import video_format_for
from limner.registry.registry import registry
from limner_apps.animations import estimate
from limner_apps.animations.animation import Animation
from limner_apps.animations.estimate import FilmCost, check_cost, estimated_cost
from limner_apps.animations.film import Film, write_film
from limner_apps.animations.planning.motion_choice import get_motion

NUMPY = registry().load("backend", "numpy")(threads=1)


@pytest.fixture(scope="module")
def artwork():
    return limner.paint("ink", seed=7, size=(48, 32))


def film_of(artwork, name, *, size=(48, 32), seconds=2.0, **settings):
    animation = Animation(motion=get_motion("parameters", {"radius": 0.1}), seconds=seconds, fps=10.0)
    return Film(animation, (artwork,), size, NUMPY, video_format_for(name).stage, **settings)


def test_a_small_movie_is_not_estimated(artwork):
    assert estimated_cost(film_of(artwork, "m.gif")) is None


@pytest.mark.parametrize("name", [pytest.param("m.gif", marks=pytest.mark.slow), "m/"])
def test_the_size_is_about_that_of_the_movie(name, artwork, tmp_path, monkeypatch):
    monkeypatch.setattr(estimate, "LARGE", 1)
    film = film_of(artwork, name)
    cost = estimated_cost(film)
    write_film(f"{tmp_path}/{name}", film)
    written = tmp_path / name
    size = sum(file.stat().st_size for file in (written.iterdir() if written.is_dir() else [written]))
    assert cost.frames == 20
    assert 0.5 < cost.nbytes / size < 2
    assert cost.seconds > 0


def test_a_part_stands_for_all_of_a_large_frame(artwork, monkeypatch):
    """A part of a quarter of the width and height costs a sixteenth."""
    monkeypatch.setattr(estimate, "LARGE", 1)
    rendered = []
    monkeypatch.setattr(estimate, "PART_PIXELS", 16**2)
    monkeypatch.setattr(
        estimate, "_encoded_sizes", lambda video_format, video, parts: rendered.extend(parts) or (100, 160)
    )
    film = film_of(artwork, "m.gif", size=(64, 64), seconds=25.0)
    cost = estimated_cost(film)
    assert [part.shape for part in rendered] == [(16, 16, 3)] * 4
    for number, part in enumerate(rendered):
        frame = film.still(125 + number).artwork.render((64, 64))
        assert np.abs(part - frame[24:40, 24:40].astype(float)).max() <= 1
    assert cost.nbytes == 16 * (2 * 100 + 250 * 20)  # two key frames, and 250 changes


def test_frames_that_are_stored_again_count_again(artwork, monkeypatch):
    monkeypatch.setattr(estimate, "LARGE", 1)
    monkeypatch.setattr(estimate, "_encoded_sizes", lambda *_: (100, 100))
    once, thrice, gif = (
        estimated_cost(film_of(artwork, name, repeat=repeat)).nbytes
        for name, repeat in (("m.mp4", 0), ("m.mp4", 3), ("m.gif", 3))
    )
    assert thrice == 3 * once
    assert gif == once


@pytest.mark.parametrize("cost", [FilmCost(1_000_000, 3e9, 60.0), FilmCost(100, 3e9, 7300.0)])
def test_a_long_movie_must_be_confirmed(cost, monkeypatch):
    monkeypatch.setattr("limner.utils.resources.shutil.disk_usage", lambda _: Usage(10**13, 10**13))
    check_cost("m.mp4", None, yes=False)
    check_cost("m.mp4", FilmCost(20_000, 3e9, 3600.0), yes=False)
    check_cost("m.mp4", cost, yes=True)
    message = rf"m\.mp4: {cost.frames:,} frames, about 3\.0 GB on disk, in about .*; confirm with `yes=True`"
    with pytest.raises(LimnerError, match=message):
        check_cost("m.mp4", cost, yes=False)


class Usage:
    """The space on a disk, in bytes."""

    def __init__(self, total, free):
        self.total, self.free = total, free


def test_a_movie_that_does_not_fit_on_the_disk_is_refused(monkeypatch):
    monkeypatch.setattr("limner.utils.resources.shutil.disk_usage", lambda _: Usage(10**13, 10**9))
    with pytest.raises(
        LimnerError, match=r"the movie may take 3\.0 GB, but the disk has 1\.0 GB free; choose a smaller"
    ):
        check_cost("m.mp4", FilmCost(100, 3e9, 9.0), yes=True)


@pytest.mark.parametrize(
    ("seconds", "confirm"),
    [("40000", "; confirm with --yes, or choose a smaller --size, --seconds or --fps"), ("0.2", "")],
)
def test_the_command_reports_the_estimate_of_a_large_movie(seconds, confirm, artwork, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(estimate, "LARGE", 1)
    artwork.save("a.png", size=(16, 12))
    line = "animate a.png --motion parameters -s motion.radius=0.1 -o m.gif --fps 25 --no-even-pace --seed 1"
    assert run([*line.split(), "--seconds", seconds]) == (2 if confirm else 0)
    frames = "1,000,000" if confirm else "5"
    message = rf"m\.gif: {frames} frames, about .* on disk, in about [^;]*{confirm}\n"
    assert re.search(message, capsys.readouterr().err)
    assert (tmp_path / "m.gif").exists() == (not confirm)
