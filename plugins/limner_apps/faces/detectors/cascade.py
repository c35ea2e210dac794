"""The detector ``cascade``."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pydantic import Field

from limner.plugin import Detection
from limner_apps.faces.detector import Detector
from limner_apps.faces.detectors import _likeness as likeness
from limner_apps.faces.detectors._looks import SIDE, agreement, around
from limner_apps.faces.detectors._windows import LEAST, grouped, windows

SURE = 48
"""Pixels a side of a place that counts as small no more: there are many small ones, and one is soon like a face."""
WITHIN = 0.4
"""The share of the smaller of two faces that may lie in the other."""


class Cascade(Detector):
    """Faces seen from the front, by scikit-image's cascade of local binary patterns (Liao et al. 2007).

    The cascade is quick and takes much for a face that is none. So each place where several windows agree is looked at
    again, at one size, tilted and in a mirror, and must have the contrast, the shadow over the eyes and, in a picture
    of several hues, the colour of a face.
    """

    longest: int = Field(default=1024, ge=64, le=8192, description="pixels of the longer side of the copy searched")
    scale: float = Field(default=1.1, ge=1.01, le=2, description="how many times as large the next window is")
    step: float = Field(default=1.2, ge=1, le=3, description="how far apart windows lie; 1 looks everywhere")
    smallest: float = Field(default=0.05, ge=0.001, le=1, description="smallest face, in shares of the shorter side")
    largest: float = Field(default=1.0, ge=0.001, le=1, description="largest face, in shares of the shorter side")
    neighbors: int = Field(default=3, ge=1, le=1000, description="windows that must agree on a place")
    overlap: float = Field(default=0.4, ge=0.05, le=0.95, description="what windows share that agree on a place")
    agreement: float = Field(default=0.525, ge=0, le=1, description="least score of the second look")
    caution: float = Field(
        default=0.08, ge=0, le=1, description="score that a face of 24 pixels needs beyond that, one of 48 none"
    )
    contrast: float = Field(
        default=0.08, ge=0, le=5, description="least deviation of a face's lightness, over its mean"
    )
    eyes: float = Field(default=-0.1, ge=-3, le=3, description="least that eyes are darker than cheeks, in deviations")
    skin: float = Field(default=0.2, ge=0, le=1, description="least share of skin's hues, where there are hues at all")

    @classmethod
    def examples(cls) -> tuple[Cascade, ...]:
        """The defaults, and one that looks at more."""
        return (cls(), cls(longest=256, neighbors=1, agreement=0.2, skin=0.0))

    def with_lower_thresholds(self) -> str:
        """The bounds that drop most."""
        bounds = ("agreement", "smallest", "eyes", "skin")
        return "`set={'detector.neighbors': 1}`, or lower " + ", ".join(f"detector.{name}" for name in bounds)

    def find(self, pixels: np.ndarray) -> list[Detection]:
        """Windows, grouped, looked at again; of two faces in one place, the surer."""
        small = _shrunk(pixels, self.longest)
        light = likeness.luma(small)
        shorter = min(light.shape)
        boxes = windows(
            (light / 255).astype(np.float32),
            scale=self.scale,
            step=self.step,
            least=round(self.smallest * shorter),
            most=round(self.largest * shorter),
        )
        coloured = small.ndim == 3 and len(boxes) > 0 and likeness.many_hues(small)
        places = [place for place, votes in grouped(boxes, self.overlap) if votes >= self.neighbors]
        found = [self._judged(small, place, coloured=coloured) for place in places]
        times = pixels.shape[1] / small.shape[1], pixels.shape[0] / small.shape[0]
        return [_larger(box, times, pixels.shape) for box in _apart(found)]

    def _judged(self, pixels: np.ndarray, place: np.ndarray, *, coloured: bool) -> Detection:
        """A place, with its score and the first thing that speaks against it."""
        view = around(pixels, place)
        light = likeness.luma(view)
        start = (len(view) - SIDE) // 2
        inner = slice(start, start + SIDE)
        face = light[inner, inner]
        score = agreement(np.rint(light).astype(np.uint8))
        doubt = ""
        small = np.clip((SURE - place[2]) / (SURE - LEAST), 0, 1)
        if score < self.agreement + self.caution * small:
            doubt = "no face at a second look"
        elif likeness.contrast(face) < self.contrast:
            doubt = "hardly any contrast"
        elif likeness.shadow(face) < self.eyes:
            doubt = "lighter where eyes would be"
        elif coloured and likeness.skin(view[inner, inner]) < self.skin:
            doubt = "not the colour of skin"
        left, top, width, height = place.tolist()
        return Detection(left, top, width, height, score, doubt)


def _apart(boxes: list[Detection]) -> list[Detection]:
    """The surest first, those with a doubt last; a face that lies in a surer one gets a doubt too."""
    faces: list[Detection] = []
    doubtful = [box for box in boxes if box.doubt]
    for box in sorted((box for box in boxes if not box.doubt), key=lambda box: -box.score):
        if any(box.overlap(face) > WITHIN for face in faces):
            doubtful.append(replace(box, doubt="lies in a surer one"))
        else:
            faces.append(box)
    return faces + sorted(doubtful, key=lambda box: -box.score)


def _larger(box: Detection, times: tuple[float, float], shape: tuple[int, ...]) -> Detection:
    """The box in the picture that a smaller copy was searched of."""
    left, top = box.left * times[0], box.top * times[1]
    right, bottom = (box.left + box.width) * times[0], (box.top + box.height) * times[1]
    width, height = min(right, shape[1]) - left, min(bottom, shape[0]) - top
    return replace(box, left=left, top=top, width=width, height=height)


def _shrunk(pixels: np.ndarray, longest: int) -> np.ndarray:
    """A copy whose longer side is so many pixels at the most."""
    from PIL import Image

    height, width = pixels.shape[:2]
    if max(height, width) <= longest:
        return pixels
    size = tuple(max(1, round(side * longest / max(height, width))) for side in (width, height))
    return np.asarray(Image.fromarray(pixels).resize((size[0], size[1]), Image.Resampling.LANCZOS))
