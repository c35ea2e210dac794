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
    parts.append(f"{last[0].width:,}")
    skips = sum(edge.join != "flow" for edge in graph.edges)
    return " → ".join(parts) + (f", {skips} skip connection{'s' * (skips > 1)}" if skips else "")


def _layers(graph: Graph) -> list[tuple[Node, bool]]:
    """Return the nodes that have parameters, each with whether a skip connection begins or ends there.

    A node without parameters, such as a mean, changes the one before; before the first layer, none is listed.
    """
    skips = {position for e in graph.edges if e.join != "flow" for position in (e.source, e.target)}
    layers: list[tuple[Node, bool]] = []
    for i, node in enumerate(graph.nodes[1:], 1):
        if node.num_params:
            layers.append((node, i in skips))
        elif layers:
            before, skipped = layers[-1]
            activation = node.activation or before.activation
            layers[-1] = replace(before, width=node.width, activation=activation), skipped or i in skips
    return layers or [(graph.last, False)]


def _runs(layers: list[tuple[Node, bool]]) -> list[tuple[int, str, int]]:
    """Return width, activation and number of consecutive equal layers.

    A layer without an activation at the end of a skip connection is part of a block, and joins the run of the others.
    """
    runs: list[tuple[int, str, int]] = []
    in_block = False
    for node, skipped in layers:
        activation = "mixed" if node.unit_activations else node.activation
        width, last, count = runs[-1] if runs else (0, "", 0)
        joins = (skipped and not activation) or (in_block and not last)
        if node.width == width and (activation == last or joins):
            runs[-1] = (width, activation or last, count + 1)
        else:
            runs.append((node.width, activation, 1))
        in_block = skipped
    return runs
