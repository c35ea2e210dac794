"""Checks of a detector: its boxes lie in the picture, in order, and a plain picture has none."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from limner.app.pictures import open_picture
from limner.plugin import Detection
from limner.testing import Subject, calling, needs, require

if TYPE_CHECKING:
    from limner_apps.faces.detector import Detector

SEED = 20
SIZES = ((1, 1), (3, 40), (40, 3), (90, 64))  # height and width
APART = 0.5
SLACK = 1e-6  # pixels
FACE = Detection(170, 60, 110, 120)
"""Where the face is in scikit-image's astronaut."""


def _pictures() -> Iterator[tuple[str, np.ndarray]]:
    """Small ones of any proportions, gray and coloured: plain, and all noise; read-only."""
    rng = np.random.default_rng(SEED)
    for shape in SIZES:
        for channels in ((), (3,)):
            plain = np.full((*shape, *channels), 200, dtype=np.uint8)
            noisy = np.asarray(rng.integers(0, 256, plain.shape, dtype=np.uint8))
            for kind, pixels in (("plain", plain), ("noisy", noisy)):
                pixels.setflags(write=False)
                colour = "coloured" if channels else "gray"
                yield f"a {kind} {colour} picture of {shape[1]}x{shape[0]}", pixels


def _found(subject: Subject[Detector], what: str, pixels: np.ndarray) -> list[Detection]:
    with calling(subject, f"find in {what}"):
        boxes = subject.stage.find(pixels)
    good = isinstance(boxes, list) and all(isinstance(box, Detection) for box in boxes)
    require(good, f"{subject}: find in {what} gave no list of Box; give [] where there is nothing")
    return boxes


def check_boxes_lie_inside(subject: Subject[Detector]) -> None:
    """Whatever the picture: boxes lie in it, scores are 0 to 1, doubts are a line."""
    for what, pixels in _pictures():
        for box in _found(subject, what, pixels):
            sides = (box.left, box.top, box.width, box.height)
            require(all(map(math.isfinite, sides)) and min(sides[2:]) > 0, f"{subject}: {box} of {what} has no area")
            inside = min(sides[:2]) >= -SLACK
            inside &= box.left + box.width <= pixels.shape[1] + SLACK
            inside &= box.top + box.height <= pixels.shape[0] + SLACK
            require(inside, f"{subject}: {box} lies beyond {what}; cut it at the picture's edges")
            require(0 <= box.score <= 1, f"{subject}: {box} of {what} has a score that is not 0 to 1")
            require(box.doubt.isprintable(), f"{subject}: {box} of {what} has a doubt of more than a line")


@needs("boxes_lie_inside")
def check_plain_has_no_face(subject: Subject[Detector]) -> None:
    """Where all is of one colour there is nothing."""
    for what, pixels in _pictures():
        if " plain " in what:
            faces = [box for box in _found(subject, what, pixels) if not box.doubt]
            require(not faces, f"{subject} finds a face in {what}; give such a box a doubt, or leave it out")


@needs("boxes_lie_inside", "plain_has_no_face")
def check_finds_a_face(subject: Subject[Detector]) -> None:
    """With its defaults it finds the face in scikit-image's astronaut, once, in order, and the same the next time."""
    if subject.number:
        return
    what = "skimage:astronaut"
    pixels = np.array(open_picture(what, "the kit").convert("RGB"))
    pixels.setflags(write=False)
    boxes = _found(subject, what, pixels)
    faces = [box for box in boxes if not box.doubt]
    require(any(box.overlap(FACE) > APART for box in faces), f"{subject} does not find the face in {what}")
    ordered = boxes[: len(faces)] == faces == sorted(faces, key=lambda box: -box.score)
    require(ordered, f"{subject}: put faces first, the highest score first of all, and behind them what has a doubt")
    twice = next((a for i, a in enumerate(faces) for b in faces[:i] if a.overlap(b) > APART), None)
    require(twice is None, f"{subject}: {twice} of {what} lies in another; give the less sure of the two a doubt")
    require(_found(subject, what, pixels) == boxes, f"{subject} finds something else in {what} the second time")


CHECKS = (check_boxes_lie_inside, check_plain_has_no_face, check_finds_a_face)
