"""Checks of an augmentation: what it draws does not follow from what the pictures look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from limner.testing.dependencies import needs
from limner.testing.subject import Subject, calling, require

if TYPE_CHECKING:
    from limner.stages.augment import Augment

SHAPES = ((3, 8, 8), (1, 8, 8), (5, 8, 8), (3, 4, 16))


@needs("forward_shape")
def check_augment_draws(subject: Subject[Augment]) -> None:
    """Whatever the channels, size and numbers of a picture are, as much is drawn: a source goes with its target."""
    augment, states = subject.stage, {}
    for channels, height, width in SHAPES:
        rng = np.random.default_rng(1)
        images = np.full((channels, 1, height, width), 1 / channels)
        with calling(subject, f"forward of {channels} channels of {width}x{height}"):
            augment.forward(images, [rng])
        states[channels, height, width] = rng.bit_generator.state
    differing = next((shape for shape in SHAPES if states[shape] != states[SHAPES[0]]), None)
    problem = f"draws another number of times for pictures of {differing} than for those of {SHAPES[0]}"
    require(differing is None, f"{subject} {problem}; draw the same, whatever the picture, and use what fits")


OF_EXAMPLE = (check_augment_draws,)
