"""A folder of frames that was interrupted is resumed, and then equals one that was not."""

import json
from itertools import islice

import numpy as np
import pytest

from limner.errors import LimnerError
from limner.formats.resumable_folder import is_resumable
from limner.formats.video_files import open_recorder
from limner.formats.video_format import VideoInfo
from limner.utils.atomic_folders import UNFINISHED
from limner.utils.temporary.locks import hold_lock

FRAMES = [np.full((3, 5, 3), 40 * k, np.uint8) for k in range(5)]
VIDEO = VideoInfo(5, 3, fps=10.0, manifest='{"recipe": {"seed": 7}, "theta": "AAAA"}')


class StoppedError(Exception):
    """The movie is interrupted."""


def record(path, *, stop=0, video=VIDEO, **options):
    """Record the frames that are missing; stop after some of them. Return how many there were."""
    with open_recorder(path, video, resume=True, **options) as recorder:
        first = recorder.count
        for frame in islice(FRAMES, first, stop or None):
            recorder.add(frame)
        if stop:
            raise StoppedError
    return first


def interrupt(path, stop, **options):
    with pytest.raises(StoppedError):
        record(path, stop=stop, **options)


def contents(path):
    return {file.name: file.read_bytes() for file in path.iterdir()}


@pytest.fixture
def whole(tmp_path):
    assert record(tmp_path / "whole") == 0
    return contents(tmp_path / "whole")


def test_a_movie_that_is_interrupted_twice_equals_one_that_is_not(whole, tmp_path):
    path = tmp_path / "m"
    for stop in (2, 3):
        interrupt(path, stop)
        assert len(list(path.glob("frame-*.png"))) == stop
        assert is_resumable(path)
    assert record(path) == 3
    assert contents(path) == whole
    assert not is_resumable(path)
    with pytest.raises(LimnerError, match="exists already"):
        record(path)


@pytest.mark.parametrize("damage", [lambda file: file.write_bytes(file.read_bytes()[:-1]), lambda file: file.unlink()])
def test_frames_from_the_first_incomplete_one_are_rendered_again(damage, whole, tmp_path):
    interrupt(tmp_path / "m", 4)
    damage(tmp_path / "m" / "frame-000003.png")
    assert record(tmp_path / "m") == 2
    assert contents(tmp_path / "m") == whole


def test_a_movie_whose_frames_are_all_there_is_complete(whole, tmp_path):
    interrupt(tmp_path / "m", 5)
    assert record(tmp_path / "m") == 5
    assert contents(tmp_path / "m") == whole


@pytest.mark.parametrize(
    ("video", "options", "difference"),
    [
        (VideoInfo(5, 3, fps=12.0, manifest=VIDEO.manifest), {}, r"fps 10\.0 instead of 12\.0"),
        (VideoInfo(5, 3, fps=10.0, manifest='{"recipe": {"seed": 8}, "theta": "AAAA"}'), {}, "seed 7 instead of 8"),
        (VideoInfo(5, 3, fps=10.0, manifest=VIDEO.manifest.replace("A", "B" * 40)), {}, "another theta"),
        (VIDEO, {"effort": 1}, "effort 6 instead of 1"),
    ],
)
def test_frames_of_another_movie_are_not_mixed_in(video, options, difference, tmp_path):
    interrupt(tmp_path / "m", 2)
    before = contents(tmp_path / "m")
    with pytest.raises(LimnerError, match=rf"m: contains 2 frames of another movie \({difference}\); .*`force=True`"):
        record(tmp_path / "m", video=video, options=options)
    assert contents(tmp_path / "m") == before
    assert record(tmp_path / "m", video=video, options=options, force=True) == 0
    assert len(contents(tmp_path / "m")) == 5


@pytest.mark.parametrize("stored", ["", "null", "{", json.dumps({"video": []})])
def test_a_damaged_record_is_that_of_another_movie(stored, tmp_path):
    interrupt(tmp_path / "m", 1)
    (tmp_path / "m" / UNFINISHED).write_text(stored)
    with pytest.raises(LimnerError, match="contains 1 frame of another movie"):
        record(tmp_path / "m")


def test_other_files_are_never_overwritten(tmp_path):
    interrupt(tmp_path / "m", 1)
    (tmp_path / "m" / "notes.txt").write_text("mine")
    for force in (False, True):
        with pytest.raises(LimnerError, match=r"holds 'notes\.txt', which would be lost"):
            record(tmp_path / "m", force=force)
    assert sorted(contents(tmp_path / "m")) == [UNFINISHED, "frame-000001.png", "notes.txt"]


def test_without_frames_nothing_remains(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("new", "empty"):
        with pytest.raises(StoppedError), open_recorder(tmp_path / name, VIDEO, resume=True):
            raise StoppedError
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]
    assert not contents(tmp_path / "empty")


def test_two_runs_do_not_write_the_same_folder(tmp_path):
    interrupt(tmp_path / "m", 1)
    with (
        hold_lock(tmp_path / "m" / UNFINISHED, ""),
        pytest.raises(LimnerError, match="another run is writing it"),
    ):
        record(tmp_path / "m")


def test_a_movie_that_another_run_has_just_completed_stays_complete(whole, tmp_path, monkeypatch):
    interrupt(tmp_path / "m", 4)

    def is_resumable_until_now(path):
        answer = is_resumable(path)
        monkeypatch.undo()
        record(path)
        return answer

    monkeypatch.setattr("limner.formats.video_files.is_resumable", is_resumable_until_now)
    with pytest.raises(LimnerError, match="m: exists already"):
        record(tmp_path / "m")
    assert contents(tmp_path / "m") == whole


def test_a_folder_with_the_name_of_the_record_is_kept(whole, tmp_path):
    path = tmp_path / "whole" / UNFINISHED
    path.mkdir()
    (path / "notes.txt").touch()
    with pytest.raises(LimnerError, match="which would be lost"):
        record(tmp_path / "whole", force=True)
    assert (path / "notes.txt").exists()


def test_a_complete_movie_is_replaced_at_the_end_only(whole, tmp_path):
    interrupt(tmp_path / "whole", 2, force=True)
    assert contents(tmp_path / "whole") == whole
    assert record(tmp_path / "whole", force=True) == 0
    assert contents(tmp_path / "whole") == whole


def test_a_file_is_not_resumed(tmp_path):
    interrupt(tmp_path / "m.gif", 2)
    assert not list(tmp_path.iterdir())
    assert record(tmp_path / "m.gif") == 0
