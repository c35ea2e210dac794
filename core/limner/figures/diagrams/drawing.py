"""A drawn network, with what the legend of the diagram must explain."""

from __future__ import annotations

from dataclasses import dataclass, field

from limner.figures.diagrams.svg.group import Group


@dataclass
class Legend:
    """What the drawings of a diagram use and a legend explains, each in the order of its first use.

    Attributes:
        operations: what computes maps, each with the colour of its blocks.
        activations: activations of maps and of single units.
        details: normalisations and dropout.
        joins: how skip connections are joined.
        weights: whether lines show weights.
        strongest: how many weights between two columns are drawn if the weaker ones are omitted; otherwise 0.
        buttons: whether there are buttons.
    """

    operations: dict[tuple[str, str], None] = field(default_factory=dict)
    activations: dict[str, None] = field(default_factory=dict)
    details: dict[str, None] = field(default_factory=dict)
    joins: dict[str, None] = field(default_factory=dict)
    weights: bool = False
    strongest: int = 0
    buttons: bool = False


@dataclass
class Drawing:
    """A drawn network around the axis y = 0; what comes before it ends at its left, what follows begins at its right.

    Attributes:
        group: the elements.
        entry: x where the arrow that leads to it ends.
        exit: x where the arrow from it begins.
    """

    group: Group
    entry: float
    exit: float
