"""The interface of face detectors."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np

from limner.plugin import Detection, Stage


class Detector(Stage):
    """A stage that finds the faces in a picture. It keeps no state between calls."""

    @abstractmethod
    def find(self, pixels: np.ndarray) -> list[Detection]:
        """Return the faces in a picture by descending score, then rejected candidates, each with its ``doubt``.

        Every box lies inside the picture. Boxes without a doubt do not overlap.

        Args:
            pixels: uint8 ``(h, w)``, gray, or ``(h, w, 3)``, sRGB; read-only. It may be tiny; return an empty list if
                there is nothing to find.

        Raises:
            LimnerError: a dependency of the detector is missing; the message names it and how to install it.
        """

    def with_lower_thresholds(self) -> str:
        """Return advice for a run that found no face, e.g. ``lower detector.agreement``; empty by default."""
        return ""
