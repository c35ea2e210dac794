"""The learner: a recipe that can learn to take pictures to others, made for their size."""

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

DEFAULT = "colorize"


def named_after(swap: Swap, title: str) -> str:
    """Return the title of a network whose filters are not those of its recipe."""
    names, output = (", ".join(_labels(swap.get(name))) for name in ("encoder", "output"))
    return f"{names or title} to {output}" if output else f"{names} to {title}" if names else title


def _labels(given: StageLike | Sequence[StageLike] | None) -> list[str]:
    if given is None:
        return []
    return [label(one) for one in (given if isinstance(given, Sequence) and not isinstance(given, str) else [given])]


def plain(table: Mapping[str, Any], values: Mapping[str, Any], swap: Swap) -> Mapping[str, Any]:
    """Return the recipe without the settings of its network that are meant for the filters which others replace.

    A residual is one: it was meant to change *its* input. What is set by hand stands.
    """
    network = table.get("network", {})
    if "encoder" not in swap or "network" in swap or "kind" not in network:
        return table
    given = {name.removeprefix("network.") for name in values}
    stage = registry().load("network", network["kind"], Network)
    settings = stage.for_other_inputs(network, given) if issubclass(stage, ImageNetwork) else network
    return {**table, "network": dict(settings)}


def configure(table: Mapping[str, Any], source: str) -> SingleRecipe:
    """A recipe that can learn to take pictures to others.

    Raises:
        LimnerError: it cannot.
    """
    chosen = parse({"loss": {"kind": "mae"}, **table}, registry(), source)
    if not isinstance(chosen, SingleRecipe) or chosen.domain != "image":
        raise LimnerError(
            f"{chosen.title}: paints points, and takes no pictures to others; choose a recipe that does, {DEFAULT} say"
        )
    if isinstance(chosen.network.stage, Discriminator):
        raise LimnerError(
            f"network: {chosen.network.kind!r} is a discriminator, which judges pictures and makes none; choose unet, say"
        )
    if chosen.trainer is None:
        raise LimnerError(
            f"{chosen.title}: the recipe has no [trainer] and cannot learn; try `swap={{'trainer': 'backprop'}}`"
        )
    if ImageToImageModel(chosen).alpha:
        raise LimnerError("color.alpha: pictures that are taken to others have no opacity; leave it out")
    return chosen


def configured_recipe(recipe: SingleRecipe, size: tuple[int, int]) -> SingleRecipe:
    """The recipe made for pictures of a size, its structure settled."""
    model = ImageToImageModel(recipe)
    target = filtered_size(model.output, size)
    filters = [stage.configured_for(size) if isinstance(stage, ImageFilter) else stage for stage in model.encoders]
    network = model.image_network.configured_for(model.feature_size(size), target)
    made = replace(
        recipe,
        header=recipe.header.model_copy(update={"size": size}),
        encoders=tuple(replace(part, stage=stage) for part, stage in zip(recipe.encoders, filters, strict=True)),
        network=replace(recipe.network, stage=network),
    )
    model = ImageToImageModel(made)
    model.check_sizes(size)
    trainer = recipe.require_trainer()
    fitted = configured_trainer(trainer.stage, model.fan_in, target)
    return ImageToImageModel(replace(made, trainer=replace(trainer, stage=fitted))).resolved()
