"""How pictures look beside others, taken together: are they as sharp, and as unlike one another?"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

ROUNDING = 1e-12
"""Of the squares, what is left where the same picture came again and again."""


@dataclass(frozen=True)
class SetStatistics:
    """What no distance from a target tells: means are blurred, and all alike.

    Attributes:
        sharpness: the root of the mean squared difference of neighbouring pixels over the targets'; 1 where there is
            as much detail, less where it is blurred, more where it is noisy. None where the targets have none.
        variety: the spread across pictures, about their mean picture, over the targets': 1 where they are as various,
            0 where all are the same. None where the targets are, or there is one alone.
    """

    sharpness: float | None
    diversity: float | None


@dataclass
class _RunningSums:
    """Of pictures that are handed in one by one."""

    count: int = 0
    energy: float = 0.0
    squares: float = 0.0
    total: np.ndarray = field(default_factory=lambda: np.zeros(()))

    def add(self, picture: np.ndarray) -> None:
        own = picture.astype(np.float64)
        self.count += 1
        self.energy += sum(float(np.square(np.diff(own, axis=axis)).sum()) for axis in (0, 1))
        self.squares += float(np.square(own).sum())
        self.total = self.total + own

    @property
    def difference(self) -> float:
        """The root of Σ of squared differences of neighbouring pixels."""
        return float(np.sqrt(self.energy))

    @property
    def spread(self) -> float:
        """The root of the mean squared distance from the mean picture."""
        if self.count < 2:
            return 0.0
        mean = self.squares / self.count
        about = mean - float(np.square(self.total / self.count).sum())
        return float(np.sqrt(about)) if about > ROUNDING * mean else 0.0


class SetStatisticsBuilder:
    """Is shown pictures and their targets, ``(h, w, 3)`` from 0 to 1, pair by pair."""

    def __init__(self) -> None:
        self._made, self._wanted = _RunningSums(), _RunningSums()

    def add(self, made: np.ndarray, wanted: np.ndarray) -> None:
        """One more pair."""
        self._made.add(made)
        self._wanted.add(wanted)

    @property
    def statistics(self) -> SetStatistics:
        """Of all that were shown."""
        made, wanted = self._made, self._wanted
        return SetStatistics(_ratio(made.difference, wanted.difference), _ratio(made.spread, wanted.spread))


def _ratio(of: float, by: float) -> float | None:
    return of / by if by > 1e-9 else None
