"""What networks and layers say about themselves: sizes, channels, skip connections and activations."""

from dataclasses import dataclass

import pytest

from limner.plugin import Graph, Parameter, ParameterLayout
from limner_plugins.layers.activation import ActivationLayer
from limner_plugins.layers.convolutions.convolution import Convolution
from limner_plugins.layers.convolutions.geometry import Geometry
from limner_plugins.layers.layer import Layer
from limner_plugins.layers.pooling import GlobalMean, MaxPool
from limner_plugins.layers.sequence import Sequence
from limner_plugins.layers.upsample import PixelShuffle, Upsample
from limner_plugins.layers.wrappers.mirror import MirrorPadded
from limner_plugins.layers.wrappers.skip import Add, Concatenate
from limner_plugins.networks.cppn import Cppn
from limner_plugins.networks.decoder import Decoder
from limner_plugins.networks.mlp import Mlp
from limner_plugins.networks.residual import Residual
from limner_plugins.networks.unet import Unet


def skips(graph):
    return [(edge.source, edge.target, edge.join) for edge in graph.edges if edge.join != "flow"]


def shapes(graph):
    return [(node.width, node.size) for node in graph.nodes]


@dataclass(frozen=True)
class Gain(Layer):
    def param_layout(self, channels):
        return ParameterLayout((Parameter("g", (channels,)),))


@dataclass(frozen=True)
class Nothing(Layer):
    pass


def conv(channels, kernel=3, stride=1):
    return Convolution(channels, Geometry.same(kernel, stride))


def test_the_levels_of_a_unet_are_connected_in_pairs():
    graph = Unet(width=4, widest=8, depth=3).structure(1, 3, (32, 16))
    assert shapes(graph) == [
        (1, (32, 16)), (4, (16, 8)), (8, (8, 4)), (8, (4, 2)), (8, (8, 4)), (4, (16, 8)), (3, (32, 16)),
    ]  # fmt: skip
    assert skips(graph) == [(2, 4, "concatenate"), (1, 5, "concatenate")]
    assert [graph.outputs(i) for i in (4, 5)] == [16, 8]
    assert skips(Unet(depth=3, skips=False).structure(3, 3, (32, 16))) == []
    assert skips(Unet(depth=1, residual=True).structure(3, 3, (8, 8))) == [(0, 2, "add")]


def test_a_picture_of_another_size_is_padded_and_cropped():
    graph = MirrorPadded(conv(2, 4, 2), 4).extended(Graph.start(1, (6, 9)))
    assert shapes(graph) == [(1, (6, 9)), (1, (8, 12)), (2, (4, 6)), (2, (6, 9))]
    assert shapes(MirrorPadded(conv(2), 4).extended(Graph.start(1, (8, 4)))) == [(1, (8, 4)), (2, (8, 4))]


def test_layers_without_parameters_change_sizes():
    start = Graph.start(8, (16, 8))
    assert shapes(MaxPool().extended(start))[1:] == [(8, (8, 4))]
    assert shapes(Upsample().extended(start))[1:] == [(8, (32, 16))]
    assert shapes(GlobalMean().extended(start))[1:] == [(8, (1, 1))]
    assert shapes(PixelShuffle().extended(start))[1:] == [(2, (32, 16))]
    assert shapes(Sequence((conv(12), PixelShuffle(2, 3))).extended(start))[1:] == [(2, (48, 16))]


def test_a_layer_that_does_not_describe_itself_is_a_node_if_it_does_anything():
    start = Graph.start(8, (16, 8))
    assert Nothing().extended(start) == start
    (node,) = Gain().extended(start).nodes[1:]
    assert (node.width, node.size, node.operation, node.num_params) == (8, (16, 8), "gain", 8)


def test_shortcuts_are_labelled_by_their_layers():
    graph = Add(conv(3), Sequence((Upsample("bilinear"),) * 2)).extended(Graph.start(3, (8, 8)))
    assert [edge.label for edge in graph.edges] == ["", "bilinear upsampling ×2"]
    joined = Concatenate(ActivationLayer("relu")).extended(Graph.start(3, (8, 8)))
    assert joined.outputs() == 6
    assert joined.last.activation == "relu"


def test_a_decoder_starts_with_the_map_of_its_input():
    graph = Decoder(base=(3, 2), doublings=2, width=4).structure(10, 3, (1, 1))
    assert [size for node in graph.nodes if (size := node.size)][:2] == [(1, 1), (3, 2)]
    assert shapes(graph)[-1] == (3, (12, 8))


def test_blocks_of_a_residual_network_have_shortcuts():
    graph = Residual(width=5, depth=3, activation="sin").structure(2, 3)
    assert skips(graph) == [(1, 3, "add"), (3, 5, "add"), (5, 7, "add")]
    assert [node.activation for node in graph.nodes] == ["", "", *["sin"] * 6, "sigmoid"]


@pytest.mark.parametrize("feed", [False, True])
def test_units_have_activations_and_inputs(feed):
    units = (("sin", "tanh"), ("tanh", "gelu"))
    graph = Cppn(units=units, feed_inputs=feed).structure(3, 1)
    assert tuple(node.unit_activations for node in graph.nodes[1:3]) == units
    assert skips(graph) == ([(0, 1, "concatenate"), (0, 2, "concatenate")] if feed else [])
    assert [graph.outputs(i) for i in range(4)] == [3, 2 + 3 * feed, 2 + 3 * feed, 1]


def test_activations_that_are_not_drawn_yet_are_choices():
    graph = Cppn(depth=1, choices=("sin", "tanh", "sin", "abs")).structure(3, 1)
    assert graph.nodes[1].activation == "sin, tanh or abs"


def test_an_identity_is_no_activation():
    graph = Mlp(width=(4, 3), activation=("tanh", "identity"), output="softmax").structure(2, 3)
    assert [node.activation for node in graph.nodes] == ["", "tanh", "", "softmax"]
    assert [node.weights for node in graph.nodes] == ["", "W0", "W1", "W2"]
