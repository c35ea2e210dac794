"""Check of an augmentation: the number of random draws does not depend on the images."""

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
    """Require the same number of draws for images of any shape, so that source and target change alike."""
    augment, states = subject.stage, {}
    for channels, height, width in SHAPES:
        rng = np.random.default_rng(1)
        images = np.full((channels, 1, height, width), 1 / channels)
        with calling(subject, f"forward of {channels} channels of {width}x{height}"):
            augment.forward(images, [rng])
        states[channels, height, width] = rng.bit_generator.state
    differing = next((shape for shape in SHAPES if states[shape] != states[SHAPES[0]]), None)
    problem = f"the number of random draws differs between images of shape {SHAPES[0]} and {differing}"
    require(differing is None, f"{subject}: {problem}; always draw the same amount, and use what fits")


OF_EXAMPLE = (check_augment_draws,)
