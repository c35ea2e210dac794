"""Networks that convert images, and the discriminators that train them, as a diagram shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from limner.figures.diagrams.contents.colors import colors_of
from limner.figures.diagrams.contents.pipeline import Pipeline
from limner.registry.names import short_name
from limner.stages.image_filter import ImageFilter
from limner.stages.network import Discriminator, ImageNetwork, Network

if TYPE_CHECKING:
    import numpy as np

    from limner.composition.recipe import SingleRecipe
    from limner.composition.stage_spec import StageSpec
    from limner.stages.encoder import Encoder

Size = tuple[int, int]


@dataclass(frozen=True)
class _Sizes:
    """The shapes of a recipe's images: channels and size of the network's input, and the size of the target."""

    channels: int
    source: Size
    target: Size


def image_pipeline(recipe: SingleRecipe, path: str, values: Mapping[str, np.ndarray]) -> Pipeline:
    """Return the pipeline of a network that converts images, with what the size of its pictures decides.

    Raises:
        LimnerError: the network does not support such images.
    """
    sizes, network, color = _sizes(recipe), recipe.network.stage, recipe.color.stage
    network = _configured(network, sizes.source, sizes.target)
    generates = all(isinstance(spec.stage, ImageFilter) and spec.stage.ignores_images for spec in recipe.encoders)
    graph = network.structure(sizes.channels, color.channels(), sizes.source)
    return Pipeline(
        heading="",
        path=(*(() if generates else ("picture",)), *(short_name(spec.kind) for spec in recipe.encoders)),
        inputs=(),
        network=short_name(recipe.network.kind),
        graph=graph,
        colors=colors_of(recipe.color, f"{path}color.", values),
        result="picture",
        size=graph.last.size or sizes.target,
    )


def discriminator_of(recipe: SingleRecipe) -> Pipeline | None:
    """Return the pipeline of the discriminator of a recipe that converts images; None if its trainer has none.

    Raises:
        LimnerError: the discriminator does not support such images.
    """
    nested = recipe.trainer.all() if recipe.trainer else ()
    spec = next((one for one in nested if isinstance(one.stage, Discriminator)), None)
    if spec is None or not isinstance(spec.stage, Discriminator):
        return None
    sizes = _sizes(recipe)
    network = spec.stage.configured_for(sizes.target)
    seen = ("generated or real", "with its source") if network.sees_source else ("generated or real",)
    return Pipeline(
        heading="Discriminator",
        path=seen,
        inputs=(),
        network=short_name(spec.kind),
        graph=network.structure(3 + sizes.channels * network.sees_source, 1, sizes.target),
        result="real or generated?",
    )


def _sizes(recipe: SingleRecipe) -> _Sizes:
    filters = [_for_size(spec, recipe.size) for spec in recipe.encoders]
    target = _output_size(recipe.require_output().stage, recipe.size)
    channels = sum(stage.num_features() for stage in filters)
    return _Sizes(channels, _output_size(filters[0], recipe.size), target)


def _for_size(spec: StageSpec[Encoder], size: Size) -> Encoder:
    return spec.stage.configured_for(size) if isinstance(spec.stage, ImageFilter) else spec.stage


def _output_size(stage: Encoder, size: Size) -> Size:
    return stage.output_size(size) if isinstance(stage, ImageFilter) else size


def _configured(network: Network, source: Size, target: Size) -> Network:
    return network.configured_for(source, target) if isinstance(network, ImageNetwork) else network
