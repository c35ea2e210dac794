"""The detector: where in a picture the faces are."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np

from limner.plugin import Detection, Stage


class Detector(Stage):
    """Finds faces. It is asked for one picture at a time, and keeps nothing between two."""

    @abstractmethod
    def find(self, pixels: np.ndarray) -> list[Detection]:
        """The faces of a picture, the surest first; behind them what was looked at and is none, each with its doubt.

        A box lies inside the picture. Those without a doubt do not lie in one another.

        Args:
            pixels: uint8 ``(h, w)``, gray, or ``(h, w, 3)``, sRGB; not to be written to. It may be small: where there
                is nothing to find, the list is empty.

        Raises:
            LimnerError: something that the detector needs is missing; the message says what, and the mend.
        """

    def with_lower_thresholds(self) -> str:
        """Which settings to loosen, for whoever found nothing: ``lower detector.agreement``; empty for none."""
        return ""
