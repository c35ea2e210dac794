"""The signals of a sound, one value from 0 to 1 for each frame of a movie."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise

import numpy as np

from limner.app.figures import AudioTrack
from limner.app.registry import Progress, registry
from limner_apps.animations.audio.levels import LevelMeter
from limner_apps.animations.audio.onsets import WINDOW, FluxMeter, onset_strength
from limner_apps.animations.audio.signals import LOUDNESS, ONSET, band_of

RATE = 100  # steps per second
STEP = AudioTrack.rate // RATE  # samples
BLOCK = 1024 * STEP  # samples; 10 seconds are analysed at once
ATTACK, RELEASE = 0.005, 0.2  # seconds; signals rise at once and fall slowly, so that pictures do not flicker
ONSET_RELEASE = 0.15  # seconds
LOW, HIGH = 10, 98  # percentiles of the levels that become 0 and 1
MIN_SPAN, MAX_SPAN = 12.0, 30.0  # dB between them
MAX_BELOW = 36.0  # dB; a band so far below the whole sound is silent, or else its noise would drive
INAUDIBLE = -60.0  # dB


def analyse(track: AudioTrack, signals: Collection[str], frames: int, fps: float) -> dict[str, np.ndarray]:
    """Return signals of a passage, each ``(frames,)``, 0 to 1, by name.

    ``loudness`` and bands are levels in dB, between percentiles of the passage; ``onset`` jumps at each onset and
    decays. Memory grows with the number of frames only, by 3 kB per second and signal.

    Args:
        track: the passage.
        signals: their names; see ``signals.py``.
        frames: the number of frames.
        fps: frames per second.

    Raises:
        LimnerError: a name is unknown, or the sound cannot be decoded.
    """
    bands = {name: band_of(name) for name in {LOUDNESS, *signals} - {ONSET}}
    levels = {name: LevelMeter(band, AudioTrack.rate, STEP) for name, band in bands.items()}
    flux = FluxMeter(STEP) if ONSET in signals else None
    measured: dict[str, list[np.ndarray]] = {name: [] for name in (*levels, ONSET)}
    steps = max(1, -int(-frames / fps * RATE // 1))
    done = 0
    for block in _blocks(track, steps * STEP):
        for name, meter in levels.items():
            measured[name].append(meter.measure(block))
        if flux:
            measured[ONSET].append(flux.measure(block))
        done += len(block)
        registry().emit(Progress("sound", done, steps * STEP))
    if flux:
        measured[ONSET].append(flux.measure(np.zeros(WINDOW)))
    arrays = {name: np.concatenate(parts)[:steps] for name, parts in measured.items() if parts}
    loudest = float(np.percentile(arrays[LOUDNESS], HIGH))
    out = {}
    for name in signals:
        if name == ONSET:
            smooth = follow(onset_strength(arrays[ONSET], RATE), 0.0, ONSET_RELEASE)
        else:
            smooth = follow(normalised(arrays[name], loudest), ATTACK, RELEASE)
        out[name] = per_frame(smooth, frames, fps)
    return out


def normalised(levels: np.ndarray, loudest: float) -> np.ndarray:
    """Return levels in dB as values from 0 to 1, between a low and a high percentile.

    Args:
        levels: ``(n,)``, in dB.
        loudest: the high percentile of the whole sound, in dB.
    """
    low, high = np.percentile(levels, (LOW, HIGH))
    high = max(high, loudest - MAX_BELOW, INAUDIBLE)
    low = min(max(low, high - MAX_SPAN), high - MIN_SPAN)
    values: np.ndarray = np.clip((levels - low) / (high - low), 0.0, 1.0)
    return values


def follow(values: np.ndarray, attack: float, release: float) -> np.ndarray:
    """Return values that follow others exponentially: up with the time constant ``attack``, down with ``release``.

    Args:
        values: ``(n,)``, in steps of 10 ms.
        attack: seconds; 0 follows at once.
        release: seconds.
    """
    up, down = (1.0 - np.exp(-1 / (RATE * max(seconds, 1e-9))) for seconds in (attack, release))
    out, last = np.empty_like(values), 0.0
    for index, value in enumerate(values.tolist()):
        last += (value - last) * (up if value > last else down)
        out[index] = last
    return out


def per_frame(values: np.ndarray, frames: int, fps: float) -> np.ndarray:
    """Return the largest value while each frame is shown, ``(frames,)``, so that no onset is lost."""
    starts = np.minimum(np.arange(frames) / fps * RATE + 1e-6, len(values) - 1).astype(int)
    out: np.ndarray = np.maximum.reduceat(values, starts)
    return out


def _blocks(track: AudioTrack, length: int) -> Iterator[np.ndarray]:
    """Yield the first ``length`` samples of a passage in mono, ``(n,)``, in large blocks."""
    parts: list[np.ndarray] = []
    edges = [*range(0, length, BLOCK), length]
    samples, rest = track.samples(), np.zeros(0, np.float32)
    for start, stop in pairwise(edges):
        parts, have = [rest], len(rest)
        while have < stop - start:
            parts.append(next(samples).mean(axis=0))
            have += len(parts[-1])
        joined = np.concatenate(parts)
        rest = joined[stop - start :]
        yield joined[: stop - start]
