"""The parameters that settings determine: those that a stage draws differently than before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from limner.arrays.parameters import Parameter, ParameterLayout
from limner.artworks.resettings.places import Place
from limner.composition.stage_spec import StageSpec
from limner.errors import LimnerError
from limner.models.field import FieldModel
from limner.models.parameter_owners import parameter_owners
from limner.stages.base import Parametric, Stage
from limner.stages.color import ColorMode
from limner.stages.encoder import Encoder
from limner.stages.frame import Frame
from limner.stages.network import Network
from limner.utils.seeding import child_rng


class StageParameters:
    """The parameters of one stage of a model, for other settings of that stage.

    Args:
        model: the model of the recipe, or of a layer.
        span: the slice of its parameters in θ.
        spec: the stage.
        key: its key in the table of the recipe.
        index: its number under that key; None if there is only one.
    """

    def __init__(self, model: FieldModel, span: slice, spec: StageSpec[Stage], key: str, index: int | None) -> None:
        self.model, self.spec, self.start = model, spec, span.start
        self.path = key if index is None else f"{key}.{index}"
        self.layout, self.stream = ParameterLayout(), ""
        for path, stream, layout in self._owners():
            if path == self.path:
                self.layout, self.stream = layout, stream
                break
            self.start += layout.size

    def _owners(self) -> list[tuple[str, str, ParameterLayout]]:
        model = self.model
        return parameter_owners(model.recipe, model.network.layout_for(model.fan_in, model.fan_out))

    @cached_property
    def _before(self) -> dict[str, np.ndarray]:
        """The parameters that the stage draws, by name; empty if a file that it reads is missing."""
        try:
            return self._drawn(self.spec.stage)
        except LimnerError:
            return {}

    def _drawn(self, stage: Stage, seed: int = 0) -> dict[str, np.ndarray]:
        """Return the parameters that a stage draws, by name.

        Raises:
            LimnerError: a file that it reads is missing.
        """
        rng = child_rng(self.model.recipe.seed + seed, self.stream)
        if isinstance(stage, Network):
            values: Mapping[str, Any] = stage.init_params(rng, self.model.fan_in, self.model.fan_out)
        else:
            assert isinstance(stage, Parametric), "only such stages have parameters"
            values = stage.init_params(rng)
        return {name: np.asarray(getattr(value, "value", value), np.float32) for name, value in values.items()}

    def resolved(self, spec: StageSpec[Stage]) -> StageSpec[Stage]:
        """Return other settings of the stage with random choices replaced by values drawn from the artwork's seed."""
        return spec.resolved(child_rng(self.model.recipe.seed, self.stream, "structure")) if self.stream else spec

    def with_spec(self, spec: StageSpec[Stage], theta: np.ndarray, places: Sequence[Place]) -> np.ndarray:
        """Return θ with the parameters that other settings of the stage determine.

        An array that the stage draws as before is kept. So is a learned array whose initial values are random.

        Raises:
            LimnerError: the settings change the number of parameters.
        """
        if spec.stage == self.spec.stage:
            return theta
        layout = self._layout_of(spec.stage, places)
        if not layout.size:
            return theta
        try:
            after = self._drawn(spec.stage)
        except LimnerError:
            if self._before:
                raise
            return theta  # the file has been missing before: its data are in θ
        before = self._before
        changed = {
            name: new for name, new in after.items() if name not in before or not np.array_equal(before[name], new)
        }
        out = theta.copy() if changed else theta
        for parameter in layout.parameters:
            new = changed.get(parameter.name)
            if new is not None and not self._is_learned(parameter, theta, spec.stage, new):
                out[self._slice(parameter)] = new.ravel()
        return out

    def _slice(self, parameter: Parameter) -> slice:
        """Return the slice of the θ of the whole model."""
        own = self.layout.slices[parameter.name]
        return slice(self.start + own.start, self.start + own.stop)

    def _is_learned(self, parameter: Parameter, theta: np.ndarray, stage: Stage, new: np.ndarray) -> bool:
        """Return whether a parameter has other values than the drawn ones, and settings do not determine new ones."""
        before = self._before.get(parameter.name)
        if not parameter.trainable or before is None or np.array_equal(theta[self._slice(parameter)], before.ravel()):
            return False
        return not np.array_equal(new, self._drawn(stage, seed=1)[parameter.name])

    def _layout_of(self, stage: Stage, places: Sequence[Place]) -> ParameterLayout:
        """Return the layout of the stage's parameters with other settings.

        Raises:
            LimnerError: it is another one, or that of the network would be.
        """
        model, old = self.model, self.spec.stage
        if isinstance(stage, Network):
            layout = stage.layout_for(model.fan_in, model.fan_out)
        else:
            layout = stage.param_layout() if isinstance(stage, Parametric) else ParameterLayout()
        same = layout.shapes == self.layout.shapes
        if isinstance(stage, Encoder) and isinstance(old, Encoder):
            same = same and stage.num_features() == old.num_features()
        if isinstance(stage, ColorMode) and isinstance(old, ColorMode):
            same = same and stage.channels() == old.channels()
        if isinstance(stage, Frame) and isinstance(old, Frame):
            same = same and stage.raster() == old.raster()
        if not same:
            names = " and ".join(repr(place.path) for place in places)
            raise LimnerError(
                f"setting {names}: another value changes the number of parameters, so the picture would not remain; "
                "paint another artwork with it"
            )
        return layout
