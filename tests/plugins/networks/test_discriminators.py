"""Discriminators: their maps, what each number sees, and weights that are divided by their norm."""

import numpy as np
import pytest
from pydantic import ValidationError

from limner.plugin import Context, LimnerError
from limner.registry.registry import registry
from limner_plugins.layers.convolutions.convolution import Convolution
from limner_plugins.layers.convolutions.geometry import Geometry
from limner_plugins.layers.wrappers.spectral import Spectral
from limner_plugins.networks.image_discriminator import ImageDiscriminator
from limner_plugins.networks.patch_discriminator import PatchDiscriminator

CONTEXT = Context(size=(8, 8), training=True)


def drawn(network, fan_in, seed=3):
    layout = network.layout_for(fan_in, 1)
    return layout.views(layout.pack(network.init_params(np.random.default_rng(seed), fan_in, 1)).astype(np.float64))


def test_the_discriminator_of_faces_gives_twenty_by_sixteen_numbers():
    discriminator = PatchDiscriminator(norm="batch").configured_for((256, 320))
    shapes = [entry.shape for entry in discriminator.param_layout(6, 1).parameters if len(entry.shape) == 4]
    assert shapes == [
        (64, 4, 4, 6),
        (128, 4, 4, 64),
        (256, 4, 4, 128),
        (512, 4, 4, 256),
        (512, 4, 4, 512),
        (1, 4, 4, 512),
    ]
    assert discriminator.depth == 4
    assert discriminator.output_size((256, 320)) == (16, 20)


@pytest.mark.parametrize(("depth", "side"), [(1, 16), (2, 34), (3, 70), (4, 142)])
def test_a_patch_discriminator_sees_its_receptive_field(depth, side):
    assert PatchDiscriminator(depth=depth).receptive_field() == side
    if depth > 2:
        return
    discriminator = PatchDiscriminator(width=1, depth=depth, norm="none", init="he", scale=1.0)
    x = np.random.default_rng(0).normal(size=(1, 1, 64, 64))
    y, pull = discriminator.vjp(drawn(discriminator, 1), x, CONTEXT)
    middle = np.zeros_like(y)
    middle[0, 0, y.shape[2] // 2, y.shape[3] // 2] = 1.0
    seen = np.nonzero(pull(middle)[1][0, 0])
    assert [int(np.ptp(axis)) + 1 for axis in seen] == [side, side]


@pytest.mark.parametrize(
    ("size", "depth"), [((16, 16), 1), ((32, 32), 1), ((64, 64), 2), ((96, 200), 2), ((999, 512), 4)]
)
def test_the_depth_of_a_patch_discriminator_follows_the_size(size, depth):
    assert PatchDiscriminator().configured_for(size).depth == depth


@pytest.mark.parametrize(("size", "answer"), [((32, 32), 3), ((64, 64), 4), ((64, 128), 4), ((40, 40), 3)])
def test_an_image_discriminator_gives_one_number_for_a_picture(size, answer):
    discriminator = ImageDiscriminator(width=2).configured_for(size)
    assert discriminator.depth == answer
    assert discriminator.output_size(size) == (1, 1)
    x = np.zeros((3, 2, size[1], size[0]))
    assert discriminator.forward(drawn(discriminator, 3), x, CONTEXT).shape == (1, 2, 1, 1)


@pytest.mark.parametrize(
    ("discriminator", "size", "message"),
    [
        (PatchDiscriminator(depth=4), (8, 20), "4 downsampling steps leave too little of 8x20; use at most 3"),
        (
            PatchDiscriminator(depth=1),
            (1, 9),
            "1 downsampling step leaves too little of 1x9; use pictures of at least 2x2",
        ),
        (PatchDiscriminator(), (1, 1), "use pictures of at least 2x2"),
        (ImageDiscriminator(depth=3), (16, 16), "use at most 2"),
        (ImageDiscriminator(), (5, 5), "use pictures of at least 8x8"),
    ],
)
def test_a_size_that_is_too_small_is_refused_with_the_depth_that_fits(discriminator, size, message):
    with pytest.raises(LimnerError, match=message):
        discriminator.configured_for(size)


def test_spectral_weights_have_a_norm_of_one_and_u_follows_them():
    layer = Spectral(Convolution(5, Geometry.same(3), init="normal", scale=0.7))
    layout = layer.param_layout(2)
    theta = layer.init_params(layout, np.random.default_rng(0)).astype(np.float64)
    views = layout.views(theta)
    rng = np.random.default_rng(1)
    moved = np.concatenate([theta[:-5] + 0.1 * rng.normal(size=theta.size - 5), theta[-5:]])
    for _ in range(60):
        moved = layer.with_updated_buffers(moved, 2)
    views = layout.views(moved)
    weights = views["W"].reshape(5, -1)
    left, values, _ = np.linalg.svd(weights, full_matrices=False)
    assert abs(left[:, 0] @ views["u"]) == pytest.approx(1.0, abs=1e-6)
    delta = np.zeros((2, 1, 3, 3))
    delta[0, 0, 1, 1] = 1.0
    plain = Convolution(5, Geometry.same(3)).forward(moved[:-5], delta, CONTEXT)
    bias = views["b"][:, None, None, None]
    got = layer.forward(moved, delta, CONTEXT)
    np.testing.assert_allclose(got - bias, (plain - bias) / values[0], rtol=1e-5, atol=1e-9)


def test_u_is_near_the_singular_vector_from_the_start():
    layer = Spectral(Convolution(8, Geometry.same(4, 2)))
    layout = layer.param_layout(3)
    views = layout.views(layer.init_params(layout, np.random.default_rng(0)))
    weights = views["W"].reshape(8, -1)
    assert np.linalg.norm(views["u"] @ weights) > 0.85 * np.linalg.norm(weights, 2)


def test_a_discriminator_updates_every_layer_and_changes_nothing_else():
    discriminator = PatchDiscriminator(width=2, depth=2, spectral=True, norm="none")
    layout = discriminator.layout_for(5, 1)
    theta = np.random.default_rng(2).normal(size=layout.size)
    fresh = discriminator.with_updated_buffers(layout.views(theta))
    np.testing.assert_array_equal(fresh.flat[layout.trainable], theta[layout.trainable])
    for name, u in fresh.items():
        if name.endswith("u"):
            assert np.linalg.norm(u) == pytest.approx(1.0)
    params = layout.views(theta)
    assert PatchDiscriminator(width=2, depth=2).with_updated_buffers(params) is params


@pytest.mark.parametrize(("side", "sees"), [(32, 16), (64, 34), (128, 70)])
def test_the_receptive_field_is_reported(side, sees):
    """The patches of 16, 34 and 70 pixels of Isola et al. (2017), table 3 and their code."""
    trainer = registry().load("trainer", "adversarial")().configured_for(1, (side, side))
    assert (
        trainer.description()
        == f"the discriminator's receptive field is {sees}x{sees} pixels, or all of a smaller picture"
    )
    assert not trainer.preflight_warnings(5000)


@pytest.mark.parametrize("discriminator", [PatchDiscriminator, ImageDiscriminator])
def test_a_normalisation_would_undo_the_division(discriminator):
    with pytest.raises(ValidationError, match="choose norm=none"):
        discriminator(spectral=True)
    assert discriminator(spectral=True, norm="none").spectral
