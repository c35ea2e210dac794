"""The base class of colour modes that hold two other modes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from limner.plugin import Array, ColorMode, Context, ParameterLayout, Params, StageSpec


class ModePair(ColorMode):
    """A colour mode of two nested ones; θ holds the parameters of the first, then those of the second."""

    @abstractmethod
    def parts(self) -> tuple[tuple[str, StageSpec[ColorMode]], tuple[str, StageSpec[ColorMode]]]:
        """Return the two modes, each with the name of its field."""

    def resolved(self, rng: np.random.Generator) -> Self:
        """Return the mode with both of its modes resolved."""
        update = {name: part.resolved(child) for (name, part), child in zip(self.parts(), rng.spawn(2), strict=True)}
        return self.model_copy(update=update)

    def param_layout(self) -> ParameterLayout:
        """Return the first's parameters, then the second's."""
        return ParameterLayout.join((name, part.stage.param_layout()) for name, part in self.parts())

    def init_params(self, rng: np.random.Generator) -> Mapping[str, Any]:
        """Return the parameters of both, each drawn from its own generator, so that they are independent."""
        drawn = zip(self.parts(), rng.spawn(2), strict=True)
        return {f"{part}.{name}": v for (part, spec), own in drawn for name, v in spec.stage.init_params(own).items()}

    @staticmethod
    def colours_of(part: tuple[str, StageSpec[ColorMode]], params: Params, x: Array, ctx: Context) -> Array:
        """Return RGB of one of the modes, from its own channels and its part of the parameters."""
        name, spec = part
        return spec.stage.forward(params.part(name, spec.stage.param_layout()), x, ctx)

    @staticmethod
    def swatches_of(part: tuple[str, StageSpec[ColorMode]], params: Params) -> np.ndarray:
        """Return the colours that one of the modes mixes, ``(k, 3)`` sRGB from 0 to 1."""
        name, spec = part
        return spec.stage.swatches(params.part(name, spec.stage.param_layout()))
