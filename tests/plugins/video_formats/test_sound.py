"""Sound in MP4 and WebM, as FFmpeg decodes it: it begins with the picture, ends with it, and keeps in step."""

import resource
import subprocess
import sys
import wave

import numpy as np
import pytest

from limner.errors import LimnerError
from limner.formats.audio import AudioTrack
from limner.formats.video_files import open_recorder
from limner.plugin import VideoInfo

av = pytest.importorskip("av", reason="waits for PyAV: pip install 'limner[video]'")

RATE = 48_000
FPS = 20.0
CLICK = 0.25  # seconds


@pytest.fixture(scope="module")
def clicks(tmp_path_factory):
    """Half a second of stereo, with a click at 0.25 s, on the left only."""
    path = tmp_path_factory.mktemp("sound") / "click.wav"
    samples = np.zeros((RATE // 2, 2))
    samples[round(CLICK * RATE) :][:240, 0] = 0.9 * np.hanning(240) * np.sin(np.arange(240) / 3)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


def record(path, count, audio, **video):
    """Write a movie that turns white at the click."""
    with open_recorder(path, VideoInfo(16, 16, fps=FPS, audio=audio, **video)) as recorder:
        for k in range(count):
            recorder.add(np.full((16, 16, 3), 255 * (k >= round(CLICK * FPS)), np.uint8))


def sound_in(path):
    """Samples (channels, n) and the time of the first one, by PyAV alone."""
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1), frames[0].time


def times_of_clicks(samples):
    """The middle of each stretch of sound, in seconds."""
    loud = np.flatnonzero(np.abs(samples) > 0.2)
    groups = np.split(loud, np.flatnonzero(np.diff(loud) > 2000) + 1)
    return [float(group.mean()) / RATE for group in groups]


@pytest.mark.parametrize("name", ["m.mp4", "m.webm"])
def test_a_click_is_heard_when_the_picture_changes(name, clicks, tmp_path):
    path = tmp_path / name
    record(path, 10, AudioTrack(clicks, 0.5))
    samples, start = sound_in(path)
    assert start == 0
    assert samples.shape == (2, pytest.approx(0.5 * RATE, abs=1024))  # AAC ends with a whole block
    assert times_of_clicks(samples[0]) == pytest.approx([CLICK + 0.0025], abs=0.002)
    assert np.abs(samples[1]).max() < 0.05
    with av.open(str(path)) as container:
        assert {one.type: one.codec_context.name for one in container.streams} == {
            "video": "h264" if name == "m.mp4" else "vp9",
            "audio": "aac" if name == "m.mp4" else "opus",
        }
        assert container.duration / av.time_base == pytest.approx(0.5, abs=0.01)
        white = [frame.time for frame in container.decode(video=0) if frame.to_ndarray(format="gray").mean() > 128]
    assert white[0] == pytest.approx(CLICK, abs=1e-3)


@pytest.mark.parametrize("name", ["m.mp4", "m.webm"])
def test_a_driving_passage_repeats_with_the_picture(name, clicks, tmp_path):
    record(tmp_path / name, 8, AudioTrack(clicks, 0.4), repeat=3)
    samples, start = sound_in(tmp_path / name)
    assert start == 0
    assert samples.shape[1] == pytest.approx(1.2 * RATE, abs=1024)
    assert times_of_clicks(samples[0]) == pytest.approx(np.arange(3) * 0.4 + CLICK + 0.0025, abs=0.002)


def test_the_sound_lasts_as_long_as_a_held_last_frame(clicks, tmp_path):
    record(tmp_path / "m.mp4", 10, AudioTrack(clicks, 2.0), hold=1.0)
    samples, _ = sound_in(tmp_path / "m.mp4")
    assert samples.shape[1] == pytest.approx(1.45 * RATE, abs=1024)


def test_what_lasts_a_moment_longer_than_the_passage_is_silent(clicks, tmp_path):
    record(tmp_path / "m.webm", 11, AudioTrack(clicks, 0.5, start=0.2))  # the click is 0.05 s after the start
    samples, _ = sound_in(tmp_path / "m.webm")
    assert times_of_clicks(samples[0]) == pytest.approx([0.0525, 0.3525], abs=0.002)
    assert np.abs(samples[0, round(0.51 * RATE) :]).max() < 0.01


@pytest.mark.parametrize("name", ["m.gif", "m.webp", "m.apng", "m/"])
def test_formats_without_sound_refuse_it(name, clicks, tmp_path):
    with pytest.raises(LimnerError, match=r"cannot contain sound; choose \.mp4 or \.webm"):
        record(f"{tmp_path}/{name}", 2, AudioTrack(clicks, 0.5))
    assert list(tmp_path.iterdir()) == []


def test_a_file_without_sound_is_refused_before_the_first_frame(tmp_path):
    (tmp_path / "x.wav").write_bytes(b"nothing")
    with pytest.raises(LimnerError, match=r"x\.wav: is damaged or not a sound file"):
        record(tmp_path / "m.mp4", 2, AudioTrack(tmp_path / "x.wav", 1.0))
    assert not (tmp_path / "m.mp4").exists()


MEMORY = """
import resource, sys, numpy as np
from pathlib import Path
from limner.formats.audio import AudioTrack
from limner.formats.video_files import open_recorder
from limner.plugin import VideoInfo
sound = AudioTrack(Path(sys.argv[1]), 0.5)
with open_recorder(sys.argv[2], VideoInfo(16, 16, fps=1.0, audio=sound)) as recorder:
    for k in range(int(sys.argv[3])):
        recorder.add(np.full((16, 16, 3), k % 256, np.uint8))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["m.mp4", "m.webm"])
def test_memory_does_not_grow_with_the_length_of_the_sound(name, clicks, tmp_path):
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0
    peaks = []
    for count in (30, 300):
        command = [sys.executable, "-c", MEMORY, str(clicks), str(tmp_path / f"{count}-{name}"), str(count)]
        peaks.append(int(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    assert peaks[1] < peaks[0] + 20_000, peaks  # kB; five minutes of samples would be 115 MB
