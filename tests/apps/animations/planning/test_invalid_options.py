"""Invalid options of a movie: one line that names the problem and the fix, before anything is rendered."""

import re

import numpy as np
import pytest
from PIL import Image

import limner
from limner.artworks import renderer
from limner.cli.main import run
from limner.errors import LimnerError


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Return a folder with two paintings of different sizes, and a picture that limner did not make."""
    folder = tmp_path_factory.mktemp("files")
    limner.paint("marbling", seed=1, size=(8, 8)).save(folder / "a.png")
    limner.paint("marbling", seed=2, size=(12, 8)).save(folder / "b.png")
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(folder / "photo.png")
    (folder / "there.webp").write_bytes(b"")
    return folder


INVALID = {
    "a.png --motion paramters -o x.webp": "--motion: unknown motion 'paramters'; did you mean 'parameters'?",
    "a.png --motion morph --strength 2 -o x.webp": "--strength: the motion morph has no strength",
    "a.png --motion parameters --strength 2 -s motion.strength=3 -o x.webp": "--strength: motion.strength is set too",
    "a.png --motion parameters --strength 0 -o x.webp": "--strength: must be above 0, got 0",
    "a.png --motion parameters -s motion.nonsense=3 -o x.webp": "unknown setting",
    "a.png --motion parameters -s frame.scale=3 -o x.webp": "setting 'frame.scale': is no setting of the motion",
    "a.png b.png -o x.webp": "--size: a.png has 8x8 pixels and b.png 12x8",
    "photo.png -o x.webp": "photo.png: not made by limner",
    "missing.png -o x.webp": "missing.png: there is no such file",
    "a.png --seconds 0 -o x.webp": "--seconds: must be above 0 and at most 86,400, got 0",
    "a.png --seconds nan -o x.webp": "--seconds: must be above 0 and at most 86,400, got nan",
    "a.png --motion parameters --seconds 0.01 -o x.webp": "--seconds: 0.01 seconds at 30 frames per second are a",
    "a.png --motion parameters --repeat -2 -o x.webp": "--repeat -2: must be 1 to 65535, or 0 for",
    "a.png --motion parameters --repeat 0 -o x.mp4": "x.mp4: this format cannot repeat forever",
    "a.png --motion parameters --repeat 2 -o x/": "does not store how often a movie plays",
    "a.png --fps -1 -o x.webp": "--fps: must be above 0 and at most 240, got -1",
    "a.png --fps inf -o x.webp": "--fps: must be above 0 and at most 240, got inf",
    "a.png --fps 100 -o x.gif": "x.gif: this format takes 0.01 to 50 frames per second",
    "a.png --supersample 0 -o x.webp": "--supersample: must be 1 to",
    "a.png --seed -1 -o x.webp": "--seed: must be 0 to",
    "a.png --motion morph --seed 3 -o x.webp": "morph",
    "a.png --move warp.swirl.strength=1..2 -o x.webp": "no warp 'swirl'; give the artwork this stage with limner",
    "a.png --move color.dark=navy..teal -o x.webp": "color duotone has it; give the artwork this stage with limner",
    "a.png -o x.png": "x.png: is a still picture; use .mp4, or .apng for an animated PNG; on the command line, limner",
    "a.png -o x.jpg": "x.jpg: is a still picture; use .mp4; on the command line, limner render writes one frame",
    "a.png -o -": "-: a movie cannot be written to standard output; name a file with -o",
    "a.png -o .gif": ".gif: is an ending without a name; use movie.gif",
    "a.png -o x.xyz": "x.xyz: unknown video format '.xyz'",
    "a.png -o a.png": "a.png: is a still picture",
    "a.png -o there.webp": "there.webp: exists already",
    "a.png -o there.webp --format gif": "there.webp: the format 'gif' uses .gif",
    "a.png -o no/x.webp": "no/x.webp: the folder no does not exist",
}


@pytest.mark.parametrize(("line", "message"), INVALID.items())
def test_invalid_options_are_found_before_anything_is_rendered(files, monkeypatch, capsys, line, message):
    monkeypatch.chdir(files)
    monkeypatch.setattr(renderer, "bands", lambda *args, **options: pytest.fail("something is rendered"))
    before = sorted(files.iterdir())
    assert run(["animate", *line.split()]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert message in captured.err
    assert len(captured.err.splitlines()) == 1
    assert sorted(files.iterdir()) == before


def test_the_output_must_not_be_an_artwork(files, tmp_path):
    art = limner.open(files / "a.png")
    movie = limner.animate(art, tmp_path / "a.webp", motion="latent", seconds=0.2, fps=10, seed=1)
    with pytest.raises(limner.LimnerError, match="is one of the artworks"):
        limner.animate([art, movie], movie, motion="parameters", force=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"set": "points"}, "`set`: must be a dict such as {'direction': 'out'}, got 'points'"),
        ({"drive": ["frame.scale=bass"]}, "`drive`: must be a dict such as"),
        ({"options": 3}, "`options`: must be a dict such as"),
        ({"strip": "a.png", "strip_options": 3}, "`strip_options`: must be a dict such as"),
        ({"move": 3}, "`move`: must be a dict such as"),
        ({"move": {3: "1..2"}}, "`move`: keys must be strings"),
        ({"move": ["frame.scale=1..2"], "ease": 3}, "`ease`: must be a string, got 3"),
        ({"repeat": "a"}, "`repeat`: must be a whole number, got 'a'"),
        ({"even_pace": "no"}, "`even_pace`: must be True or False, got 'no'"),
        ({"path": 3}, "`path`: must be a path, got 3"),
    ],
)
def test_arguments_of_another_type(options, message):
    with pytest.raises(LimnerError, match=re.escape(message)):
        limner.animate(limner.paint("ink", seed=1, size=(4, 4)), **{"path": "x.webp", "motion": "latent", **options})
