"""Checks that only networks have: the working set, the Jacobian where there is one, what a discriminator says of itself."""

from __future__ import annotations

import numpy as np

from limner.arrays.namespace import to_host
from limner.arrays.parameters import Params, flat_gradient
from limner.stages.network import Discriminator, JacobianNetwork, Network
from limner.testing.checks.shared.arrays import on_host
from limner.testing.dependencies import needs
from limner.testing.operations import FANS, fans_of, maps_of
from limner.testing.probe import CONTEXT, SEED
from limner.testing.subject import Subject, calling, require


def check_fans(subject: Subject[Network]) -> None:
    """It takes some number of features and channels; what it refuses, it refuses with a LimnerError."""
    with calling(subject, "layout (what a network cannot take it refuses with a LimnerError)"):
        taken = fans_of(subject.stage)
    require(taken, f"{subject} refuses every number of features and channels among {FANS}")


@needs("fans")
def check_inference_floats(subject: Subject[Network]) -> None:
    """The memory estimate gets a whole number, at least the output's."""
    network = subject.stage
    for fan_in, fan_out in fans_of(network):
        with calling(subject, "inference_floats"):
            numbers = network.inference_floats(fan_in, fan_out)
        valid = type(numbers) is int and numbers >= fan_out
        require(valid, f"{subject}: inference_floats({fan_in}, {fan_out}) is {numbers!r}; it is {fan_out} at least")


@needs("vjp_derived")
def check_jacobian(subject: Subject[Network]) -> None:
    """Where there is a Jacobian, its rows are the gradients that the pullback gives for each point alone."""
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
            f"{subject}: jacobian{stage_map.label} gave rows of {gradient_rows.shape}; they must be {shape}",
        )
        for name, a, b in (("the output", y, expected), ("the rows", gradient_rows, np.stack(per_point, axis=1))):
            require(
                np.allclose(to_host(a), to_host(b), rtol=1e-7, atol=1e-9),
                f"{subject}: {name} of jacobian{stage_map.label} is not vjp's",
            )


@needs("init_params")
def check_discriminator(subject: Subject[Network]) -> None:
    """A discriminator tells how much it sees, and leaves alone what is learned when it measures its weights anew."""
    discriminator = subject.stage
    if not isinstance(discriminator, Discriminator):
        return
    with calling(subject, "receptive_field"):
        side = discriminator.receptive_field()
    require(
        type(side) is int and side > 0, f"{subject}: receptive_field() is {side!r}; it takes a whole number of pixels"
    )
    for fan_in, _ in fans_of(discriminator):
        with calling(subject, "refreshed"):
            layout = discriminator.layout_for(fan_in, 1)
            theta = layout.pack(discriminator.init_params(np.random.default_rng(SEED), fan_in, 1))
            updated = to_host(discriminator.with_updated_buffers(Params(layout, theta)).flat)
        unchanged = updated.shape == theta.shape and np.array_equal(updated[layout.trainable], theta[layout.trainable])
        require(unchanged, f"{subject}: refreshed() changes what is learned; let it write into entries that are not")


OF_EXAMPLE = (check_fans, check_inference_floats, check_jacobian, check_discriminator)
