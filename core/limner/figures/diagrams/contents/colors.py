"""The colour mode of a recipe as a diagram shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from limner.arrays.parameters import Params
from limner.errors import LimnerError
from limner.figures.diagrams.contents.pipeline import Colors
from limner.imaging.colors.hexadecimal import hex_colors
from limner.registry.names import short_name

if TYPE_CHECKING:
    from limner.composition.stage_spec import StageSpec
    from limner.stages.color import ColorMode


def colors_of(spec: StageSpec[ColorMode], prefix: str, values: Mapping[str, np.ndarray]) -> Colors:
    """Return the colour mode with the names of its channels and the colours that it mixes.

    Args:
        spec: the colour mode.
        prefix: the path of its parameters in ``values``.
        values: the parameters; if they lack those of the mode, only colours that do not depend on a seed are shown.
    """
    mode = spec.stage
    names = mode.component_names()
    channels = (*names, *(("α",) if mode.alpha else ())) if len(names) == mode.num_components() else ()
    return Colors(short_name(spec.kind), channels, _swatches(mode, prefix, values))


def _swatches(mode: ColorMode, prefix: str, values: Mapping[str, np.ndarray]) -> tuple[str, ...]:
    layout = mode.param_layout()
    own = {p.name: values[prefix + p.name] for p in layout.parameters if prefix + p.name in values}
    if len(own) == len(layout.parameters):
        return _css(mode.swatches(Params(layout, layout.pack(own))))
    try:
        drawn = [
            _css(mode.swatches(Params(layout, layout.pack(mode.init_params(np.random.default_rng(i)))))) for i in (0, 1)
        ]
    except LimnerError:  # the colours are those of a picture that is missing
        return ()
    return drawn[0] if drawn[0] == drawn[1] else ()


def _css(colours: np.ndarray) -> tuple[str, ...]:
    return tuple(hex_colors(np.nan_to_num(colours)))
