"""The frames of a movie, byte for byte those that ``limner render --time`` renders of it, for every motion."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import limner
from limner.app.artworks import open_movie
from limner.cli.main import run
from limner_apps.animations.plugin import MOTIONS

FIELD = """
title = "Field"
size = [8, 6]
encoder = [{ kind = "xy" }, { kind = "latent", pictures = 2, learn = true }]
network = { kind = "mlp", width = 4, depth = 2, weight_scale = 2.0 }
"""
CASES = {
    "buttons": [{}, {"loop": False}],
    "latent": [{}],
    "morph": [{}, {"loop": False}],
    "orbit": [{"path": "rotate"}],
    "parameters": [{"radius": 0.1}],
    "still": [{}],
    "time": [{"radius": 1.0}],
    "weights": [{"parameter": "network.W1", "element": (0, 1), "reach": 1.0}],
    "zoom": [{"endless": True}, {"factor": 3.0, "centre": (0.1, 0.2), "back": False}],
}


@pytest.fixture(scope="module")
def artworks():
    return [limner.paint(limner.Recipe.from_toml(FIELD), seed=seed) for seed in (1, 2)]


def test_all_motions_are_tested():
    assert CASES.keys() | {"states"} == MOTIONS.keys(), "a state of a fit is shown with a caption"


@pytest.mark.parametrize(("motion", "settings"), [(name, one) for name, cases in CASES.items() for one in cases])
def test_a_frame_is_the_still_at_its_position(motion, settings, artworks, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    count = 2 if motion == "morph" else 1
    move = ["frame.scale=1..2"] if motion == "still" else []
    limner.animate(artworks[:count], "m/", motion=motion, set=settings, move=move, seconds=0.4, fps=10, even_pace=False)
    movie = open_movie("m")
    frames = sorted(Path("m").glob("*.png"))
    steps = 4 if movie.playback.closes(movie.artwork) else 3
    assert len(frames) == 4
    assert run(["render", "m/", "--time", repr(3 / steps), "-o", "still.png", "--quiet"]) == 0
    with Image.open(frames[3]) as frame, Image.open("still.png") as still:
        np.testing.assert_array_equal(np.asarray(frame), np.asarray(still))
