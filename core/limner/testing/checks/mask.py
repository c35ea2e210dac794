"""Checks of a mask, the range of its opacity and its colours, and the map by which checks call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from limner.arrays.parameters import Params
from limner.testing.checks.shared.parametric import check_nothing_trainable
from limner.testing.dependencies import needs
from limner.testing.probe import CONTEXT, SEED, Map, uniform
from limner.testing.subject import Subject, calling, require

if TYPE_CHECKING:
    from limner.stages.mask import Mask

POINTS = 400
EPSILON = 1e-6


def maps(stage: Mask) -> list[Map]:
    """Return the map of a mask from its points, with their colours as a second array, to RGBA."""
    layout = stage.param_layout()
    return [
        Map(
            label="",
            rows=4,
            draw=_inputs,
            forward=lambda theta, xy, colours: stage.rgba(Params(layout, theta), xy, colours, CONTEXT),
            layout=layout,
            theta=layout.pack(stage.init_params(np.random.default_rng(SEED))),
        )
    ]


def _inputs(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return points of a picture and a little around it, ``(2, n)``, and RGBA colours, ``(4, n)``."""
    return uniform(2, -0.8, 0.8)(n)[0], uniform(4, 0.0, 1.0, seed=SEED + 1)(n)[0]


@needs("forward_shape")
def check_mask_opacity(subject: Subject[Mask]) -> None:
    """Require an opacity of 0 to 1, one row, that neither the number of channels nor alpha changes."""
    xy, colours = _inputs(POINTS)
    with calling(subject, "forward"):
        opacity = np.asarray(subject.stage.forward(_params(subject), xy, colours[:3, :], CONTEXT))
    require(
        opacity.shape == (1, POINTS), f"{subject}: forward returned {opacity.shape}; return opacities of shape (1, n)"
    )
    low, high = float(opacity.min()), float(opacity.max())
    within = low >= -EPSILON and high <= 1 + EPSILON
    require(within, f"{subject}: the opacity ranges from {low:.6g} to {high:.6g}; keep it in 0 to 1")


@needs("mask_opacity")
def check_mask_colors(subject: Subject[Mask]) -> None:
    """Require RGBA from 0 to 1 of RGB and of RGBA colours from 0 to 1; points without opacity stay invisible."""
    xy, colours = _inputs(POINTS)
    for channels in (3, 4):
        with calling(subject, "rgba"):
            rgba = np.asarray(subject.stage.rgba(_params(subject), xy, colours[:channels, :], CONTEXT))
        require(
            rgba.shape == (4, POINTS), f"{subject}: rgba of {channels} channels returned {rgba.shape}; return (4, n)"
        )
        low, high = float(rgba.min()), float(rgba.max())
        within = low >= -EPSILON and high <= 1 + EPSILON
        require(within, f"{subject}: rgba ranges from {low:.6g} to {high:.6g}; keep colours and opacity in 0 to 1")


def _params(subject: Subject[Mask]) -> Params:
    layout = subject.stage.param_layout()
    return Params(layout, layout.pack(subject.stage.init_params(np.random.default_rng(SEED))).astype(np.float64))


OF_EXAMPLE = (check_nothing_trainable, check_mask_opacity, check_mask_colors)
