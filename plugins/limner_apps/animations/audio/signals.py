"""The names of signals: loudness, onset, and bands of frequencies."""

from __future__ import annotations

import re

from limner.plugin import LimnerError

LOUDNESS, ONSET = "loudness", "onset"
BANDS = {"bass": (20.0, 250.0), "mid": (250.0, 4000.0), "treble": (4000.0, 16000.0)}
"""The named bands, in Hz. The whole audible range in three parts, as on most mixers."""
MIN_HZ, MAX_HZ = 20.0, 20_000.0  # the range of hearing
MIN_RATIO = 1.05  # between the edges of a band, a little less than a semitone
NAMES = (LOUDNESS, ONSET, *BANDS)


def band_of(signal: str) -> tuple[float, float] | None:
    """Return the edges of the band that a signal is named after, in Hz; None for ``loudness`` and ``onset``.

    Raises:
        LimnerError: there is no such signal, or the band is invalid.
    """
    if signal in (LOUDNESS, ONSET):
        return None
    if signal in BANDS:
        return BANDS[signal]
    match = re.fullmatch(r"(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)hz", signal.lower())
    if not match:
        raise LimnerError(f"unknown signal {signal!r}; use {', '.join(NAMES)}, or a band such as 300-800hz")
    low, high = float(match[1]), float(match[2])
    if not MIN_HZ <= low <= high <= MAX_HZ or high < low * MIN_RATIO:
        raise LimnerError(
            f"band {signal}: must lie between {MIN_HZ:g} and {MAX_HZ:g} Hz, "
            "the higher edge at least 5 % above the lower one"
        )
    return low, high
