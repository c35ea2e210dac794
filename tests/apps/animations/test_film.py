"""Movies of animations: each frame is a still, transparency stays, and interrupted folders are resumed."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

import limner
from limner.cli.main import run
from limner.formats.resumable_folder import is_unfinished
from limner.formats.video_files import video_format_for
from limner.formats.video_format import FrameRecorder
from limner.registry.registry import registry
from limner_apps.animations.animation import Animation
from limner_apps.animations.film import Film, write_film
from limner_apps.animations.planning.motion_choice import get_motion

NUMPY = registry().load("backend", "numpy")(threads=2)


@pytest.fixture(scope="module")
def artwork():
    return limner.paint("ink", seed=7, size=(24, 16))


def film_of(artwork, name, **settings):
    animation = Animation(motion=get_motion("parameters", {"radius": 0.2}), seconds=0.6, fps=10.0)
    return Film(animation, (artwork,), (24, 16), NUMPY, video_format_for(name).stage, **settings)


def contents(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize("supersample", [1, 2])
def test_the_frames_of_a_folder_are_the_stills(supersample, artwork, tmp_path):
    film = film_of(artwork, "m/", supersample=supersample)
    write_film(tmp_path / "m", film)
    for number in range(6):
        still = film.still(number)
        with Image.open(tmp_path / "m" / f"frame-{number + 1:06}.png") as frame:
            expected = still.artwork.render((24, 16), supersample=supersample, time=still.time)
            np.testing.assert_array_equal(np.asarray(frame), expected)


def test_a_movie_records_how_its_frames_are_rendered(artwork, tmp_path):
    write_film(tmp_path / "m", film_of(artwork, "m/", supersample=2))
    settings = limner.open(tmp_path / "m").render_settings
    assert (settings.size, settings.supersample) == ((24, 16), 2)


@pytest.mark.parametrize(("name", "channels"), [("m.webp", 4), ("m.mp4", 3)])
def test_transparency_stays_if_the_format_stores_it(name, channels):
    clear = limner.paint("ink", seed=7, size=(24, 16), set={"color.alpha": True})
    frame = next(film_of(clear, name).frames())
    assert frame.shape == (16, 24, channels)


def test_an_interrupted_command_is_resumed_with_its_seed(artwork, tmp_path, monkeypatch, capsys):
    """The random seed is that of the frames that are there; the result equals a movie that is not interrupted."""
    monkeypatch.chdir(tmp_path)
    artwork.save("a.png")
    line = "animate a.png --motion parameters -s motion.radius=0.2 --no-even-pace --seconds 0.6 --fps 10 -o m/"
    add = FrameRecorder.add

    def interrupted(recorder, frame):
        if recorder.count == 3:
            raise KeyboardInterrupt
        add(recorder, frame)

    with monkeypatch.context() as patch:
        patch.setattr(FrameRecorder, "add", interrupted)
        assert run(line.split()) == 130
    errors = capsys.readouterr().err
    assert "m/: 3 of 6 frames are done; run the same command to continue" in errors
    assert is_unfinished(tmp_path / "m")
    seed = errors.split()[1]
    assert run(line.split()) == 0
    assert capsys.readouterr().err.split()[:2] == ["seed", seed]
    assert run([*line[:-2].split(), "whole/", "--seed", seed]) == 0
    assert contents(tmp_path / "m") == contents(tmp_path / "whole")


def test_an_interrupted_file_leaves_nothing(artwork, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    artwork.save("a.png")

    def interrupted(recorder, frame):
        raise KeyboardInterrupt

    monkeypatch.setattr(FrameRecorder, "add", interrupted)
    line = "animate a.png --motion parameters -s motion.radius=0.2 --no-even-pace --seconds 0.6 --fps 10 -o m.gif"
    assert run(line.split()) == 130
    assert "error: interrupted" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_killed_command_is_resumed(number, artwork, tmp_path):
    artwork.save(tmp_path / "a.png")
    command = [sys.executable, "-m", "limner", "animate", "a.png", "--motion", "parameters", "-s", "motion.radius=0.2"]
    command += ["--no-even-pace", "--seconds", "6", "--size", "160x120", "--seed", "3", "--quiet", "-o"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen([*command, "m/"], cwd=tmp_path, env=env, stderr=subprocess.DEVNULL)
    while not (tmp_path / "m" / "frame-000009.png").exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(number)
    assert process.wait() != 0
    assert is_unfinished(tmp_path / "m")
    for name in ("m/", "whole/"):
        subprocess.run([*command, name], cwd=tmp_path, env=env, check=True)
    assert contents(tmp_path / "m") == contents(tmp_path / "whole")
    assert len(contents(tmp_path / "m")) == 180
