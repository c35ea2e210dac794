"""The stages of a single recipe, and their places in θ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from limner.arrays.parameters import ParameterLayout, Params
from limner.composition.recipe import SingleRecipe
from limner.models.base import NOTHING_STORED, Model
from limner.models.output_checks import check_count
from limner.models.parameter_owners import ParameterOwner, initial_parameters, parameter_owners
from limner.stages.base import Stage
from limner.utils.seeding import child_rng

if TYPE_CHECKING:
    from typing import Self

    import numpy as np

    from limner.arrays.namespace import Array
    from limner.composition.stage_spec import StageSpec
    from limner.stages.color import ColorMode
    from limner.stages.encoder import Encoder
    from limner.stages.frame import Frame
    from limner.stages.mask import Mask
    from limner.stages.network import Network
    from limner.stages.warp import Warp

StageT = TypeVar("StageT", bound=Stage)


class SingleModel(Model):
    """Frame, warps, encoders, network, colour mode and mask, with their parameters.

    θ is in this order, except that the parameters of the mask are before those of the network.
    """

    def __init__(self, recipe: SingleRecipe) -> None:
        self.recipe: SingleRecipe = recipe
        self.frame: Frame = recipe.frame.stage
        self.warps: list[Warp] = [spec.stage for spec in recipe.warps]
        self.encoders: list[Encoder] = [spec.stage for spec in recipe.encoders]
        self.network: Network = recipe.network.stage
        self.color: ColorMode = recipe.color.stage
        self.mask: Mask | None = recipe.mask.stage if recipe.mask else None

    @cached_property
    def fan_in(self) -> int:
        """The number of features that the network takes."""
        return sum(self._num_features)

    @cached_property
    def _num_features(self) -> list[int]:
        """The number of features of each encoder."""
        return [check_count(encoder, "num_features", encoder.num_features()) for encoder in self.encoders]

    @property
    def fan_out(self) -> int:
        """The number of values that the network outputs per sample."""
        return check_count(self.color, "num_components", self.color.channels())

    @cached_property
    def _param_owners(self) -> list[ParameterOwner]:
        """For each stage that may have parameters: its path, the key of its random stream, and its layout."""
        return parameter_owners(self.recipe, self.network.layout_for(self.fan_in, self.fan_out))

    @property
    def alpha(self) -> bool:
        """Whether the colour mode or a mask adds an alpha channel."""
        return self.color.alpha or self.mask is not None

    def resolved(self) -> SingleRecipe:
        """Return the recipe with each stage resolved; every stage has its own random generator."""
        names = iter([name for _, name, _ in self._param_owners])

        def resolve(spec: StageSpec[StageT]) -> StageSpec[StageT]:
            return spec.resolved(child_rng(self.recipe.seed, next(names), "structure"))

        recipe = self.recipe
        return replace(
            recipe,
            warps=tuple(resolve(spec) for spec in recipe.warps),
            encoders=tuple(resolve(spec) for spec in recipe.encoders),
            mask=resolve(recipe.mask) if recipe.mask else None,
            network=resolve(recipe.network),
            color=resolve(recipe.color),
        )

    @cached_property
    def layout(self) -> ParameterLayout:
        """The layouts of the stages, concatenated."""
        return ParameterLayout.join((path, layout) for path, _, layout in self._param_owners)

    @cached_property
    def _spans(self) -> list[slice]:
        """The slice of θ of each stage, in order."""
        out, start = [], 0
        for _, _, layout in self._param_owners:
            out.append(slice(start, start + layout.size))
            start += layout.size
        return out

    def init_params(self, stored: Mapping[str, np.ndarray] = NOTHING_STORED) -> np.ndarray:
        """Return the initial θ. Each stage has its own generator, so that adding one does not change the others."""
        return initial_parameters(self.recipe, self._param_owners, (self.fan_in, self.fan_out), stored)

    def _params(self, theta: Array, number: int) -> Params:
        """Return the parameters of a stage by name; ``number`` is the index of the stage, from the end if negative."""
        return Params(self._param_owners[number][2], theta[self._spans[number]])

    def swatches(self, theta: np.ndarray) -> np.ndarray:
        """Return the colours that the colour mode mixes."""
        return self.color.swatches(self._params(theta, -1))

    def color_guide(self, theta: Array) -> tuple[Self, Callable[[Array], Array]] | None:
        """Return the model and the target of the easier problem that the colour mode defines; see ``guide``."""
        guide = self.color.guide(self._params(theta, -1))
        if guide is None:
            return None
        model = copy(self)
        model.color = guide[0]
        return model, guide[1]
