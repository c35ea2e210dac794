"""The graph of a network: its input, the outputs of its layers, and how they are connected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

Join: TypeAlias = Literal["flow", "add", "concatenate"]
"""How the source of an edge reaches its target: as its input, added to its output, or concatenated with its output."""


@dataclass(frozen=True)
class Node:
    """The input of a network, or the output of one of its layers.

    Attributes:
        width: number of features, units or channels, without those that edges concatenate.
        size: width and height of a map, in pixels; None for the units of a point or a code.
        operation: what computes it, for readers: ``dense``, ``convolution 4×4, stride 2``; empty for the input.
        activation: name of the activation after the operation; empty if there is none.
        unit_activations: name of the activation of each unit, if they differ.
        details: what else happens to the output, such as ``instance norm``.
        num_params: number of parameters, fixed ones included.
        weights: name of the matrix ``(outputs, inputs)`` of a dense layer in the network's parameters, or empty.
    """

    width: int
    size: tuple[int, int] | None = None
    operation: str = ""
    activation: str = ""
    unit_activations: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    num_params: int = 0
    weights: str = ""


@dataclass(frozen=True)
class Edge:
    """A connection between two nodes, given by their positions in the graph; the source comes first.

    Attributes:
        source: position of the source.
        target: position of the target.
        join: how the source reaches the target. An activation of the target comes before the join.
        label: what happens on the way, such as ``upsampling ×2``.
    """

    source: int
    target: int
    join: Join = "flow"
    label: str = ""


@dataclass(frozen=True)
class Graph:
    """The structure of a network: the first node is its input, the last one its output.

    Graphs are immutable. A network extends one layer by layer::

        graph = Graph.start(fan_in)
        graph = graph.then(Node(16, operation="dense", activation="tanh", num_params=16 * fan_in + 16, weights="W0"))

    Attributes:
        nodes: the nodes in the order of computation.
        edges: the edges, each from an earlier to a later node.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()

    @staticmethod
    def start(width: int, size: tuple[int, int] | None = None) -> Graph:
        """Return a graph of an input alone, of ``width`` features or channels, and the size of its map if it is one."""
        return Graph((Node(width, size),))

    @property
    def last(self) -> Node:
        """The last node."""
        return self.nodes[-1]

    @property
    def num_params(self) -> int:
        """The number of parameters of all nodes."""
        return sum(node.num_params for node in self.nodes)

    def outputs(self, position: int = -1) -> int:
        """Return how many features or channels leave a node, those concatenated with its own included."""
        position %= len(self.nodes)
        joined = (e.source for e in self.edges if e.target == position and e.join == "concatenate")
        return self.nodes[position].width + sum(self.outputs(source) for source in joined)

    def then(self, node: Node) -> Graph:
        """Return the graph with a node that takes the output of the last one."""
        edge = Edge(len(self.nodes) - 1, len(self.nodes))
        return Graph((*self.nodes, node), (*self.edges, edge))

    def joined(self, source: int, join: Join, label: str = "") -> Graph:
        """Return the graph with an edge from an earlier node, a skip connection, to the last one."""
        if source % len(self.nodes) == len(self.nodes) - 1:  # an edge needs two nodes
            return self.then(Node(self.outputs(), self.last.size, "identity")).joined(source, join, label)
        return Graph(self.nodes, (*self.edges, Edge(source, len(self.nodes) - 1, join, label)))

    def changed(self, **values: Any) -> Graph:
        """Return the graph with other attributes of the last node."""
        return Graph((*self.nodes[:-1], replace(self.last, **values)), self.edges)

    def activated(self, activation: str) -> Graph:
        """Return the graph with an activation after the last node; a node of its own if that already has one."""
        if len(self.nodes) == 1 or self.last.activation:
            return self.then(Node(self.outputs(), self.last.size, "activation", activation))
        return self.changed(activation=activation)

    def detailed(self, detail: str, num_params: int = 0) -> Graph:
        """Return the graph with a detail of the last node, and its parameters; a node of its own after the input."""
        if len(self.nodes) == 1:
            return self.then(Node(self.outputs(), self.last.size, detail, num_params=num_params))
        return self.changed(details=(*self.last.details, detail), num_params=self.last.num_params + num_params)
