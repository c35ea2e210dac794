"""Verification of movies: all frames are rendered again."""

import json

import numpy as np
import pytest

import limner
from limner.artworks.movies.playback import Playback
from limner.artworks.movies.record import record_movie
from limner.artworks.movies.still import Still
from limner.cli.main import run
from limner.formats.movie_record import movie_format
from limner.formats.video_files import open_recorder
from limner.formats.video_format import VideoInfo

SIZE = (16, 12)


@pytest.fixture(scope="module")
def movies(tmp_path_factory):
    """Return a folder with a movie of 4 frames in several formats, and the frames."""
    folder = tmp_path_factory.mktemp("movies")
    art = limner.paint("ink", seed=7, size=SIZE)
    for name in ("m.apng", "m.gif"):
        limner.animate(art, folder / name, motion="latent", seed=1, seconds=0.4, fps=10)
    frames = [frame.pixels for frame in movie_format(folder / "m.apng").read_frames(folder / "m.apng")]
    return folder, frames


def edited(folder, name, frames):
    """Write frames with the record of a movie to another file, and return its path."""
    embedded = movie_format(folder / name).read_embedded(folder / name)
    path = folder / f"edited{(folder / name).suffix}"
    with open_recorder(path, VideoInfo(*SIZE, fps=10, manifest=embedded), force=True) as recorder:
        for frame in frames:
            recorder.add(frame)
    return path


@pytest.mark.parametrize(("name", "tolerance"), [("m.apng", "1/255"), ("m.gif", "the losses of the format")])
def test_frames_are_reproduced(movies, capsys, name, tolerance):
    folder, frames = movies
    result = limner.verify(folder / name)
    assert (result.ok, result.frames, result.wrong_frames, result.lossy) == (True, 4, 0, name == "m.gif")
    assert run(["verify", str(folder / name)]) == 0
    assert capsys.readouterr().out == f"{folder / name}: 4 frames, reproduced to within {tolerance}\n"
    assert limner.verify(edited(folder, name, frames)).ok


@pytest.mark.parametrize("name", ["m.apng", "m.gif"])
def test_an_edited_frame_is_found(movies, capsys, name):
    folder, frames = movies
    changed = [frames[0], 255 - frames[1], *frames[2:]]
    path = edited(folder, name, changed)
    result = limner.verify(path)
    assert (result.ok, result.unchanged, result.frames, result.wrong_frames) == (False, False, 4, 1)
    assert run(["verify", "--json", str(path)]) == 1
    record = json.loads(capsys.readouterr().out)
    assert (record["ok"], record["frames"], record["wrong_frames"]) == (False, 4, 1)


def test_a_missing_frame_is_found(movies, capsys):
    folder, frames = movies
    path = edited(folder, "m.apng", frames[:3])
    assert run(["verify", str(path)]) == 1
    assert "NOT REPRODUCED: the file has 3 frames instead of 4" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["m.apng", "m.gif"])
def test_further_frames_repeat_earlier_ones(movies, capsys, name):
    folder, frames = movies
    assert limner.verify(edited(folder, name, [*frames, *frames])).ok
    path = edited(folder, name, [*frames, 255 - frames[0]])
    assert run(["verify", str(path)]) == 1
    assert capsys.readouterr().out == f"{path}: NOT REPRODUCED: the file has 1 further frame\n"


def test_frames_of_another_size_are_wrong(movies):
    folder, frames = movies
    embedded = movie_format(folder / "m.apng").read_embedded(folder / "m.apng")
    with open_recorder(folder / "small.apng", VideoInfo(8, 6, fps=10, manifest=embedded)) as recorder:
        for frame in frames:
            recorder.add(np.ascontiguousarray(frame[::2, ::2]))
    assert limner.verify(folder / "small.apng").wrong_frames == 4


class Steady(Playback):
    """A movie in which nothing moves."""

    def still(self, artwork, position):
        return Still(artwork)

    def closes(self, artwork):
        return True


def test_a_frame_that_lasts_longer_stands_for_several(tmp_path):
    """As in files of programs that store equal frames as one."""
    art = limner.paint("ink", seed=7, size=SIZE)
    path = tmp_path / "m.gif"
    with record_movie(path, art, VideoInfo(*SIZE, fps=5), Steady(seconds=0.6, fps=10.0)) as recorder:
        for _ in range(3):
            recorder.add(art.render(SIZE))
    result = limner.verify(path)
    assert (result.ok, result.frames) == (True, 6)
