"""A second look: what is a face is one in a mirror too, and when the head is tilted a little."""

from __future__ import annotations

import numpy as np

from limner_apps.faces.detectors._windows import unions, windows

SIDE = 56
"""Pixels that the place is brought to, whatever its size was: so large and small faces are looked at alike."""
AROUND = 1.8
"""Sides of the square that is looked at, in those of the place."""
TILTS = (-16, -8, 0, 8, 16)  # degrees
SIZES = (36, 84)  # of windows
CLOSE = 0.4  # intersection over union
HALF = 2.0
"""The mean root of votes that makes a score of a half."""


def around(pixels: np.ndarray, place: np.ndarray) -> np.ndarray:
    """The place with what lies round it, brought to one size; where the picture ends, its edge goes on.

    Args:
        pixels: uint8 ``(h, w, ...)``.
        place: left, top, width and height.

    Returns:
        uint8 ``(101, 101, ...)``, the place in its middle.
    """
    from PIL import Image

    side = max(1, round(place[2] * AROUND))
    left, top = (round(float(place[i] + place[2 + i] / 2 - side / 2)) for i in (0, 1))
    rows = np.clip(np.arange(top, top + side), 0, pixels.shape[0] - 1)
    columns = np.clip(np.arange(left, left + side), 0, pixels.shape[1] - 1)
    whole = round(SIDE * AROUND)
    way = Image.Resampling.LANCZOS if side > whole else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(pixels[np.ix_(rows, columns)]).resize((whole, whole), way))


def agreement(view: np.ndarray) -> float:
    """How many windows agree on the middle of a gray view, uint8 ``(101, 101)``, in all looks: 0 to 1.

    The mean m of the roots of the votes, as m / (m + 2): a root, so that one lucky look does not outweigh the rest.
    """
    from PIL import Image

    picture, roots = Image.fromarray(view), []
    for tilt in TILTS:
        light = np.asarray(picture.rotate(tilt, Image.Resampling.BICUBIC)).astype(np.float32) / 255
        roots += [np.sqrt(_votes(one)) for one in (light, np.ascontiguousarray(light[:, ::-1]))]
    mean = float(np.mean(roots))
    return mean / (mean + HALF)


def _votes(light: np.ndarray) -> int:
    boxes = windows(light, scale=1.08, step=1.0, least=SIZES[0], most=SIZES[1])
    start = (len(light) - SIDE) / 2
    return int((unions(boxes, np.asarray([start, start, SIDE, SIDE])) > CLOSE).sum())
