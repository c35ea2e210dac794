"""The detector: where in a picture the faces are."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

from limner.stage import Stage


@dataclass(frozen=True)
class Box:
    """A part of a picture that may be a face.

    Attributes:
        left: of its left edge from the picture's, pixels.
        top: likewise, of its upper edge.
        width: pixels.
        height: likewise.
        score: how sure the detector is, 0 to 1; two detectors' scores do not compare.
        doubt: why it is taken for none after all, as a few words for people; empty where it is a face.
    """

    left: float
    top: float
    width: float
    height: float
    score: float = 1.0
    doubt: str = ""

    def shared(self, other: Box) -> float:
        """The area that two boxes share, over that of the smaller one: 0 apart, 1 where one lies in the other."""
        wide = min(self.left + self.width, other.left + other.width) - max(self.left, other.left)
        tall = min(self.top + self.height, other.top + other.height) - max(self.top, other.top)
        return max(0.0, wide) * max(0.0, tall) / min(self.width * self.height, other.width * other.height)


class Detector(Stage):
    """Finds faces. It is asked for one picture at a time, and keeps nothing between two."""

    @abstractmethod
    def find(self, pixels: np.ndarray) -> list[Box]:
        """The faces of a picture, the surest first; behind them what was looked at and is none, each with its doubt.

        A box lies inside the picture. Those without a doubt do not lie in one another.

        Args:
            pixels: uint8 ``(h, w)``, gray, or ``(h, w, 3)``, sRGB; not to be written to. It may be small: where there
                is nothing to find, the list is empty.

        Raises:
            LimnerError: something that the detector needs is missing; the message says what, and the mend.
        """

    def loosened(self) -> str:
        """Which settings to loosen, for whoever found nothing: ``lower detector.agreement``; empty for none."""
        return ""
