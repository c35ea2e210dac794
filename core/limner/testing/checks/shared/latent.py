"""Check of the point in a latent space that an encoder draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from limner.arrays.parameters import Params
from limner.stages.conditioning import ConditioningEncoder
from limner.testing.dependencies import needs
from limner.testing.probe import SEED
from limner.testing.subject import Subject, calling, require

if TYPE_CHECKING:
    from limner.stages.encoder import Encoder


@needs("forward_shape")
def check_draw_latent(subject: Subject[Encoder]) -> None:
    """Require finite values of parameters of the encoder, in their shapes, that depend on the generator alone."""
    stage = subject.stage
    if not isinstance(stage, ConditioningEncoder):
        return
    layout = stage.param_layout()
    params = Params(layout, layout.pack(stage.init_params(np.random.default_rng(SEED))))
    with calling(subject, "draw_latent"):
        drawn, again = (stage.draw_latent(params, np.random.default_rng(SEED + 1)) for _ in range(2))
    for name, values in drawn.items():
        shape = layout.shapes.get(name)
        require(shape is not None, f"{subject}: draw_latent() returns {name!r}, which is no parameter of the encoder")
        array = np.asarray(values)
        problem = f"draw_latent() returns {name} of shape {array.shape}"
        require(array.shape == shape, f"{subject}: {problem}; return finite numbers of shape {shape}")
        require(bool(np.isfinite(array).all()), f"{subject}: draw_latent() returns {name} with infinite or NaN values")
        require(
            np.array_equal(array, np.asarray(again.get(name))),
            f"{subject}: draw_latent() returns two results for one seed; draw only from the given generator",
        )
