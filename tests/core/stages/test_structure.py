"""The structure of a network: graphs that grow node by node, and their text."""

import numpy as np
import pytest

from limner.plugin import Graph, ImageNetwork, Network, Node
from limner.stages.structure.summary import summary
from limner.testing.checks.network import check_structure
from limner.testing.subject import Subject


def dense(graph, width, activation=""):
    return graph.then(Node(width, operation="dense", activation=activation, num_params=1))


def chain(*layers):
    graph = Graph.start(5)
    for width, activation in layers:
        graph = dense(graph, width, activation)
    return graph


class Plain(Network):
    def init_params(self, rng, fan_in, fan_out):
        return {"A": np.zeros((fan_out, fan_in)), "b": np.zeros(fan_out)}

    def forward(self, params, x, ctx):
        return params["A"] @ x


class Doubling(ImageNetwork, Plain):
    def output_size(self, size):
        return 2 * size[0], 2 * size[1]


class Lost(Plain):
    def structure(self, fan_in, fan_out, size=None):
        return Graph.start(fan_in).then(Node(fan_out, num_params=3))


class Narrow(Plain):
    def structure(self, fan_in, fan_out, size=None):
        return super().structure(fan_in, fan_out + 1, size)


class Wrong(Plain):
    def structure(self, fan_in, fan_out, size=None):
        return super().structure(fan_in, fan_out, size).changed(weights="b")


def test_what_is_concatenated_leaves_a_node_with_its_own_channels():
    graph = chain((16, ""), (8, "")).joined(1, "concatenate")
    assert graph.outputs() == 8 + 16
    assert dense(graph, 4).outputs() == 4
    assert chain((16, ""), (16, "")).joined(1, "add").outputs() == 16


def test_an_edge_never_joins_a_node_with_itself():
    graph = chain((16, "")).joined(1, "add")
    assert [(edge.source, edge.target) for edge in graph.edges] == [(0, 1), (1, 2), (1, 2)]
    assert graph.last.width == 16


def test_activations_and_details_of_an_input_have_a_node():
    graph = Graph.start(3, (8, 8)).detailed("norm", 6).activated("relu").activated("tanh")
    assert [node.activation for node in graph.nodes] == ["", "relu", "tanh"]
    assert graph.num_params == 6
    assert graph.last.size == (8, 8)


@pytest.mark.parametrize(
    ("graph", "text"),
    [
        (chain((3, "sigmoid")), "5 → 3"),
        (chain(*[(16, "tanh")] * 9, (3, "sigmoid")), "5 → 16 ×9 tanh → 3"),
        (chain((24, "sin"), (24, "tanh"), (3, "")), "5 → 24 sin → 24 tanh → 3"),
        (chain((32, "tanh"), (16, "tanh"), (4, ""), (1, "")), "5 → 32 → 16 tanh → 4 → 1"),
        (chain((1200, "relu"), (12100, "")), "5 → 1,200 relu → 12,100"),
        (chain((8, "")).then(Node(2)), "5 → 2"),
        (dense(dense(Graph.start(1).then(Node(1, operation="padding")), 8, "relu"), 3), "1 → 8 relu → 3"),
        (dense(dense(chain((8, "")), 8, "sin").joined(1, "add"), 3), "5 → 8 ×2 sin → 3, 1 skip connection"),
        (Graph.start(4), "4 → 4"),
    ],
)
def test_the_summary_names_widths_and_activations(graph, text):
    assert summary(graph) == text


def test_a_long_summary_leaves_out_its_middle():
    text = summary(chain(*[(i, "tanh") for i in range(1, 101)]))
    assert text.startswith("5 → 1 → 2 → ")
    assert text.endswith(" → 98 → 99 tanh → 100")
    assert " → … → " in text


def test_by_default_a_network_is_one_box():
    graph = Plain().structure(5, 3)
    assert graph.nodes == (Node(5), Node(3, None, "Plain", num_params=18))
    assert Doubling().structure(5, 3, (8, 4)).last.size == (16, 8)
    check_structure(Subject("network", "plain", Plain()))
    check_structure(Subject("network", "doubling", Doubling()))


@pytest.mark.parametrize(
    ("cls", "problem"),
    [
        (Lost, "has 3 parameters, the network has"),
        (Narrow, "channels, the network has"),
        (Wrong, "has the weights 'b' of"),
    ],
)
def test_the_kit_reports_a_structure_that_disagrees_with_the_parameters(cls, problem):
    with pytest.raises(AssertionError, match=problem):
        check_structure(Subject("network", "other", cls()))
