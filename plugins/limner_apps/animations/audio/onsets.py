"""The onsets of a sound: where its spectrum gets louder at once."""

from __future__ import annotations

import numpy as np

WINDOW = 1024  # samples; 21 ms, short enough for the time of an onset
EDGES = np.unique(np.rint(np.geomspace(1, 341, 25)).astype(int))
"""The first bins of about 20 bands from 47 Hz to 16 kHz, as wide as hearing: a bass drum counts like cymbals."""
COMPRESSION = 100.0  # of magnitudes, so that weak partials count
NEIGHBOURHOOD, FACTOR = 1.0, 2.5  # seconds; steady noise has less than 2.5 times their mean, an onset more
MIN_FLUX = 1.0  # per step; the onset of one partial at -30 dB, and more than steady noise has
MIN_PEAK = 0.1  # of the strongest peak
PEAK_PERCENTILE = 75.0  # of the heights of the peaks; an onset as strong as most is 1


class FluxMeter:
    """The spectral flux of a sound that is taken block by block: how much its magnitudes grow from step to step.

    Source: S. Dixon, "Onset detection revisited", 2006; J. P. Bello et al., "A tutorial on onset detection in music
    signals", 2005, for the compression.

    Args:
        step: samples per value, less than the window.
    """

    def __init__(self, step: int) -> None:
        self._step = step
        self._rest = np.zeros(WINDOW // 2)  # so that the first window is centred at the first sample
        self._last = np.zeros(len(EDGES) - 1)

    def measure(self, samples: np.ndarray) -> np.ndarray:
        """Return the flux at each step of the next samples ``(n,)`` whose window is complete.

        In the end, as many zeros complete the windows of all steps.
        """
        from scipy import fft, signal

        joined = np.concatenate([self._rest, samples])
        count = max(0, (len(joined) - WINDOW) // self._step + 1)
        self._rest = joined[count * self._step :]
        if not count:
            return np.zeros(0)
        windows = np.lib.stride_tricks.sliding_window_view(joined, WINDOW)[:: self._step][:count]
        spectrum = np.abs(fft.rfft(windows * signal.windows.hann(WINDOW, sym=False), axis=1)) * (4 / WINDOW)
        power = np.add.reduceat(np.square(spectrum[:, : EDGES[-1]]), EDGES[:-1], axis=1)
        magnitudes = np.log1p(COMPRESSION * np.sqrt(power))
        growth = np.diff(magnitudes, axis=0, prepend=self._last[None])
        self._last = magnitudes[-1]
        flux: np.ndarray = np.maximum(growth, 0.0).sum(axis=1)
        return flux


def onset_strength(flux: np.ndarray, rate: float) -> np.ndarray:
    """Return the strength of onsets, 0 to 1: what stands out from the flux around it.

    Args:
        flux: ``(n,)``, as ``FluxMeter`` returns it.
        rate: values per second.
    """
    from scipy import ndimage, signal

    mean = ndimage.uniform_filter1d(flux, max(1, round(NEIGHBOURHOOD * rate)), mode="mirror")
    novelty = np.maximum(flux - FACTOR * mean, 0.0)
    novelty[novelty < max(MIN_FLUX, MIN_PEAK * novelty.max())] = 0.0
    padded = np.concatenate([[0.0], novelty, [0.0]])
    heights = padded[signal.find_peaks(padded)[0]]
    if not heights.size:
        return np.zeros_like(flux)
    strength: np.ndarray = np.minimum(novelty / np.percentile(heights, PEAK_PERCENTILE), 1.0)
    return strength
