"""Signals of synthetic sounds whose content is known: tones, clicks, noise and silence."""

from itertools import pairwise

import numpy as np
import pytest

from limner.errors import LimnerError
from limner_apps.animations.audio.analysis import analyse, follow, per_frame
from limner_apps.animations.audio.onsets import FluxMeter, onset_strength
from limner_apps.animations.audio.signals import band_of

RATE = 48_000


class Sound:
    """Stands in for a track: samples that are known, in uneven blocks."""

    def __init__(self, samples):
        self.data = np.atleast_2d(samples).astype(np.float32)

    def samples(self):
        edges = [*range(0, self.data.shape[1], 7001), self.data.shape[1]]
        for start, stop in pairwise(edges):
            yield self.data[:, start:stop]
        while True:
            yield np.zeros((len(self.data), RATE), np.float32)


def tone(hertz, seconds=1.0, level=0.5):
    return level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)


def click_train(times, seconds):
    out = np.zeros(round(seconds * RATE))
    for time in times:
        at = round(time * RATE)
        out[at : at + 480] += np.hanning(480) * np.sin(np.arange(480) / 3)
    return out


@pytest.mark.parametrize(("hertz", "band"), [(60, "bass"), (1500, "mid"), (8000, "treble"), (500, "300-800hz")])
def test_a_tone_drives_only_its_band(hertz, band):
    names = ["bass", "mid", "treble", "300-800hz"]
    signals = analyse(Sound(tone(hertz)), names, 25, 25.0)
    late = {name: signals[name][15:] for name in names}  # filters have swung in
    assert late[band].min() > 0.95
    others = set(names) - {band} - ({"mid"} if band == "300-800hz" else set())
    assert max(late[name].max() for name in others) < 0.1


def test_loudness_follows_the_level_in_decibels():
    levels = [1.0, 0.1 ** (1 / 2), 0.1, 0.0]  # 0, -10, -20 dB and silence
    steps = np.concatenate([tone(440, 1.0, level) for level in levels])
    loudness = analyse(Sound(steps), ["loudness"], 40, 10.0)["loudness"]
    first, second, third, silence = (loudness[at] for at in (5, 19, 29, 39))
    assert first == pytest.approx(1, abs=0.01)
    assert first - second == pytest.approx(10 / 30, abs=0.02)  # 30 dB are the whole range
    assert second - third == pytest.approx(10 / 30, abs=0.02)
    assert silence < 0.02


def test_clicks_are_onsets_at_their_frames_and_decay():
    times = [0.5, 1.2, 2.0]
    onset = analyse(Sound(click_train(times, 2.6)), ["onset"], 78, 30.0)["onset"]
    rises = [k for k in range(1, 78) if onset[k] > onset[k - 1] + 0.2]
    assert rises == [round(time * 30) for time in times]
    assert onset[rises] == pytest.approx(1, abs=0.05)
    assert (np.diff(onset)[[k for k in range(77) if k + 1 not in rises]] <= 0).all()
    assert onset[rises[2] - 1] < 0.02


def test_a_steady_tone_and_noise_have_no_onsets_but_at_their_start():
    noise = np.random.default_rng(1).normal(scale=0.1, size=3 * RATE)
    for samples in (tone(60, 3.0), noise):
        onset = analyse(Sound(samples), ["onset"], 90, 30.0)["onset"]
        assert onset[0] == 1
        assert (np.diff(onset) <= 0).all()


def test_a_soft_bass_drum_is_an_onset_beside_loud_cymbals():
    drum, cymbal = np.zeros(2 * RATE), np.zeros(2 * RATE)
    drum[RATE:][:9600] = tone(55, 0.2) * np.exp(-np.arange(9600) / 2400)
    cymbal[RATE // 2 :][:4800] = np.random.default_rng(2).normal(scale=0.2, size=4800) * np.linspace(1, 0, 4800)
    onset = analyse(Sound(drum + cymbal), ["onset"], 40, 20.0)["onset"]
    assert onset[10] > 0.9
    assert onset[20] > 0.4


def test_silence_is_0_everywhere():
    signals = analyse(Sound(np.zeros((2, RATE))), ["loudness", "bass", "onset"], 10, 10.0)
    assert all(not values.any() for values in signals.values())


def test_blocks_of_the_sound_do_not_matter(monkeypatch):
    samples = np.random.default_rng(3).normal(scale=0.1, size=RATE) + click_train([0.3, 0.7], 1.0)
    whole = analyse(Sound(samples), ["onset", "mid"], 30, 30.0)
    monkeypatch.setattr("limner_apps.animations.audio.analysis.BLOCK", 4800)
    parts = analyse(Sound(samples), ["onset", "mid"], 30, 30.0)
    for name, values in whole.items():
        np.testing.assert_allclose(parts[name], values, atol=1e-6)


def test_flux_is_the_growth_of_the_spectrum_by_its_definition():
    samples = click_train([0.01], 0.03)
    padded = np.concatenate([np.zeros(512), samples, np.zeros(1024)])
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(1024) / 1024)
    edges = sorted({round(341 ** (k / 24)) for k in range(25)})
    last, expected = np.zeros(len(edges) - 1), []
    for start in (0, 480, 960):
        size = np.abs(np.fft.rfft(window * padded[start : start + 1024])) / 256
        bands = [np.sqrt((size[a:b] ** 2).sum()) for a, b in pairwise(edges)]
        now = np.log(1 + 100 * np.array(bands))
        expected.append(np.maximum(now - last, 0).sum())
        last = now
    meter = FluxMeter(480)
    flux = np.concatenate([meter.measure(samples), meter.measure(np.zeros(1024))])
    np.testing.assert_allclose(flux[:3], expected, rtol=1e-9)
    assert not onset_strength(np.zeros(5), 100).any()


def test_following_is_exponential():
    values = follow(np.repeat([1.0, 0.0], 100), 0.1, 0.2)
    assert values[9] == pytest.approx(1 - np.exp(-1))  # after 0.1 s
    assert values[119] == pytest.approx(values[99] * np.exp(-1))  # after 0.2 s


def test_no_value_is_lost_between_frames():
    values = np.zeros(100)
    values[37] = 1.0
    assert np.flatnonzero(per_frame(values, 10, 10.0)).tolist() == [3]
    np.testing.assert_array_equal(per_frame(np.arange(100.0), 240, 240.0), np.arange(240) * 100 // 240)


@pytest.mark.parametrize("name", ["base", "300-800", "10-90hz", "800-300hz", "300-301hz", "5000-30000hz", "hz", ""])
def test_unknown_signals_are_refused(name):
    with pytest.raises(LimnerError, match=r"unknown signal|must lie between 20 and 20000 Hz"):
        band_of(name)
    assert band_of("30.5-90HZ") == (30.5, 90.0)
