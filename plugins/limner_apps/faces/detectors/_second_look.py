"""The second look at a candidate: a face is still one when mirrored or slightly tilted."""

from __future__ import annotations

import numpy as np

from limner_apps.faces.detectors._windows import iou, windows

FACE_SIZE = 56
"""Side that a candidate is resized to, in pixels, so that large and small faces are treated alike."""
VIEW_SCALE = 1.8
"""Side of the view, relative to that of the candidate."""
TILTS = (-16, -8, 0, 8, 16)  # degrees
WINDOW_SIZES = (36, 84)  # pixels
MIN_IOU = 0.4
HALF_SCORE = 2.0
"""Mean root of votes at which the score is 0.5."""


def view_around(pixels: np.ndarray, box: np.ndarray) -> np.ndarray:
    """Return a candidate with its surroundings, resized to one size; beyond the picture, its edge pixels are repeated.

    Args:
        pixels: uint8 ``(h, w, ...)``.
        box: left, top, width and height of the candidate.

    Returns:
        uint8 ``(101, 101, ...)``, with the candidate in the middle.
    """
    from PIL import Image

    side = max(1, round(box[2] * VIEW_SCALE))
    left, top = (round(float(box[i] + box[2 + i] / 2 - side / 2)) for i in (0, 1))
    rows = np.clip(np.arange(top, top + side), 0, pixels.shape[0] - 1)
    columns = np.clip(np.arange(left, left + side), 0, pixels.shape[1] - 1)
    size = round(FACE_SIZE * VIEW_SCALE)
    resampling = Image.Resampling.LANCZOS if side > size else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(pixels[np.ix_(rows, columns)]).resize((size, size), resampling))


def agreement(view: np.ndarray) -> float:
    """Return how strongly the cascade sees a face in the middle of a gray view, uint8 ``(101, 101)``: 0 to 1.

    The view is searched tilted and mirrored; each variant has as many votes as windows in the middle. The score is
    m / (m + 2), where m is the mean of the square roots of the votes, so that one variant does not outweigh the rest.
    """
    from PIL import Image

    picture, roots = Image.fromarray(view), []
    for tilt in TILTS:
        light = np.asarray(picture.rotate(tilt, Image.Resampling.BICUBIC)).astype(np.float32) / 255
        roots += [np.sqrt(_votes(variant)) for variant in (light, np.ascontiguousarray(light[:, ::-1]))]
    mean = float(np.mean(roots))
    return mean / (mean + HALF_SCORE)


def _votes(light: np.ndarray) -> int:
    """Return how many windows lie over the middle of a view."""
    boxes = windows(light, scale=1.08, step=1.0, min_size=WINDOW_SIZES[0], max_size=WINDOW_SIZES[1])
    start = (len(light) - FACE_SIZE) / 2
    return int((iou(boxes, np.asarray([start, start, FACE_SIZE, FACE_SIZE])) > MIN_IOU).sum())
