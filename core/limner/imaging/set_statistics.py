"""Sharpness and diversity of a set of pictures, compared with those of their targets."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

ROUNDING = 1e-12
"""A variance below this fraction of the mean square is rounding error: all pictures are equal."""


@dataclass(frozen=True)
class SetStatistics:
    """Properties of a set of pictures that a distance from the targets does not show.

    A network that outputs the mean of all plausible pictures has a small distance, but its outputs are blurred and
    similar to each other.

    Attributes:
        sharpness: the root mean squared difference of neighbouring pixels, as a fraction of that of the targets: 1 for
            as much detail, less if blurred, more if noisy. None if the targets have no detail.
        diversity: the root mean squared distance of the pictures from their mean picture, as a fraction of that of the
            targets: 1 if as diverse, 0 if all are equal. None if all targets are equal or there is only one.
    """

    sharpness: float | None
    diversity: float | None


@dataclass
class _RunningSums:
    """Sums over pictures that are added one by one."""

    count: int = 0
    energy: float = 0.0
    squares: float = 0.0
    total: np.ndarray = field(default_factory=lambda: np.zeros(()))

    def add(self, picture: np.ndarray) -> None:
        pixels = picture.astype(np.float64)
        self.count += 1
        self.energy += sum(float(np.square(np.diff(pixels, axis=axis)).sum()) for axis in (0, 1))
        self.squares += float(np.square(pixels).sum())
        self.total = self.total + pixels

    @property
    def difference(self) -> float:
        """The root of the sum of squared differences of neighbouring pixels."""
        return float(np.sqrt(self.energy))

    @property
    def spread(self) -> float:
        """The root of the mean squared distance from the mean picture."""
        if self.count < 2:
            return 0.0
        mean_square = self.squares / self.count
        variance = mean_square - float(np.square(self.total / self.count).sum())
        return float(np.sqrt(variance)) if variance > ROUNDING * mean_square else 0.0


class SetStatisticsBuilder:
    """Computes statistics of outputs and targets, ``(h, w, 3)`` from 0 to 1, that are added pair by pair."""

    def __init__(self) -> None:
        self._outputs, self._targets = _RunningSums(), _RunningSums()

    def add(self, output: np.ndarray, target: np.ndarray) -> None:
        """Add an output and its target."""
        self._outputs.add(output)
        self._targets.add(target)

    @property
    def statistics(self) -> SetStatistics:
        """The statistics of all pairs so far."""
        outputs, targets = self._outputs, self._targets
        return SetStatistics(_ratio(outputs.difference, targets.difference), _ratio(outputs.spread, targets.spread))


def _ratio(value: float, reference: float) -> float | None:
    return value / reference if reference > 1e-9 else None
