"""Dense layers as nodes of a graph."""

from __future__ import annotations

from typing import TypeAlias

from limner.plugin import Graph, Node

ActivationNames: TypeAlias = "str | tuple[str, ...]"
"""The activation of a layer, or of each of its units."""


def with_dense(graph: Graph, index: int, width: int, activation: ActivationNames, *, bias: bool = True) -> Graph:
    """Return a graph with the dense layer number ``index`` at its end."""
    count = width * (graph.outputs() + int(bias))
    node = Node(width, operation="dense", num_params=count, weights=f"W{index}")
    graph = graph.then(node)
    if isinstance(activation, str):
        return graph.changed(activation="" if activation == "identity" else activation)
    return graph.changed(unit_activations=activation)
