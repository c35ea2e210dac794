"""Checks of a colour mode: its channels, its range and its alpha."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from limner.arrays.parameters import Params
from limner.testing.checks.shared.names import check_names
from limner.testing.dependencies import needs
from limner.testing.operations import with_alpha
from limner.testing.probe import CONTEXT, uniform
from limner.testing.subject import Subject, calling, require

if TYPE_CHECKING:
    from limner.stages.color import ColorMode

MAX_CORNER_CHANNELS = 8  # up to this many channels, every corner of the cube is tested
EPSILON = 1e-6


def check_channels(subject: Subject[ColorMode]) -> None:
    """Require one channel per component, and one more if the mode has alpha."""
    for mode in with_alpha(subject.stage):
        expected, got = mode.num_components() + int(mode.alpha), mode.channels()
        valid = type(got) is int and got == expected and mode.num_components() >= 1
        require(valid, f"{subject}: channels() returned {got!r}, not {expected}; override only num_components()")
        check_names(subject, "component_names", mode.component_names(), mode.num_components())


@needs("channels", "forward_shape")
def check_color_range(subject: Subject[ColorMode]) -> None:
    """Require that components from 0 to 1 give RGB from 0 to 1, unless the class declares a wider gamut."""
    low, high = _range_of(subject)
    if not subject.stage.wide_gamut:
        lead = f"{subject}: components from 0 to 1 give RGB from {low:.6g} to {high:.6g}"
        inside = low >= -EPSILON and high <= 1 + EPSILON
        require(inside, f"{lead}; keep RGB in 0 to 1, or declare wide_gamut = True")


@needs("channels", "forward_shape")
def check_declared_gamut(subject: Subject[ColorMode]) -> None:
    """Require that at least one example of a class with ``wide_gamut`` leaves 0 to 1."""
    if subject.number or not subject.stage.wide_gamut:
        return
    ranges = [_range_of(replace(subject, stage=example)) for example in type(subject.stage).examples()]
    outside = any(low < -EPSILON or high > 1 + EPSILON for low, high in ranges)
    fix = "remove wide_gamut = True, or add settings to examples() that exceed this range"
    require(outside, f"{subject}: RGB stays in 0 to 1; {fix}")


@needs("channels", "forward_shape")
def check_opacity(subject: Subject[ColorMode]) -> None:
    """Require an alpha of at least 0.25 with folded opacity, and of 0 to 1 otherwise."""
    for mode, y in _colours(subject):
        if mode.alpha:
            low, high = float(y[3, :].min()), float(y[3, :].max())
            minimum = 0.25 if mode.opacity == "fold" else 0.0
            within = low >= minimum - EPSILON and high <= 1 + EPSILON
            require(within, f"{subject}: alpha ranges from {low:.6g} to {high:.6g}; keep it in {minimum:g} to 1")


@needs("channels", "forward_shape")
def check_swatches(subject: Subject[ColorMode]) -> None:
    """Require swatches ``(k, 3)`` from 0 to 1, and at least one of a mode that takes a palette, with its fields."""
    mode = subject.stage
    layout = mode.param_layout()
    params = Params(layout, layout.pack(mode.init_params(np.random.default_rng(1))).astype(np.float64))
    with calling(subject, "swatches"):
        colours = mode.swatches(params)
    shaped = isinstance(colours, np.ndarray) and colours.ndim == 2 and colours.shape[1] == 3
    got = getattr(colours, "shape", type(colours).__name__)
    require(shaped, f"{subject}: swatches() returned {got}; return a NumPy array (k, 3), (0, 3) for no colours")
    within = bool(np.isfinite(colours).all()) and bool(((colours >= -EPSILON) & (colours <= 1 + EPSILON)).all())
    require(within, f"{subject}: swatches() leave 0 to 1; return sRGB colours")
    if mode.takes_palette:
        missing = [name for name in ("name", "colors", "image") if name not in type(mode).model_fields]
        require(
            not missing,
            f"{subject}: takes_palette is True, and the fields {', '.join(missing)} are missing; add them",
        )
        require(len(colours) > 0, f"{subject}: takes_palette is True, and swatches() is empty; return the colours in θ")


def _range_of(subject: Subject[ColorMode]) -> tuple[float, float]:
    """Return the minimum and the maximum of RGB over components from 0 to 1."""
    rgb = [y[:3, :] for _, y in _colours(subject)]
    return min(float(each.min()) for each in rgb), max(float(each.max()) for each in rgb)


@needs("channels", "forward_shape")
def check_color_out_of_range(subject: Subject[ColorMode]) -> None:
    """Require finite colours for channels outside 0 to 1, which a network without a squashing output produces."""
    for _, y in _colours(subject, -1.0, 2.0):
        require(
            np.isfinite(y).all(),
            f"{subject}: channels from -1 to 2 give colours that are not finite; guard the division, root or logarithm",
        )


def _colours(
    subject: Subject[ColorMode], low: float = 0.0, high: float = 1.0
) -> Iterator[tuple[ColorMode, np.ndarray]]:
    """Yield the colours of channels all over a cube and in its corners, with and without alpha."""
    for mode in with_alpha(subject.stage):
        channels = mode.channels()
        (x,) = uniform(channels, low, high)(200)
        if channels <= MAX_CORNER_CHANNELS:
            x = np.concatenate([x, np.asarray(list(product((low, high), repeat=channels))).T], axis=1)
        layout = mode.param_layout()
        params = Params(layout, layout.pack(mode.init_params(np.random.default_rng(1))).astype(np.float64))
        with calling(subject, "forward"):
            yield mode, np.asarray(mode.rgba(params, x, CONTEXT))


OF_EXAMPLE = (
    check_channels,
    check_color_range,
    check_declared_gamut,
    check_opacity,
    check_color_out_of_range,
    check_swatches,
)
