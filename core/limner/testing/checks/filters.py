"""Checks of encoders: names of features, latent points, independent pictures of a set, and the display as RGB."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from limner.arrays.namespace import to_host
from limner.arrays.parameters import Params
from limner.stages.context import Samples
from limner.stages.image_filter import ImageFilter
from limner.testing.checks.shared.latent import check_draw_latent
from limner.testing.checks.shared.names import check_names
from limner.testing.dependencies import needs
from limner.testing.probe import CONTEXT, SEED, uniform
from limner.testing.subject import Subject, calling, require

if TYPE_CHECKING:
    from limner.stages.encoder import Encoder

COUNT, SIZES = 4, ((8, 8), (6, 10))


@needs("forward_shape")
def check_feature_names(subject: Subject[Encoder]) -> None:
    """Require a name for each feature, or none at all."""
    with calling(subject, "feature_names or num_features"):
        names, count = subject.stage.feature_names(), subject.stage.num_features()
    check_names(subject, "feature_names", names, count)


@needs("forward_shape")
def check_filter_independence(subject: Subject[Encoder]) -> None:
    """Require that the result for a picture depends on its index in the set, not on the other pictures of the batch."""
    stage = subject.stage
    if "image" not in stage.domains:
        return
    images, index = _images(8, 8), np.asarray([5, 0, 5, 2])
    whole = _filtered(subject, images, index)
    reversed_ = _filtered(subject, images[:, ::-1], index[::-1])[:, ::-1]
    alone = _filtered(subject, images[:, 2:3], index[2:3])
    pairs = (whole, reversed_), (whole[:, 2:3], alone)
    same = all(np.allclose(a, b, rtol=1e-5, atol=1e-6) for a, b in pairs)
    fix = "draw from ctx.rng(name, index) with the picture's samples.index"
    require(same, f"{subject}: the result for a picture depends on the rest of the batch; {fix}")


@needs("forward_shape")
def check_filter_to_rgb(subject: Subject[Encoder]) -> None:
    """Require that ``to_rgb`` returns finite RGB pictures of the size that ``output_size`` returns."""
    stage = subject.stage
    if not isinstance(stage, ImageFilter):
        return
    for height, width in SIZES:
        features = _filtered(subject, _images(height, width), np.arange(COUNT))
        with calling(subject, "to_rgb"):
            rgb = stage.to_rgb(features)
        expected = (3, COUNT, *stage.output_size((width, height))[::-1])
        problem = f"returned {rgb.shape} for pictures of {width}x{height}; return finite numbers of shape {expected}"
        require(rgb.shape == expected and np.isfinite(to_host(rgb)).all(), f"{subject}: to_rgb {problem}")


def _images(height: int, width: int) -> np.ndarray:
    return uniform(3, 0.0, 1.0, height, width)(COUNT)[0].astype(np.float32)


def _filtered(subject: Subject[Encoder], images: np.ndarray, index: np.ndarray) -> np.ndarray:
    stage = subject.stage
    layout = stage.param_layout()
    params = Params(layout, layout.pack(stage.init_params(np.random.default_rng(SEED))))
    samples = Samples(images=np.ascontiguousarray(images), index=index, other_images=images[::-1].copy())
    ctx = replace(CONTEXT, size=(images.shape[3], images.shape[2]), step=3)
    with calling(subject, "forward for pictures of a set"):
        return np.asarray(stage.forward(params, samples, ctx))


OF_EXAMPLE = (check_feature_names, check_filter_independence, check_filter_to_rgb, check_draw_latent)
