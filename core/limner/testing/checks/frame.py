"""Checks of a frame: it is affine, and its bounds match the picture's corners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from limner.arrays.namespace import to_host
from limner.testing.dependencies import needs
from limner.testing.operations import SIZES
from limner.testing.probe import uniform
from limner.testing.subject import Subject, calling, require

if TYPE_CHECKING:
    from limner.stages.frame import Frame


@needs("forward_shape")
def check_frame_affine(subject: Subject[Frame]) -> None:
    """Require that ``forward`` is affine: warps rely on the frame to locate the picture's edges."""
    frame = subject.stage
    for size in SIZES:
        (p,), (q,) = uniform(2, 0.0, 9.0, seed=1)(20), uniform(2, 0.0, 9.0, seed=2)(20)
        with calling(subject, "forward"):
            between = to_host(frame.forward(0.25 * p + 0.75 * q, size))
            expected = to_host(0.25 * frame.forward(p, size) + 0.75 * frame.forward(q, size))
        same = np.allclose(between, expected, rtol=1e-9, atol=1e-9)
        require(same, f"{subject}: forward is not affine; move any distortion to a warp")


@needs("forward_shape", "frame_affine")
def check_frame_bounds(subject: Subject[Frame]) -> None:
    """Require that the bounds are the extreme coordinates of the picture's four corners, for every aspect ratio."""
    frame = subject.stage
    for width, height in SIZES:
        corners = np.asarray([[0.0, width, 0.0, width], [0.0, 0.0, height, height]])
        with calling(subject, "forward or bounds"):
            x, y = to_host(frame.forward(corners, (width, height)))
            bounds = frame.bounds((width, height))
        expected = (x.min(), x.max(), y.min(), y.max())
        require(
            np.allclose(bounds, expected, rtol=1e-9, atol=1e-9),
            f"{subject}: bounds of {width}x{height} are {tuple(bounds)}, but the corners map to "
            f"{np.round(expected, 6)}; note that pixel centres are at half-integers",
        )


OF_EXAMPLE = (check_frame_affine, check_frame_bounds)
