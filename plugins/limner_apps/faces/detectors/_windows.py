"""What the cascade answers: the windows that it takes for faces, and the places that several of them agree on."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

LEAST = 24
"""Pixels a side of the window that the cascade was trained with."""


@cache
def _cascade() -> Any:
    """scikit-image's cascade of local binary patterns for faces seen from the front."""
    from skimage import data
    from skimage.feature import Cascade

    trained: Any = data.lbp_frontal_face_cascade_filename  # without types
    return Cascade(trained())


def windows(light: np.ndarray, *, scale: float, step: float, least: int, most: int) -> np.ndarray:
    """All windows that the cascade takes for a face, none merged: left, top, width and height, ``(n, 4)``.

    Args:
        light: gray, float32 ``(h, w)`` from 0 to 1.
        scale: how many times as large the next window is.
        step: how many times as far apart they are.
        least: pixels a side of the smallest window.
        most: and of the largest.
    """
    least, most = max(LEAST, least), min(most, *light.shape)
    if most < least:
        return np.empty((0, 4))
    found = _cascade().detect_multi_scale(
        img=light,
        scale_factor=scale,
        step_ratio=step,
        min_size=(least, least),
        max_size=(most, most),
        min_neighbor_number=0,
        intersection_score_threshold=2.0,  # no two share twice an area: nothing is merged
    )
    return np.asarray([(f["c"], f["r"], f["width"], f["height"]) for f in found], dtype=float).reshape(-1, 4)


def grouped(boxes: np.ndarray, overlap: float) -> list[tuple[np.ndarray, int]]:
    """Places, each the median of the windows that lie there, and how many these are; the most agreed upon first.

    A place takes the windows whose intersection with its own, over their union, is more than ``overlap``.
    """
    shared = np.stack([unions(boxes, box) for box in boxes]) > overlap if len(boxes) else np.empty((0, 0), dtype=bool)
    left = np.ones(len(boxes), dtype=bool)
    out = []
    while left.any():
        votes = (shared & left).sum(axis=1) * left
        members = shared[votes.argmax()] & left
        out.append((np.median(boxes[members], axis=0), int(members.sum())))
        left &= ~members
    return out


def unions(boxes: np.ndarray, box: np.ndarray) -> np.ndarray:
    """How well boxes ``(n, 4)`` lie over one of them: the area that is shared over that of both together, ``(n,)``."""
    ends = np.minimum(boxes[:, :2] + boxes[:, 2:], box[:2] + box[2:])
    sides = np.clip(ends - np.maximum(boxes[:, :2], box[:2]), 0.0, None)
    shared = sides[:, 0] * sides[:, 1]
    shares: np.ndarray = shared / (boxes[:, 2] * boxes[:, 3] + box[2] * box[3] - shared)
    return shares
