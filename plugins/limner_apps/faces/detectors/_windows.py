"""The windows that the cascade classifies as faces, and the groups of those that overlap."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

MIN_WINDOW = 24
"""Side of the window that the cascade was trained with, in pixels."""


@cache
def _cascade() -> Any:
    """Return scikit-image's cascade of local binary patterns for faces seen from the front."""
    from skimage import data
    from skimage.feature import Cascade

    trained: Any = data.lbp_frontal_face_cascade_filename  # without types
    return Cascade(trained())


def windows(light: np.ndarray, *, scale: float, step: float, min_size: int, max_size: int) -> np.ndarray:
    """Return all windows that the cascade classifies as faces, unmerged: left, top, width and height, ``(n, 4)``.

    Args:
        light: gray, float32 ``(h, w)`` from 0 to 1.
        scale: ratio of one window size to the next smaller one.
        step: factor on the distance between windows; 1 is the finest search.
        min_size: side of the smallest window, in pixels.
        max_size: side of the largest window, in pixels.
    """
    min_size, max_size = max(MIN_WINDOW, min_size), min(max_size, *light.shape)
    if max_size < min_size:
        return np.empty((0, 4))
    found = _cascade().detect_multi_scale(
        img=light,
        scale_factor=scale,
        step_ratio=step,
        min_size=(min_size, min_size),
        max_size=(max_size, max_size),
        min_neighbor_number=0,
        intersection_score_threshold=2.0,  # an overlap cannot exceed 1, so nothing is merged
    )
    return np.asarray([(f["c"], f["r"], f["width"], f["height"]) for f in found], dtype=float).reshape(-1, 4)


def group_windows(boxes: np.ndarray, overlap: float) -> list[tuple[np.ndarray, int]]:
    """Return groups of windows, largest first, each as the median of its windows and their number.

    A group contains the windows whose IoU with one of them exceeds ``overlap``; each window belongs to one group.
    """
    shared = np.stack([iou(boxes, box) for box in boxes]) > overlap if len(boxes) else np.empty((0, 0), dtype=bool)
    ungrouped = np.ones(len(boxes), dtype=bool)
    groups = []
    while ungrouped.any():
        votes = (shared & ungrouped).sum(axis=1) * ungrouped
        members = shared[votes.argmax()] & ungrouped
        groups.append((np.median(boxes[members], axis=0), int(members.sum())))
        ungrouped &= ~members
    return groups


def iou(boxes: np.ndarray, box: np.ndarray) -> np.ndarray:
    """Return the intersection over union of boxes ``(n, 4)`` with a single box ``(4,)``, ``(n,)``."""
    ends = np.minimum(boxes[:, :2] + boxes[:, 2:], box[:2] + box[2:])
    sides = np.clip(ends - np.maximum(boxes[:, :2], box[:2]), 0.0, None)
    shared = sides[:, 0] * sides[:, 1]
    ratios: np.ndarray = shared / (boxes[:, 2] * boxes[:, 3] + box[2] * box[3] - shared)
    return ratios
