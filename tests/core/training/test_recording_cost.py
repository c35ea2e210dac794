"""A timelapse that takes longer than its training says so once, with settings that make it shorter."""

from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from limner.cli.main import run
from limner.training.timelapse import recording_cost, timelapse
from limner.training.timelapse.recording_cost import RecordingCost


def clock(monkeypatch, seconds):
    """Make each frame take a number of seconds."""
    ticks = count()
    fake = SimpleNamespace(perf_counter=lambda: (next(ticks) + 1) // 2 * seconds)
    monkeypatch.setattr(recording_cost, "time", fake)


def reports(settings, *, training, start=0.0, frames=11, width=400):
    """Return what is reported about frames at even distances of a training that takes a number of seconds."""
    said = []
    cost = RecordingCost(timelapse(settings), width, said.append)
    for i in range(frames):
        share = i / (frames - 1)
        done = SimpleNamespace(seconds=100 + training * share)
        snapshot = SimpleNamespace(run=done, progress=start + (1 - start) * share, last=share == 1)
        with cost.measuring(snapshot):
            pass
    return said


@pytest.mark.parametrize("start", [0.0, 0.75])  # a resumed run counts from where it starts
def test_frames_that_take_longer_than_the_training_are_reported_once(monkeypatch, start):
    clock(monkeypatch, 2.0)
    assert reports({"frames": 11}, training=10, start=start) == [
        "the timelapse takes longer than the training: about 22 seconds for 11 frames, and 10 seconds to train; "
        "to make it shorter, use `set={'timelapse.frames': 2}` or `set={'timelapse.width': 200}`"
    ]


def test_the_number_of_frames_is_estimated_from_the_distance_in_steps(monkeypatch):
    clock(monkeypatch, 2.0)
    (said,) = reports({"every": 50}, training=10, width=0)
    assert "about 22 seconds for 11 frames" in said
    assert said.endswith("use `set={'timelapse.every': 200}`")


@pytest.mark.parametrize(("seconds", "training"), [(2.0, 23), (0.4, 0.1)])
def test_a_timelapse_that_takes_less_time_or_little_is_not_mentioned(monkeypatch, seconds, training):
    clock(monkeypatch, seconds)
    assert reports({"frames": 11}, training=training) == []


@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
def test_the_command_line_names_its_options(monkeypatch, tmp_path, capsys, quiet):
    monkeypatch.chdir(tmp_path)
    clock(monkeypatch, 1000.0)
    rng = np.random.default_rng(1)
    Image.fromarray(rng.integers(0, 256, (8, 8, 3)).astype(np.uint8)).save("in.png")
    fit = ["fit", "in.png", "--recipe", "rprop-portrait", "--seed", "1", "--steps", "8", "-o", "a.png", *quiet]
    assert run([*fit, "--timelapse", "a.gif", "-s", "timelapse.frames=8"]) == 0
    err = capsys.readouterr().err
    assert err.count("the timelapse takes longer than the training: about 2 hours for 8 frames") == (not quiet)
    assert ("use -s timelapse.frames=2 or -s timelapse.width=4" in err) == (not quiet)
