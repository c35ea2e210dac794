"""Checks of a network: its memory estimate, its Jacobian, and the declarations of a discriminator."""

from __future__ import annotations

import numpy as np

from limner.arrays.namespace import to_host
from limner.arrays.parameters import Params, flat_gradient
from limner.stages.network import Discriminator, ImageNetwork, JacobianNetwork, Network
from limner.stages.structure.graph import Graph
from limner.testing.checks.shared.arrays import on_host
from limner.testing.dependencies import needs
from limner.testing.operations import FANS, fans_of, maps_of
from limner.testing.probe import CONTEXT, SEED
from limner.testing.subject import Subject, calling, require

STRUCTURE_SIZE = (16, 16)
"""Width and height of the images of which the structure of an image network is checked."""


def check_fans(subject: Subject[Network]) -> None:
    """Require that the network accepts some numbers of features and channels, and refuses others with LimnerError."""
    with calling(subject, "param_layout (it must refuse unsupported numbers with LimnerError)"):
        accepted = fans_of(subject.stage)
    require(accepted, f"{subject}: param_layout refuses every (features, channels) of {FANS}; accept at least one")


@needs("fans")
def check_inference_floats(subject: Subject[Network]) -> None:
    """Require an integer memory estimate that is at least the number of channels."""
    network = subject.stage
    for fan_in, fan_out in fans_of(network):
        with calling(subject, "inference_floats"):
            floats = network.inference_floats(fan_in, fan_out)
        valid = type(floats) is int and floats >= fan_out
        require(
            valid,
            f"{subject}: inference_floats({fan_in}, {fan_out}) returned {floats!r}; return an integer >= {fan_out}",
        )


@needs("fans")
def check_structure(subject: Subject[Network]) -> None:
    """Require a structure from the features to the channels, with all parameters and the shapes of its matrices."""
    network = subject.stage
    for fan_in, fan_out in fans_of(network):
        size = STRUCTURE_SIZE if isinstance(network, ImageNetwork) else None
        with calling(subject, f"structure({fan_in}, {fan_out}, {size})"):
            graph, layout = network.structure(fan_in, fan_out, size), network.param_layout(fan_in, fan_out)
        require(isinstance(graph, Graph), f"{subject}: structure() must return a Graph, got {type(graph).__name__}")
        forwards = all(0 <= edge.source < edge.target < len(graph.nodes) for edge in graph.edges)
        require(forwards, f"{subject}: an edge of structure() does not lead from an earlier to a later node")
        ends = (graph.nodes[0].width, graph.outputs(), graph.num_params)
        for name, actual, expected in zip(
            ("features", "channels", "parameters"), ends, (fan_in, fan_out, layout.size), strict=True
        ):
            require(actual == expected, f"{subject}: structure() has {actual} {name}, the network has {expected}")
        for i, node in enumerate(graph.nodes):
            inside = sum(graph.outputs(e.source) for e in graph.edges if e.target == i and e.join == "flow")
            shape = layout.shapes.get(node.weights) if node.weights else (node.width, inside)
            require(
                shape == (node.width, inside),
                f"{subject}: structure() has the weights {node.weights!r} of {shape}; expected {(node.width, inside)}",
            )
        if graph.last.size is not None and isinstance(network, ImageNetwork):
            out = network.output_size(STRUCTURE_SIZE)
            require(graph.last.size == out, f"{subject}: structure() ends with {graph.last.size}, output_size is {out}")


@needs("vjp_derived")
def check_jacobian(subject: Subject[Network]) -> None:
    """Require that the rows of a Jacobian are the gradients that the pullback returns for each point alone."""
    network = subject.stage
    if not isinstance(network, JacobianNetwork):
        return
    for stage_map in maps_of(subject):
        theta, (x,) = on_host(subject, stage_map)
        dy = np.random.default_rng(1).normal(size=(stage_map.rows, x.shape[1]))
        with calling(subject, f"jacobian or vjp{stage_map.label}"):
            params = Params(stage_map.layout, theta)
            y, rows = network.jacobian(params, x, CONTEXT)
            expected = network.vjp(params, x, CONTEXT)[0]
            gradient_rows = rows(dy)
            points = [network.vjp(params, x[:, [i]], CONTEXT)[1](dy[:, [i]])[0] for i in range(x.shape[1])]
            per_point = [to_host(flat_gradient(gradient, params)) for gradient in points]
        shape = (theta.size, x.shape[1])
        require(
            gradient_rows.shape == shape,
            f"{subject}: jacobian{stage_map.label} returned rows of shape {gradient_rows.shape}; they must be {shape}",
        )
        for name, a, b in (("the outputs", y, expected), ("the rows", gradient_rows, np.stack(per_point, axis=1))):
            require(
                np.allclose(to_host(a), to_host(b), rtol=1e-7, atol=1e-9),
                f"{subject}: {name} of jacobian{stage_map.label} differ from those of vjp; correct one of the two",
            )


@needs("init_params")
def check_discriminator(subject: Subject[Network]) -> None:
    """Require an integer receptive field, and that updating the buffers leaves trainable parameters unchanged."""
    discriminator = subject.stage
    if not isinstance(discriminator, Discriminator):
        return
    with calling(subject, "receptive_field"):
        side = discriminator.receptive_field()
    require(
        type(side) is int and side > 0,
        f"{subject}: receptive_field() returned {side!r}; return a positive integer, in pixels",
    )
    for fan_in, _ in fans_of(discriminator):
        with calling(subject, "with_updated_buffers"):
            layout = discriminator.layout_for(fan_in, 1)
            theta = layout.pack(discriminator.init_params(np.random.default_rng(SEED), fan_in, 1))
            updated = to_host(discriminator.with_updated_buffers(Params(layout, theta)).flat)
        unchanged = updated.shape == theta.shape and np.array_equal(updated[layout.trainable], theta[layout.trainable])
        require(unchanged, f"{subject}: with_updated_buffers() changes trainable parameters; change only fixed ones")


OF_EXAMPLE = (check_fans, check_inference_floats, check_structure, check_jacobian, check_discriminator)
