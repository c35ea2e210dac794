"""A movie compared with its parts: eight seconds of 1280 x 720 at 30 frames per second, of marbling's network.

    pip install -e '.[bench,video]' && pytest tests/benchmarks/test_movies.py -o addopts=--import-mode=importlib -s

The ratio is that of the time of ``write_film`` to that of rendering all stills, one after the other, and of encoding
them. Memory is the peak of a process that writes eight seconds, compared with one that writes one second.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import limner
from limner.app.figures import open_recorder
from limner.formats.video_files import video_format_for
from limner.registry.registry import registry
from limner_apps.animations.animation import Animation
from limner_apps.animations.film import Film, write_film
from limner_apps.animations.planning.motion_choice import get_motion

pytestmark = [pytest.mark.bench, pytest.mark.filterwarnings("default")]
pytest.importorskip("av", reason="needs PyAV: pip install 'limner[video]'")
SIZE = (1280, 720)
MAX_RATIO = 1.15
"""The target of time, and of memory."""


def report(text):
    """Print a line, which pytest shows with ``-s``."""
    sys.stdout.write(f"\n{text}\n")


def film_of(seconds):
    """Return a movie of a circle through the parameters of marbling."""
    artwork = limner.paint("marbling", seed=7, size=SIZE)
    animation = Animation(motion=get_motion("parameters", {"radius": 0.1}), seed=1, seconds=seconds, fps=30.0)
    return Film(animation, (artwork,), SIZE, registry().load("backend", "numpy")(), video_format_for("m.mp4").stage)


def seconds_of(work):
    """Return the result of a function, and the seconds that it takes."""
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def painted(film, chunk):
    stills = [film.still(k) for k in chunk]
    return [still.artwork.render(SIZE, time=still.time, backend=film.backend) for still in stills]


def test_a_movie_takes_as_long_as_painting_and_encoding(tmp_path):
    """Chunks of a second are painted and encoded in turn, so that not all frames are in memory."""
    film, painting, encoding = film_of(8.0), 0.0, 0.0
    painted(film, range(1))  # imports
    count = film.animation.frames
    with open_recorder(tmp_path / "parts.mp4", film.video) as recorder:
        for first in range(0, count, 30):
            frames, seconds = seconds_of(lambda first=first: painted(film, range(first, first + 30)))
            painting += seconds
            _, seconds = seconds_of(lambda frames=frames: [recorder.add(frame) for frame in frames])
            encoding += seconds
    _, whole = seconds_of(lambda: write_film(tmp_path / "whole.mp4", film))
    ratio = whole / (painting + encoding)
    report(f"painting {painting:.1f} s, encoding {encoding:.1f} s, movie {whole:.1f} s: {ratio:.2f} times the sum")
    assert ratio <= MAX_RATIO


SCRIPT = """
import resource
from test_movies import film_of, write_film
write_film({path!r}, film_of({seconds}))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def peak_of(seconds, path):
    """Return the peak memory of a process that writes a movie, in MiB."""
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    script = SCRIPT.format(path=str(path), seconds=seconds)
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": paths}, stdout=subprocess.PIPE, check=True
    )
    return float(done.stdout)


def test_memory_does_not_grow_with_the_length(tmp_path):
    short, long = peak_of(1.0, tmp_path / "short.mp4"), peak_of(8.0, tmp_path / "long.mp4")
    report(f"one second: {short:.0f} MiB, eight seconds: {long:.0f} MiB, {long / short:.2f} times as much")
    assert long <= MAX_RATIO * short
