"""What a diagram shows, as plain data: pipelines of inputs, a network and colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from limner.stages.structure.graph import Graph


@dataclass(frozen=True)
class Inputs:
    """The features of an encoder.

    Attributes:
        name: the name of the encoder.
        count: number of features.
        features: a name for each feature, or nothing.
        buttons: the current weight of each feature's button, or nothing.
    """

    name: str
    count: int
    features: tuple[str, ...] = ()
    buttons: tuple[float, ...] = ()


@dataclass(frozen=True)
class Colors:
    """The colour mode after a network.

    Attributes:
        name: the name of the colour mode.
        channels: a name for each channel, or nothing.
        swatches: the colours that the mode mixes, as ``#rrggbb``, or nothing.
    """

    name: str
    channels: tuple[str, ...] = ()
    swatches: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pipeline:
    """A network with what comes before and after it.

    Attributes:
        heading: the name of the pipeline, if there are several.
        path: the steps before the encoders, in order: the frame and the warps, or the picture and its filters.
        inputs: the encoders; empty if the input of the network is a map.
        network: the name of the network.
        graph: the structure of the network.
        weights: the matrices of its dense layers by name, each ``(outputs, inputs)``; empty if they are unknown.
        after: the steps after the colour mode, such as a mask.
        colors: the colour mode; None if the output is not a picture.
        result: the name of what comes out.
        size: width and height of what comes out, in pixels; None if it is not a picture.
    """

    heading: str
    path: tuple[str, ...]
    inputs: tuple[Inputs, ...]
    network: str
    graph: Graph
    weights: Mapping[str, np.ndarray] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    colors: Colors | None = None
    result: str = ""
    size: tuple[int, int] | None = None


@dataclass(frozen=True)
class Contents:
    """The contents of a diagram.

    Attributes:
        title: the title of the recipe.
        subtitle: a line below the title.
        summary: the networks as one line, ``5 → 16 ×9 tanh → 3``, without a discriminator.
        description: the structure in words, for readers who cannot see the diagram.
        pipelines: one or several pipelines, from top to bottom.
        size: width and height of the picture.
        blend: how the results of several pipelines are blended into one picture; empty if they are not.
        adversarial: whether the last pipeline is a discriminator, which rates the results of the first.
        picture: the data URL of a small rendering of the result, or empty.
    """

    title: str
    subtitle: str
    summary: str
    description: str
    pipelines: tuple[Pipeline, ...]
    size: tuple[int, int] = (1, 1)
    blend: str = ""
    adversarial: bool = False
    picture: str = ""
