"""The detector ``cascade``."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pydantic import Field

from limner.plugin import Detection
from limner_apps.faces.detector import Detector
from limner_apps.faces.detectors import _appearance as appearance
from limner_apps.faces.detectors._second_look import FACE_SIZE, agreement, view_around
from limner_apps.faces.detectors._windows import MIN_WINDOW, group_windows, windows

LARGE_ENOUGH = 48
"""Side from which a candidate needs no extra score, in pixels. Smaller ones are many, and often resemble a face."""
MAX_SHARED = 0.4
"""Maximum fraction of the smaller of two faces that may lie inside the other."""


class Cascade(Detector):
    """A detector of frontal faces, based on scikit-image's cascade of local binary patterns (Liao et al. 2007).

    The cascade is fast, but has many false positives. So each candidate where several windows agree gets a second
    look, at one size, tilted and mirrored, and must have the contrast, the shaded eyes and, in a picture of several
    hues, the colour of a face.
    """

    longest: int = Field(
        default=1024, ge=64, le=8192, description="longer side of the copy that is searched, in pixels"
    )
    scale: float = Field(default=1.1, ge=1.01, le=2, description="ratio of one window size to the next smaller one")
    step: float = Field(default=1.2, ge=1, le=3, description="distance between windows; 1 is the finest search")
    smallest: float = Field(
        default=0.05, ge=0.001, le=1, description="smallest face, as a fraction of the shorter side"
    )
    largest: float = Field(default=1.0, ge=0.001, le=1, description="largest face, as a fraction of the shorter side")
    neighbors: int = Field(default=3, ge=1, le=1000, description="minimum number of overlapping windows")
    overlap: float = Field(default=0.4, ge=0.05, le=0.95, description="IoU from which windows count as overlapping")
    agreement: float = Field(default=0.525, ge=0, le=1, description="minimum score of the second look")
    caution: float = Field(
        default=0.08, ge=0, le=1, description="extra score that a face of 24 pixels needs; falls to 0 at 48 pixels"
    )
    contrast: float = Field(
        default=0.08, ge=0, le=5, description="minimum contrast: standard deviation of the luma divided by its mean"
    )
    eyes: float = Field(
        default=-0.1, ge=-3, le=3, description="how much darker than cheeks eyes must be, in standard deviations"
    )
    skin: float = Field(
        default=0.2, ge=0, le=1, description="minimum fraction of skin hues, in pictures of several hues"
    )

    @classmethod
    def examples(cls) -> tuple[Cascade, ...]:
        """Return the defaults, and a detector that accepts more."""
        return (cls(), cls(longest=256, neighbors=1, agreement=0.2, skin=0.0))

    def with_lower_thresholds(self) -> str:
        """Return the settings that reject most faces."""
        bounds = ("agreement", "smallest", "eyes", "skin")
        return "`set={'detector.neighbors': 1}`, or lower " + ", ".join(f"detector.{name}" for name in bounds)

    def find(self, pixels: np.ndarray) -> list[Detection]:
        """Group the cascade's windows, take a second look at each group, and drop overlapping faces of lower score."""
        small = _downsized(pixels, self.longest)
        light = appearance.luma(small)
        shorter = min(light.shape)
        boxes = windows(
            (light / 255).astype(np.float32),
            scale=self.scale,
            step=self.step,
            min_size=round(self.smallest * shorter),
            max_size=round(self.largest * shorter),
        )
        coloured = small.ndim == 3 and len(boxes) > 0 and appearance.many_hues(small)
        candidates = [box for box, votes in group_windows(boxes, self.overlap) if votes >= self.neighbors]
        scored = [self._score(small, box, coloured=coloured) for box in candidates]
        factors = pixels.shape[1] / small.shape[1], pixels.shape[0] / small.shape[0]
        return [_scale_up(box, factors, pixels.shape) for box in _without_overlaps(scored)]

    def _score(self, pixels: np.ndarray, candidate: np.ndarray, *, coloured: bool) -> Detection:
        """Return a candidate with its score and the first reason against it, if any."""
        view = view_around(pixels, candidate)
        light = appearance.luma(view)
        start = (len(view) - FACE_SIZE) // 2
        inner = slice(start, start + FACE_SIZE)
        face = light[inner, inner]
        score = agreement(np.rint(light).astype(np.uint8))
        doubt = ""
        smallness = np.clip((LARGE_ENOUGH - candidate[2]) / (LARGE_ENOUGH - MIN_WINDOW), 0, 1)
        if score < self.agreement + self.caution * smallness:
            doubt = "not confirmed by the second look"
        elif appearance.contrast(face) < self.contrast:
            doubt = "too little contrast"
        elif appearance.shadow(face) < self.eyes:
            doubt = "eyes not darker than cheeks"
        elif coloured and appearance.skin(view[inner, inner]) < self.skin:
            doubt = "not the colour of skin"
        left, top, width, height = candidate.tolist()
        return Detection(left, top, width, height, score, doubt)


def _without_overlaps(boxes: list[Detection]) -> list[Detection]:
    """Give faces that overlap one of higher score a doubt, and return faces first, then doubts, by descending score."""
    faces: list[Detection] = []
    doubtful = [box for box in boxes if box.doubt]
    for box in sorted((box for box in boxes if not box.doubt), key=lambda box: -box.score):
        if any(box.overlap(face) > MAX_SHARED for face in faces):
            doubtful.append(replace(box, doubt="overlaps a face of higher score"))
        else:
            faces.append(box)
    return faces + sorted(doubtful, key=lambda box: -box.score)


def _scale_up(box: Detection, factors: tuple[float, float], shape: tuple[int, ...]) -> Detection:
    """Return a box of the smaller copy in pixels of the picture."""
    left, top = box.left * factors[0], box.top * factors[1]
    right, bottom = (box.left + box.width) * factors[0], (box.top + box.height) * factors[1]
    width, height = min(right, shape[1]) - left, min(bottom, shape[0]) - top
    return replace(box, left=left, top=top, width=width, height=height)


def _downsized(pixels: np.ndarray, longest: int) -> np.ndarray:
    """Return the pixels, resized if their longer side exceeds ``longest``."""
    from PIL import Image

    height, width = pixels.shape[:2]
    if max(height, width) <= longest:
        return pixels
    size = tuple(max(1, round(side * longest / max(height, width))) for side in (width, height))
    return np.asarray(Image.fromarray(pixels).resize((size[0], size[1]), Image.Resampling.LANCZOS))
