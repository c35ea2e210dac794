"""Sound is decoded exactly, in blocks, from where it is asked; passages begin again; bad files are one sentence."""

import wave

import numpy as np
import pytest

from limner.errors import LimnerError
from limner.formats.audio import AudioTrack
from limner.formats.sound_files import _frames, decode_audio, has_audio

pytest.importorskip("av", reason="waits for PyAV: pip install 'limner[video]'")


def save(path, samples, rate=48_000):
    """Write samples (channels, n) as 16-bit WAV."""
    samples = np.atleast_2d(samples)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(samples))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.rint(samples.T * 32768).astype("<i2").tobytes())
    return path


@pytest.fixture
def ramp(tmp_path):
    """0.25 s whose samples are all different: exact in 16 bits."""
    return save(tmp_path / "ramp.wav", np.arange(12_000) / 32768)


def joined(blocks, count=None):
    out = [np.zeros((0, 0))]
    for block in blocks:
        out.append(block)
        if count is not None and sum(one.shape[1] for one in out) >= count:
            break
    return np.concatenate(out[1:], axis=1)[:, :count]


def test_samples_are_those_of_the_file(ramp):
    samples = joined(decode_audio(ramp))
    assert samples.dtype == np.float32
    np.testing.assert_array_equal(samples[0], np.arange(12_000) / 32768)


def test_a_start_skips_samples_exactly(ramp):
    np.testing.assert_array_equal(joined(decode_audio(ramp, start=0.1))[0], np.arange(4800, 12_000) / 32768)


def test_other_rates_and_channels_are_converted(tmp_path):
    left, right = (np.sin(np.arange(4410) * pitch) * 0.5 for pitch in (0.02, 0.03))
    path = save(tmp_path / "stereo.wav", [left, right], rate=44_100)
    stereo, mono = joined(decode_audio(path, 2)), joined(decode_audio(path, 1))
    assert AudioTrack(path, 1.0).channels == 2
    assert stereo.shape == (2, 4800)
    at = np.arange(100, 4700)
    for side, want in zip(stereo, (left, right), strict=True):
        np.testing.assert_allclose(side[at], np.interp(at * 44.1 / 48, np.arange(4410), want), atol=2e-3)
    np.testing.assert_allclose(mono[0], stereo.mean(axis=0), atol=1e-6)


def test_a_short_file_begins_again_within_its_passage_and_the_passage_as_well(ramp):
    once = np.arange(12_000) / 32768
    track = AudioTrack(ramp, duration=0.4)
    samples = joined(track.samples(), 2 * 19_200)[0]
    np.testing.assert_array_equal(samples, np.tile(np.concatenate([once, once[:7200]]), 2))


def test_a_very_short_rest_is_silent(ramp):
    samples = joined(AudioTrack(ramp, duration=0.26).samples(), 12_480)[0]
    assert samples[11_999] > 0
    assert not samples[12_000:].any()


def test_the_fade_ends_in_silence(ramp):
    samples = joined(AudioTrack(ramp, duration=0.2, fade=0.1).samples(), 9600)[0]
    gain = np.minimum(np.arange(9600, 0, -1) / 4800, 1.0)
    np.testing.assert_allclose(samples, gain * np.arange(9600) / 32768, atol=1e-6)
    assert samples[-1] < 1e-3


def test_numeric_errors_in_a_file_are_silence(tmp_path):
    values = np.array([0.5, np.nan, np.inf, -np.inf, -0.5], "<f4")
    head = b"fmt " + (16).to_bytes(4, "little") + b"\3\0\1\0" + (48_000).to_bytes(4, "little")
    head += (192_000).to_bytes(4, "little") + b"\4\0\x20\0"
    data = b"WAVE" + head + b"data" + values.nbytes.to_bytes(4, "little") + values.tobytes()
    (tmp_path / "f.wav").write_bytes(b"RIFF" + len(data).to_bytes(4, "little") + data)
    np.testing.assert_array_equal(joined(decode_audio(tmp_path / "f.wav"))[0], [0.5, 0, 0, 0, -0.5])


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("none.wav", None, "does not exist"),
        ("empty.wav", b"", "is damaged or not a sound file"),
        ("text.mp3", b"no sound at all " * 40, "is damaged or not a sound file"),
        ("silent.wav", "no samples", "contains no sound"),
    ],
)
def test_files_without_sound_are_refused(name, data, message, tmp_path):
    path = tmp_path / name
    if data == "no samples":
        save(path, np.zeros((1, 0)))
    elif data is not None:
        path.write_bytes(data)
    with pytest.raises(LimnerError, match=f"{name}: {message}"):
        list(decode_audio(path))
    if message != "contains no sound":
        assert not has_audio(path)


def test_a_folder_or_a_start_after_the_end_is_refused(ramp, tmp_path):
    with pytest.raises(LimnerError, match="not a file"):
        list(decode_audio(tmp_path))
    with pytest.raises(LimnerError, match=r"lasts 0.25 seconds, but the passage starts at 3"):
        list(decode_audio(ramp, start=3.0))
    assert has_audio(ramp)


def test_without_pyav_the_extra_is_named(ramp, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "av", None)
    with pytest.raises(LimnerError, match=r"pip install 'limner\[video\]'"):
        list(decode_audio(ramp))
    assert not has_audio(ramp)


def test_a_few_damaged_packets_are_skipped_and_many_are_an_error():
    from av.error import InvalidDataError

    class Packet:
        def __init__(self, number, every):
            self.number, self.is_damaged = number, number % every == 0

        def decode(self):
            if self.is_damaged:
                raise InvalidDataError(1, "damaged")
            return [self.number]

    class Container:
        def __init__(self, every):
            self.every = every

        def demux(self, audio):
            return (Packet(number, self.every) for number in range(1, 1001))

    assert list(_frames(Container(200))) == [number for number in range(1, 1001) if number % 200]
    with pytest.raises(InvalidDataError):
        list(_frames(Container(50)))
