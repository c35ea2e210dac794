"""The stages of a recipe that may have parameters, in the order of θ, and their initial values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from limner.errors import LimnerError
from limner.models.output_checks import check_layout, pack_init_params
from limner.stages.base import Parametric
from limner.stages.network import Network
from limner.utils.seeding import child_rng

if TYPE_CHECKING:
    from limner.arrays.parameters import ParameterLayout
    from limner.composition.recipe import SingleRecipe
    from limner.composition.stage_spec import StageSpec

ParameterOwner: TypeAlias = "tuple[str, str, ParameterLayout]"
"""The path of a stage, the key of its random stream, and its layout."""


def parameter_owners(recipe: SingleRecipe, network_layout: ParameterLayout) -> list[ParameterOwner]:
    """Return the warps, the encoders, the mask if there is one, the network and the colour mode.

    Args:
        recipe: the recipe.
        network_layout: the layout of its network.
    """
    out = list[ParameterOwner]()
    several: dict[str, Sequence[StageSpec[Parametric]]] = {"warp": recipe.warps, "encoder": recipe.encoders}
    for role, specs in several.items():
        for i, spec in enumerate(specs):
            repeat = sum(1 for other in specs[:i] if other.kind == spec.kind)
            out.append((f"{role}.{i}", f"{role}.{spec.kind}.{repeat}", _layout(spec)))
    if recipe.mask:
        out.append(("mask", f"mask.{recipe.mask.kind}", _layout(recipe.mask)))
    out.append(("network", f"network.{recipe.network.kind}", network_layout))
    out.append(("color", f"color.{recipe.color.kind}", _layout(recipe.color)))
    return out


def _layout(spec: StageSpec[Parametric]) -> ParameterLayout:
    return check_layout(spec.stage, spec.stage.param_layout())


def initial_parameters(
    recipe: SingleRecipe, owners: Sequence[ParameterOwner], fans: tuple[int, int], stored: Mapping[str, np.ndarray]
) -> np.ndarray:
    """Return the initial θ. Each stage has its own generator, so that adding one does not change the others.

    Args:
        recipe: the recipe.
        owners: its stages that may have parameters.
        fans: the numbers of features and channels of its network.
        stored: parameters to use for stages that cannot be initialised, by path.

    Raises:
        LimnerError: a stage cannot be initialised.
    """
    stages, drawn = dict(recipe.parts()), [np.empty(0, np.float32)]
    for path, key, layout in owners:
        stage = stages[path].stage
        if not layout.size:
            continue
        assert isinstance(stage, Parametric | Network)
        rng = child_rng(recipe.seed, key)
        try:
            values = stage.init_params(rng, *fans) if isinstance(stage, Network) else stage.init_params(rng)
        except LimnerError:
            if path not in stored:
                raise
            drawn.append(stored[path])
        else:
            drawn.append(pack_init_params(stage, layout, values))
    return np.concatenate(drawn, dtype=np.float32)
