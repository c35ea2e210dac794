"""The colour behind transparent areas of a movie."""

import numpy as np
import pytest
from PIL import Image, ImageSequence

import limner
from limner.cli.main import run


@pytest.fixture(scope="module")
def art():
    return limner.paint("ink", seed=2, size=(16, 12), swap={"mask": "shape"})


def frames(path):
    with Image.open(path) as movie:
        return [frame.convert("RGBA") for frame in ImageSequence.Iterator(movie)]


def write(art, path, **options):
    return limner.animate(art, path, motion="latent", seconds=0.3, fps=10, seed=1, **options)


def test_a_background_lies_behind_transparent_areas_and_stays_when_a_movie_is_rendered_again(art, tmp_path):
    clear = frames(write(art, tmp_path / "clear.webp"))
    over = frames(write(art, tmp_path / "over.webp", background="teal"))
    for ours, theirs in zip(over, clear, strict=True):
        expected = Image.alpha_composite(Image.new("RGBA", theirs.size, (0, 128, 128)), theirs)
        assert np.abs(np.asarray(ours).astype(int) - np.asarray(expected)).max() <= 1
    again = frames(limner.animate(tmp_path / "over.webp", tmp_path / "again.webp"))
    assert [frame.tobytes() for frame in again] == [frame.tobytes() for frame in over]
    removed = frames(limner.animate(tmp_path / "over.webp", tmp_path / "removed.webp", background="transparent"))
    assert [frame.tobytes() for frame in removed] == [frame.tobytes() for frame in clear]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"background": "tale"}, "did you mean 'teal'"),
        ({"background": "red", "options": {"background": "blue"}}, "video-format.background is set too"),
    ],
)
def test_invalid_backgrounds(art, tmp_path, options, message):
    with pytest.raises(limner.LimnerError, match=message):
        write(art, tmp_path / "a.gif", **options)


def test_a_background_that_nothing_shows_is_noted(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    limner.paint("ink", seed=2, size=(8, 8)).save("a.png")
    line = "animate a.png -o a.webp --seconds 0.2 --fps 10 --seed 1 --background red"
    assert run(line.split()) == 0
    assert "--background has no effect" in capsys.readouterr().err
