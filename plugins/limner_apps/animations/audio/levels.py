"""The level of a sound, or of a band of it, in short steps."""

from __future__ import annotations

import numpy as np

ORDER = 4
RIPPLE, REJECTION = (
    1.0,
    55.0,
)  # dB, of the elliptic band filters: tones half an octave outside a band are as good as gone
SILENCE = 1e-10  # added to powers; -100 dB


class LevelMeter:
    """A meter that takes a sound block by block.

    Args:
        band: the edges of the band, in Hz; None for the whole sound.
        rate: samples per second.
        step: samples per value.
    """

    def __init__(self, band: tuple[float, float] | None, rate: int, step: int) -> None:
        from scipy import signal

        self._filter = (
            None if band is None else signal.ellip(ORDER, RIPPLE, REJECTION, band, "bandpass", fs=rate, output="sos")
        )
        self._state = None if self._filter is None else np.zeros((len(self._filter), 2))
        self._step = step

    def measure(self, samples: np.ndarray) -> np.ndarray:
        """Return the level of each step of the next samples, in dB: 0 for a square wave of full scale.

        Args:
            samples: ``(n,)``, whose number is a multiple of the step.
        """
        from scipy import signal

        if self._filter is not None:
            samples, self._state = signal.sosfilt(self._filter, samples, zi=self._state)
        power = np.square(samples, dtype=np.float64).reshape(-1, self._step).mean(axis=1)
        levels: np.ndarray = 10.0 * np.log10(power + SILENCE)
        return levels
