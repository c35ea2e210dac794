"""The structure of a network as one line of text: ``5 → 16 ×9 tanh → 3``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from limner.stages.structure.graph import Node

if TYPE_CHECKING:
    from limner.stages.structure.graph import Graph

MAX_RUNS = 24  # runs of equal layers that a line lists


def summary(graph: Graph) -> str:
    """Return the widths of input, layers and output, with the activation of hidden layers.

    Runs of equal layers are counted, an activation is given where it changes, and the number of skip connections
    follows.
    """
    *hidden, last = _layers(graph)
    runs = _runs(hidden)
    parts = [f"{graph.nodes[0].width:,}"]
    for i, (width, activation, count) in enumerate(runs):
        changes = i + 1 == len(runs) or runs[i + 1][1] != activation
        times = f" ×{count}" if count > 1 else ""
        parts.append(f"{width:,}{times}" + (f" {activation}" if activation and changes else ""))
    if len(runs) > MAX_RUNS:
        parts[MAX_RUNS // 2 + 1 : -MAX_RUNS // 2] = ["…"]
    parts.append(f"{last.width:,}")
    skips = sum(edge.join != "flow" for edge in graph.edges)
    return " → ".join(parts) + (f", {skips} skip connection{'s' * (skips > 1)}" if skips else "")


def _layers(graph: Graph) -> list[Node]:
    """Return the nodes that have parameters; a node without any, such as a mean, changes the one before."""
    layers: list[Node] = []
    for node in graph.nodes[1:]:
        if node.num_params or not layers:
            layers.append(node)
        else:
            layers[-1] = replace(layers[-1], width=node.width, activation=node.activation or layers[-1].activation)
    return layers or [graph.last]


def _runs(layers: list[Node]) -> list[tuple[int, str, int]]:
    """Return width, activation and number of consecutive equal layers; one without an activation joins others."""
    runs: list[tuple[int, str, int]] = []
    for node in layers:
        activation = "mixed" if node.unit_activations else node.activation
        width, last, count = runs[-1] if runs else (0, "", 0)
        if node.width == width and (activation == last or not activation or not last):
            runs[-1] = (width, activation or last, count + 1)
        else:
            runs.append((node.width, activation, 1))
    return runs
