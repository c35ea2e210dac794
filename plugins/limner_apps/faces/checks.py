"""Checks of a detector: its boxes lie inside the picture and are sorted, and a plain picture has no face."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from limner.app.pictures import read_picture, to_uint8
from limner.plugin import Detection
from limner.testing import Subject, calling, needs, require

if TYPE_CHECKING:
    from limner_apps.faces.detector import Detector

SEED = 20
SIZES = ((1, 1), (3, 40), (40, 3), (90, 64))  # height and width
MAX_SHARED = 0.5
TOLERANCE = 1e-6  # pixels
FACE = Detection(170, 60, 110, 120)
"""The position of the face in scikit-image's astronaut."""


def _pictures() -> Iterator[tuple[str, np.ndarray]]:
    """Yield a description and the read-only pixels of small pictures: plain and noisy, gray and coloured."""
    rng = np.random.default_rng(SEED)
    for shape in SIZES:
        for channels in ((), (3,)):
            plain = np.full((*shape, *channels), 200, dtype=np.uint8)
            noisy = np.asarray(rng.integers(0, 256, plain.shape, dtype=np.uint8))
            for kind, pixels in (("plain", plain), ("noisy", noisy)):
                pixels.setflags(write=False)
                colour = "coloured" if channels else "gray"
                yield f"a {kind} {colour} picture of {shape[1]}x{shape[0]}", pixels


def _detect(subject: Subject[Detector], what: str, pixels: np.ndarray) -> list[Detection]:
    with calling(subject, f"find in {what}"):
        boxes = subject.stage.find(pixels)
    valid = isinstance(boxes, list) and all(isinstance(box, Detection) for box in boxes)
    require(valid, f"{subject}: find() does not return a list of Detection for {what}; return [] if there is no face")
    return boxes


def check_boxes_lie_inside(subject: Subject[Detector]) -> None:
    """Check that boxes lie inside any picture, that scores are 0 to 1, and that doubts are a single line."""
    for what, pixels in _pictures():
        for box in _detect(subject, what, pixels):
            sides = (box.left, box.top, box.width, box.height)
            require(all(map(math.isfinite, sides)) and min(sides[2:]) > 0, f"{subject}: {box} of {what} has no area")
            inside = min(sides[:2]) >= -TOLERANCE
            inside &= box.left + box.width <= pixels.shape[1] + TOLERANCE
            inside &= box.top + box.height <= pixels.shape[0] + TOLERANCE
            require(inside, f"{subject}: {box} extends beyond {what}; clip it to the picture")
            require(0 <= box.score <= 1, f"{subject}: {box} of {what} has a score outside 0 to 1")
            require(box.doubt.isprintable(), f"{subject}: {box} of {what} has a doubt of more than one line")


@needs("boxes_lie_inside")
def check_plain_has_no_face(subject: Subject[Detector]) -> None:
    """Check that no face is found in a picture of a single colour."""
    for what, pixels in _pictures():
        if " plain " in what:
            faces = [box for box in _detect(subject, what, pixels) if not box.doubt]
            require(not faces, f"{subject}: finds a face in {what}; omit such a box, or give it a doubt")


@needs("boxes_lie_inside", "plain_has_no_face")
def check_finds_a_face(subject: Subject[Detector]) -> None:
    """Check that the defaults find the face in scikit-image's astronaut: once, sorted, and reproducibly."""
    if subject.number:
        return
    what = "skimage:astronaut"
    pixels = np.moveaxis(to_uint8(read_picture(what, "the kit").colour), 0, -1).copy()
    pixels.setflags(write=False)
    boxes = _detect(subject, what, pixels)
    faces = [box for box in boxes if not box.doubt]
    require(any(box.overlap(FACE) > MAX_SHARED for box in faces), f"{subject}: does not find the face in {what}")
    ordered = boxes[: len(faces)] == faces == sorted(faces, key=lambda box: -box.score)
    require(ordered, f"{subject}: boxes are not sorted; put faces first, by descending score, then boxes with a doubt")
    twice = next((a for i, a in enumerate(faces) for b in faces[:i] if a.overlap(b) > MAX_SHARED), None)
    require(twice is None, f"{subject}: {twice} of {what} overlaps another face; give the one of lower score a doubt")
    require(_detect(subject, what, pixels) == boxes, f"{subject}: a second call on {what} returns other boxes")


CHECKS = (check_boxes_lie_inside, check_plain_has_no_face, check_finds_a_face)
