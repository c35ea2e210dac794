"""The contents of a diagram, from a recipe and the parameters of its stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from limner.composition.recipe import LayeredRecipe, Recipe, SingleRecipe
from limner.figures.diagrams.contents.colors import colors_of
from limner.figures.diagrams.contents.images import discriminator_of, image_pipeline
from limner.figures.diagrams.contents.pipeline import Contents, Inputs, Pipeline
from limner.registry.names import short_name
from limner.stages.conditioning import ConditioningEncoder
from limner.stages.structure.summary import summary

if TYPE_CHECKING:
    from limner.stages.encoder import Encoder
    from limner.stages.structure.graph import Graph

Values = Mapping[str, np.ndarray]
"""Parameters by their path in θ, ``layer.0.network.W0``; empty if the recipe has no parameters yet."""
MAX_SUMMARIES = 4
"""The largest number of networks that a line of text lists."""
MAX_WEIGHTS = 2**16
"""The largest matrix whose weights a diagram may need; larger layers are blocks."""


def contents_of(recipe: Recipe, values: Values) -> Contents:
    """Return the contents of the diagram of a recipe.

    Raises:
        LimnerError: a stage does not support what the others give.
    """
    singles = _singles(recipe, "")
    pipelines = [_pipeline(single, path, values) for path, single in singles]
    line = _line([pipeline.graph for pipeline in pipelines])
    discriminator = discriminator_of(recipe) if isinstance(recipe, SingleRecipe) and recipe.domain == "image" else None
    if discriminator:
        first = pipelines[0]
        pipelines = [replace(first, heading="Generator"), discriminator]
    elif len(pipelines) > 1:
        pipelines = [
            replace(one, heading=f"Layer {i}: {single.title}", result="")
            for i, (one, (_, single)) in enumerate(zip(pipelines, singles, strict=True))
        ]
    blend = short_name(recipe.blend.kind) if isinstance(recipe, LayeredRecipe) else ""
    lines = [_sentence(pipeline) for pipeline in pipelines]
    lines += [f"The layers are blended: {blend}."] if blend else []
    return Contents(
        title=recipe.title,
        subtitle=_subtitle(recipe, pipelines, blend),
        summary=line,
        description=" ".join(lines),
        pipelines=tuple(pipelines),
        size=recipe.size,
        blend=blend,
        adversarial=discriminator is not None,
    )


def summary_of(recipe: Recipe) -> str:
    """Return the networks of a recipe as one line, layers joined by plus signs.

    Raises:
        LimnerError: a stage does not support what the others give.
    """
    return _line([_pipeline(single, path, {}).graph for path, single in _singles(recipe, "")])


def _line(graphs: list[Graph]) -> str:
    more = [f"{len(graphs) - MAX_SUMMARIES} more"] if len(graphs) > MAX_SUMMARIES else []
    return " + ".join([*map(summary, graphs[:MAX_SUMMARIES]), *more])


def _singles(recipe: Recipe, path: str) -> list[tuple[str, SingleRecipe]]:
    """Return the recipes of all layers with their paths in θ."""
    if isinstance(recipe, SingleRecipe):
        return [(path, recipe)]
    layers = recipe.layers if isinstance(recipe, LayeredRecipe) else ()
    return [one for i, layer in enumerate(layers) for one in _singles(layer, f"{path}layer.{i}.")]


def _pipeline(recipe: SingleRecipe, path: str, values: Values) -> Pipeline:
    if recipe.domain == "image":
        return image_pipeline(recipe, path, values)
    encoders, color, raster = recipe.encoders, recipe.color.stage, recipe.frame.stage.raster()
    inputs = tuple(_inputs(short_name(spec.kind), spec.stage) for spec in encoders)
    codes = recipe.domain == "code" and raster is not None
    pixels = raster[0] * raster[1] if codes and raster else 1
    graph = recipe.network.stage.structure(sum(one.count for one in inputs), color.channels() * pixels)
    steps = ("pixels", f"{short_name(recipe.frame.kind)} frame", *(short_name(spec.kind) for spec in recipe.warps))
    return Pipeline(
        heading="",
        path=() if codes else steps,
        inputs=inputs,
        network=short_name(recipe.network.kind),
        graph=graph,
        weights=_matrices(graph, f"{path}network.", values),
        after=(f"mask {short_name(recipe.mask.kind)}",) if recipe.mask else (),
        colors=colors_of(recipe.color, f"{path}color.", values),
        result="picture",
        size=raster if codes else recipe.size,
    )


def _inputs(name: str, encoder: Encoder) -> Inputs:
    count, buttons, names = encoder.num_features(), tuple[float, ...](), encoder.feature_names()
    if isinstance(encoder, ConditioningEncoder) and encoder.is_conditional():
        if encoder.num_buttons() == count:
            buttons = encoder.current_weights()
        else:
            name = f"{name}, {encoder.num_buttons()} buttons"
    return Inputs(name, count, names if len(names) == count else (), buttons)


def _matrices(graph: Graph, prefix: str, values: Values) -> dict[str, np.ndarray]:
    """Return the weights of the dense layers that are small enough to be drawn line by line."""
    found = {node.weights: values.get(prefix + node.weights) for node in graph.nodes if node.weights}
    return {name: array for name, array in found.items() if array is not None and array.size <= MAX_WEIGHTS}


def _subtitle(recipe: Recipe, pipelines: list[Pipeline], blend: str) -> str:
    count = sum(pipeline.graph.num_params for pipeline in pipelines)
    names = " and ".join(dict.fromkeys(pipeline.network for pipeline in pipelines))
    joined = f"{blend} of {len(pipelines)} layers: {names}" if blend else names
    return f"{joined} with {count:,} parameter{'s' * (count != 1)}" + (
        f" · seed {recipe.seed}" if recipe.seeded else ""
    )


def _sentence(pipeline: Pipeline) -> str:
    """Return a sentence on a pipeline, for readers who cannot see the diagram."""
    steps = [*pipeline.path, *(f"{one.name} ({one.count})" for one in pipeline.inputs)]
    colors = f", then the colour mode {pipeline.colors.name}" if pipeline.colors else ""
    heading = f"{pipeline.heading}: " if pipeline.heading else ""
    return f"{heading}{', '.join(steps)}; network {pipeline.network}: {summary(pipeline.graph)}{colors}."
