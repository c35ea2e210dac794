"""Check a recipe that converts pictures, and configure its stages for the size of the training images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from limner.composition.parser import parse
from limner.composition.recipe import SingleRecipe
from limner.composition.stage_choice import StageLike, Swap, label
from limner.errors import LimnerError
from limner.models.image_to_image import ImageToImageModel, filtered_size
from limner.registry.registry import registry
from limner.stages.image_filter import ImageFilter
from limner.stages.network import Discriminator, ImageNetwork, Network
from limner.stages.optimization.image_trainer import configured_trainer

DEFAULT_RECIPE = "colorize"


def title_for_swap(swap: Swap, title: str) -> str:
    """Return the title of a network whose input or output filters are swapped."""
    names, output = (", ".join(_labels(swap.get(name))) for name in ("encoder", "output"))
    return f"{names or title} to {output}" if output else f"{names} to {title}" if names else title


def _labels(stages: StageLike | Sequence[StageLike] | None) -> list[str]:
    if stages is None:
        return []
    return [
        label(one) for one in (stages if isinstance(stages, Sequence) and not isinstance(stages, str) else [stages])
    ]


def without_filter_settings(table: Mapping[str, Any], values: Mapping[str, Any], swap: Swap) -> Mapping[str, Any]:
    """Return the recipe's table without the network settings that depend on a swapped input filter.

    A residual is one: it adds to the original input. Settings that the user overrides stay.
    """
    network = table.get("network", {})
    if "encoder" not in swap or "network" in swap or "kind" not in network:
        return table
    overridden = {name.removeprefix("network.") for name in values}
    stage = registry().load("network", network["kind"], Network)
    settings = stage.for_other_inputs(network, overridden) if issubclass(stage, ImageNetwork) else network
    return {**table, "network": dict(settings)}


def configure(table: Mapping[str, Any], source: str) -> SingleRecipe:
    """Parse a recipe that converts pictures.

    Raises:
        LimnerError: the recipe does not convert pictures, has no trainer, or outputs opacity.
    """
    chosen = parse({"loss": {"kind": "mae"}, **table}, registry(), source)
    if not isinstance(chosen, SingleRecipe) or chosen.domain != "image":
        raise LimnerError(
            f"{chosen.title}: this recipe does not convert pictures; choose one that does, such as {DEFAULT_RECIPE}"
        )
    if isinstance(chosen.network.stage, Discriminator):
        raise LimnerError(
            f"network: {chosen.network.kind!r} is a discriminator and outputs no pictures; choose another, such as unet"
        )
    if chosen.trainer is None:
        raise LimnerError(f"{chosen.title}: the recipe has no [trainer]; add one with `swap={{'trainer': 'backprop'}}`")
    if ImageToImageModel(chosen).alpha:
        raise LimnerError("color.alpha: converted pictures have no opacity; remove this setting")
    return chosen


def configured_recipe(recipe: SingleRecipe, size: tuple[int, int]) -> SingleRecipe:
    """Return the resolved recipe, with all stages configured for pictures of a size."""
    model = ImageToImageModel(recipe)
    target = filtered_size(model.output, size)
    filters = [stage.configured_for(size) if isinstance(stage, ImageFilter) else stage for stage in model.encoders]
    network = model.image_network.configured_for(model.feature_size(size), target)
    configured = replace(
        recipe,
        header=recipe.header.model_copy(update={"size": size}),
        encoders=tuple(replace(part, stage=stage) for part, stage in zip(recipe.encoders, filters, strict=True)),
        network=replace(recipe.network, stage=network),
    )
    model = ImageToImageModel(configured)
    model.check_sizes(size)
    trainer = recipe.require_trainer()
    configured_stage = configured_trainer(trainer.stage, model.fan_in, target)
    return ImageToImageModel(replace(configured, trainer=replace(trainer, stage=configured_stage))).resolved()
