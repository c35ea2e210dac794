"""Networks from pictures to pictures: their sizes, what they start from, what batches do to them."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

import limner
from limner.plugin import Context, LimnerError
from limner.registry.registry import registry
from limner_plugins.encoders.noise import NoiseEncoder
from limner_plugins.layers.upsample import PixelShuffle, Upsample
from limner_plugins.networks.autoencoder import Autoencoder
from limner_plugins.networks.decoder import Decoder
from limner_plugins.networks.unet import Unet
from limner_plugins.networks.upscaler import Upscaler

CONTEXT = Context(size=(16, 16), training=True)
PAINTING = replace(CONTEXT, training=False)
BATCHED = Unet(width=3, depth=2, norm="batch", dropout=0.3)


def pictures(channels=3, n=6, size=(12, 9), dtype=np.float32):
    return np.random.default_rng(0).random((channels, n, *size)).astype(dtype)


def drawn(network, fan_in=3, fan_out=3):
    layout = network.layout_for(fan_in, fan_out)
    return layout.views(layout.pack(network.init_params(np.random.default_rng(1), fan_in, fan_out)))


def test_the_generator_of_image_to_image_translation():
    network = Unet(width=64, norm="batch", dropout=0.5, output="tanh", init="normal", scale=0.02)
    resolved = network.configured_for((256, 320))
    assert resolved.depth == 6
    layout = resolved.param_layout(3, 3)
    kernels = [e.shape for e in layout.parameters if len(e.shape) == 4]
    down = [64, 128, 256, 512, 512, 512]
    assert kernels[:6] == [(d, 4, 4, c) for c, d in zip([3, *down], down, strict=False)]
    given = [512, 1024, 1024, 512, 256, 128]  # what came up and what went past
    assert kernels[6:] == [(c, 4, 4, d) for c, d in zip(given, [512, 512, 256, 128, 64, 3], strict=True)]
    norms = [e.shape[0] for e in layout.parameters if e.name.endswith("gain")]
    assert sorted(norms) == sorted([128, 256, 512, 512, 512, 512, 256, 128, 64])
    assert resolved.uses_batch_statistics()
    small = network.model_copy(update={"width": 16, "depth": 3})
    weights = drawn(small)["0.W"]
    assert weights.std() == pytest.approx(0.02, rel=0.1)


def test_depth_follows_from_the_size():
    depths = {(256, 320): 6, (64, 64): 4, (40, 300): 3, (3, 3): 1, (4000, 4000): 6}
    assert {size: Unet().configured_for(size).depth for size in depths} == depths
    assert Unet(depth=2).configured_for((256, 256)).depth == 2
    rng = np.random.default_rng(0)
    assert (Unet().resolved(rng).depth, Autoencoder().resolved(rng).depth, Unet(depth=3).resolved(rng).depth) == (
        4,
        4,
        3,
    )


@pytest.mark.parametrize(
    ("size", "places", "base", "doublings"),
    [
        ((64, 64), (1, 1), (4, 4), 4),
        ((48, 48), (1, 1), (6, 6), 3),
        ((256, 320), (1, 1), (4, 5), 6),
        ((100, 100), (1, 1), (25, 25), 2),
        ((12, 20), (1, 1), (6, 10), 1),
        ((64, 32), (4, 2), (4, 4), 2),
    ],
)
def test_a_decoder_is_configured_for_the_pictures(size, places, base, doublings):
    decoder = Decoder(width=2).configured_for(places, size)
    assert (decoder.base, decoder.doublings, decoder.output_size(places)) == (base, doublings, size)
    y = decoder.forward(drawn(decoder), pictures(n=2, size=places[::-1]), PAINTING)
    assert y.shape == (3, 2, *size[::-1])


def test_what_is_set_of_a_decoder_stands():
    assert Decoder(doublings=2).configured_for((1, 1), (48, 24)).base == (12, 6)
    assert Decoder(base=(3, 3)).configured_for((1, 1), (48, 48)).doublings == 4
    decoder = Decoder(base=(3, 3), doublings=2)
    assert decoder.configured_for((1, 1), (48, 48)) == decoder.resolved(np.random.default_rng(0)) == decoder
    resolved = Decoder().resolved(np.random.default_rng(0))
    assert resolved.output_size((1, 1)) == (64, 64)


@pytest.mark.parametrize(
    ("fields", "places", "size", "message"),
    [
        ({}, (1, 1), (50, 50), "50x50 cannot be halved twice; choose a size whose sides are multiples of 4"),
        ({}, (1, 1), (4, 4), "at least 8x8 pixels, but 4x4 are needed"),
        ({"base": (4, 4)}, (1, 1), (48, 48), r"no fit for 48x48 with any number of doublings of \(4, 4\); remove both"),
        ({"doublings": 5}, (1, 1), (16, 16), "no fit for 16x16 with 5 doublings of any base"),
        ({}, (2, 2), (65, 64), "65x64 is not a multiple of the input size, 2x2"),
    ],
)
def test_a_size_that_no_decoder_can_make_is_refused(fields, places, size, message):
    with pytest.raises(LimnerError, match=message):
        Decoder(**fields).configured_for(places, size)
    with pytest.raises(ValidationError, match="1 to 512 pixels, or both 0"):
        Decoder(base=(0, 4))


def test_noise_of_one_place_for_each_picture():
    assert NoiseEncoder(coarse=0).output_size((96, 64)) == (1, 1)
    assert NoiseEncoder(coarse=0).configured_for((96, 64)).output_size((192, 64)) == (2, 1)
    assert NoiseEncoder(coarse=8).configured_for((96, 64)).output_size((96, 64)) == (12, 8)


def test_blocks_are_the_channels_row_by_row():
    x = pictures(6, 2, (1, 2))
    y = PixelShuffle(3, 2).forward(np.empty(0), x, PAINTING)
    np.testing.assert_array_equal(y[0, 1], np.concatenate([x[:, 1, 0, j].reshape(3, 2) for j in range(2)], axis=1))


@pytest.mark.parametrize("network", [Unet(width=2, depth=3), Autoencoder(width=2, depth=2), Upscaler(width=2, scale=4)])
@pytest.mark.parametrize("size", [(1, 1), (5, 3), (8, 8), (13, 2)])
def test_any_size_goes_in(network, size):
    y = network.forward(drawn(network), pictures(size=size), PAINTING)
    assert y.shape == (3, 6, *network.output_size(size))
    assert np.isfinite(y).all()


@pytest.mark.parametrize("fan_in", [1, 3])
def test_a_residual_of_chroma_leaves_the_light_alone(fan_in):
    network = Unet(width=2, depth=1, residual="chroma", output="identity")
    x = pictures(fan_in)
    y = network.forward(drawn(network, fan_in), x, PAINTING)
    light = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
    given = x[0] if fan_in == 1 else np.tensordot(light, x, axes=1)
    np.testing.assert_allclose(np.tensordot(light, y, axes=1), given, atol=1e-5)
    assert np.ptp(y, axis=0).mean() > 0.1  # and has colours
    for wrong in ((2, 3), (1, 2)):
        with pytest.raises(LimnerError, match=r"residual=chroma recolours pictures.*network\.residual=false"):
            network.param_layout(*wrong)


def test_a_residual_starts_from_the_picture():
    x = pictures()
    network = Unet(width=2, depth=1, residual=True, contrast=1e-4, output="tanh")
    np.testing.assert_allclose(network.forward(drawn(network), x, PAINTING), x, atol=1e-3)
    y = network.forward(drawn(network, 1), x[:1], PAINTING)
    np.testing.assert_allclose(y, np.repeat(x[:1], 3, axis=0), atol=1e-3)
    with pytest.raises(LimnerError, match=r"2 channels go in and 3 come out.*network\.residual=false"):
        network.param_layout(2, 3)


def test_an_upscaler_starts_near_bilinear():
    x = pictures()
    for up in ("nearest", "bilinear", "shuffle"):
        network = Upscaler(width=4, blocks=1, up=up, contrast=1e-3)
        y = network.forward(drawn(network), x, PAINTING)
        np.testing.assert_allclose(y, Upsample("bilinear").forward(np.empty(0), x, PAINTING), atol=0.02)
    assert Upscaler(scale=8).output_size((3, 5)) == (24, 40)
    with pytest.raises(ValidationError):
        Upscaler(scale=3)


def test_an_autoencoder_tells_its_compression():
    assert Autoencoder(code=8, depth=3).compression(3, (64, 32)) == 3 * 64 / 8
    assert Autoencoder(code=1, depth=2).compression(1, (6, 4)) == 24 / 2


def test_a_measured_network_paints_what_training_saw():
    network, x = replace_dropout(BATCHED), pictures()
    theta = drawn(network)
    seen, _ = network.vjp(theta, x, CONTEXT)
    measured = network.with_batch_statistics(theta, x, CONTEXT)
    np.testing.assert_allclose(network.forward(measured, x, PAINTING), seen, atol=1e-5)
    learned = network.param_layout(3, 3).trainable
    np.testing.assert_array_equal(measured.flat[learned], theta.flat[learned])
    assert (measured.flat[~learned] != theta.flat[~learned]).any()
    plain = Unet(width=2, depth=1)
    assert plain.with_batch_statistics(theta, x, CONTEXT) is theta


def replace_dropout(network):
    return network.model_copy(update={"dropout": 0.0})


def stepped(network, threads, x):
    """The output of training and its gradient, with a number of threads."""
    backend = registry().load("backend", "numpy")(threads=threads)
    with backend.open_runner():
        y, pull = network.vjp(drawn(network), x, replace(CONTEXT, backend=backend))
        return y, *pull(np.cos(y))


def test_a_batch_is_the_same_bit_for_bit_on_any_number_of_threads():
    x = pictures(n=5, size=(128, 128))
    one, *others = (stepped(BATCHED, threads, x) for threads in (1, 2, 3))
    for other in others:
        for a, b in zip(one, other, strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_batch_within_a_tile_does_not_wait_for_its_own_thread():
    backend = registry().load("backend", "numpy")(threads=2)
    x = pictures(n=4, size=(128, 128))
    wanted = stepped(BATCHED, 1, x)[0]
    ctx = replace(CONTEXT, backend=backend)
    with backend.open_runner() as runner:
        answers = list(runner.map(lambda _: BATCHED.vjp(drawn(BATCHED), x, ctx)[0], range(4)))
    for answer in answers:
        np.testing.assert_array_equal(answer, wanted)


def test_the_input_is_not_asked_for_where_nobody_wants_it():
    network, x = Unet(width=2, depth=2, residual=True), pictures()
    theta = drawn(network)
    y, pull = network.vjp(theta, x, CONTEXT)
    _, other = network.vjp(theta, x, replace(CONTEXT, input_gradient=False))
    np.testing.assert_array_equal(other(y)[0], pull(y)[0])


MEASURED = [
    Unet(width=16, depth=3),
    Unet(width=16, depth=3, norm="batch"),
    Unet(width=8, depth=2, down="max", up="resize"),
    Autoencoder(width=16, depth=2),
    Upscaler(width=8, blocks=2, kernel=3),
]


@pytest.mark.parametrize("network", MEASURED)
def test_the_memory_of_training_is_about_the_estimate(network):
    import tracemalloc

    x = pictures(n=2, size=(64, 96))
    theta = drawn(network)
    network.vjp(theta, x[:, :1], CONTEXT)
    tracemalloc.start()
    y, pull = network.vjp(theta, x, CONTEXT)
    pull(y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    estimate = 4 * (2 * network.training_floats(3, 3, (96, 64)) + theta.flat.size)
    assert 0.5 < peak / estimate < 1.1


@pytest.mark.slow
def test_a_small_one_learns():
    """Gray pictures get their colours back, with instance normalisation and batch normalisation alike."""
    rng = np.random.default_rng(0)
    coarse = rng.random((3, 8, 4, 4)).astype(np.float32)
    target = Upsample("bilinear").forward(
        np.empty(0), Upsample("bilinear").forward(np.empty(0), coarse, CONTEXT), CONTEXT
    )
    x = target.mean(axis=0, keepdims=True)
    for norm in ("instance", "batch"):
        network = Unet(width=8, depth=2, norm=norm)
        params = drawn(network, 1)
        theta = params.flat
        m, v, losses = np.zeros_like(theta), np.zeros_like(theta), []
        for step in range(1, 151):
            y, pull = network.vjp(params.with_flat(theta), x, CONTEXT)
            gradient = pull(2 * (y - target) / y.size)[0].flat
            losses.append(float(np.mean((y - target) ** 2)))
            m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
            theta = theta - 0.01 * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
        assert losses[-1] < 0.2 * losses[0]


@pytest.mark.parametrize("network", [Unet, Autoencoder])
def test_a_depth_that_only_pads_is_refused(network):
    for depth, size in ((5, (32, 32)), (6, (33, 8)), (1, (1, 1)), (10, (1000, 4))):
        assert network(depth=depth).configured_for(size).depth == depth
    message = r"network\.depth: 9 downsampling steps need pictures of 512x512, and 32x24 would be padded to that; "
    with pytest.raises(LimnerError, match=message + r"use at most 5, or a larger `size`"):
        network(depth=9).configured_for((32, 24))
    with pytest.raises(LimnerError, match="use at most 5"):
        network(depth=6).configured_for((32, 32))


@pytest.mark.parametrize("network", ["unet", "autoencoder"])
def test_training_refuses_such_a_depth_before_it_starts(tmp_path, network):
    for i in range(2):
        Image.new("RGB", (32, 32), (i, 9, 9)).save(tmp_path / f"{i}.png")
    settings = {"network.depth": 9}
    with pytest.raises(LimnerError, match=r"network\.depth: 9 downsampling steps need pictures of 512x512"):
        limner.train(tmp_path, "colorize", steps=1, size=(32, 32), swap={"network": network}, set=settings)
