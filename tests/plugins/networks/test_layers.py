"""Each layer against its formula in slow loops, against finite differences and, where there is torch, against torch."""

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from limner.arrays.primitives import Primitives
from limner.plugin import Context
from limner.registry.registry import registry
from limner.testing.finite_differences import worst_slope
from limner_plugins.layers.activation import ActivationLayer
from limner_plugins.layers.batch_norm import BatchNorm
from limner_plugins.layers.convolutions import _sliding, _tapwise
from limner_plugins.layers.convolutions.convolution import Convolution
from limner_plugins.layers.convolutions.geometry import Geometry
from limner_plugins.layers.convolutions.transposed import Transposed
from limner_plugins.layers.dropout import Dropout
from limner_plugins.layers.instance_norm import InstanceNorm
from limner_plugins.layers.pooling import AveragePool, MaxPool
from limner_plugins.layers.sequence import Sequence
from limner_plugins.layers.upsample import PixelShuffle, Upsample
from limner_plugins.layers.wrappers.batched import BatchedLayer
from limner_plugins.layers.wrappers.mirror import MirrorPadded
from limner_plugins.layers.wrappers.skip import Add, Concatenate
from limner_plugins.layers.wrappers.tint import Tint

CONTEXT = Context(size=(8, 8), seed=5, training=True)
NUMPY = registry().load("backend", "numpy")()
GEOMETRIES = [
    Geometry.same(3),
    Geometry.same(4, 2),
    Geometry.same(3, 2),
    Geometry.same(3, dilation=2),
    Geometry(5, 1, 4, 1),
    Geometry(4, 2, 0, 3),
    Geometry(6, 3, 1, 2),
    Geometry(1),
]
LAYERS = {
    "convolution": Convolution(3, Geometry.same(3)),
    "convolution, stride 2": Convolution(2, Geometry.same(4, 2), init="glorot"),
    "convolution, dilated": Convolution(2, Geometry.same(3, dilation=2), bias=False),
    "transposed": Transposed(3, Geometry.same(4, 2)),
    "transposed, odd": Transposed(2, Geometry.same(3, 2), bias=False),
    "max pool": MaxPool(),
    "average pool": AveragePool(3),
    "batch norm": BatchNorm(),
    "instance norm": InstanceNorm(),
    "dropout": Dropout(0.4, "a"),
    "leaky": ActivationLayer("leaky-relu"),
    "relu": ActivationLayer("relu"),
    "unit tanh": ActivationLayer("unit-tanh"),
    "swish": ActivationLayer("swish"),
    "nearest": Upsample(),
    "bilinear": Upsample("bilinear"),
    "shuffle": Sequence((Convolution(4, Geometry(1)), PixelShuffle())),
    "blocks": Sequence((Convolution(6, Geometry(1)), PixelShuffle(3, 2))),
    "concatenate": Concatenate(Convolution(3, Geometry.same(3))),
    "concatenate, mixing": Concatenate(Sequence((BatchNorm(), ActivationLayer("tanh"), BatchNorm()))),
    "add": Add(Sequence((Convolution(2, Geometry.same(3)), ActivationLayer("tanh")))),
    "add, enlarged": Add(Sequence((Transposed(2, Geometry.same(2, 2)),)), Sequence((Upsample("bilinear"),))),
    "tint": Sequence((Convolution(3, Geometry(1)), Tint(Convolution(3, Geometry.same(3))))),
    "tint of gray": Sequence((Convolution(1, Geometry(1)), Tint(Convolution(3, Geometry.same(3))))),
    "mirrored": MirrorPadded(Sequence((Convolution(2, Geometry.same(4, 2)), BatchNorm(), Upsample())), 4),
    "together": BatchedLayer(Sequence((BatchNorm(), Convolution(3, Geometry.same(3))))),
    "sequence": Sequence((InstanceNorm(), Convolution(2, Geometry.same(2, 2)), ActivationLayer("sin"), BatchNorm())),
}


def drawn(layer, channels=2):
    """θ with nothing at 0 or 1, float64."""
    layout = layer.param_layout(channels)
    theta = layer.init_params(layout, np.random.default_rng(3))
    assert theta.dtype == np.float32
    assert theta.shape == (layout.size,)
    return theta + 0.1 * np.random.default_rng(4).uniform(0.5, 1, theta.shape)


def pictures(channels=2, n=3, size=(6, 5), seed=0):
    return np.random.default_rng(seed).normal(size=(channels, n, *size))


def pulled(layer, theta, x, dy, ctx=CONTEXT):
    y, pull = layer.vjp(theta, x, ctx)
    flat = np.full(theta.size + 3, np.nan)
    dx = pull(dy, flat, 2)
    return y, flat[2:-1], dx


@pytest.mark.parametrize("training", [True, False], ids=["training", "painting"])
@pytest.mark.parametrize("name", LAYERS)
def test_a_pullback_is_what_finite_differences_say(name, training):
    layer, x = LAYERS[name], pictures()
    theta, ctx = drawn(layer), replace(CONTEXT, training=training)
    y = layer.forward(theta, x, ctx)
    height, width = layer.size(x.shape[2:])
    assert y.shape == (layer.out_channels(2), 3, height, width)
    dy = pictures(*y.shape[:2], y.shape[2:], seed=1)
    given, dtheta, dx = pulled(layer, theta, x, dy, ctx)
    np.testing.assert_allclose(given, y, atol=1e-12)
    learned = np.flatnonzero(layer.param_layout(2).trainable).tolist()
    assert worst_slope(lambda at: float(np.sum(dy * layer.forward(at, x, ctx))), theta, dtheta, learned) is None
    assert worst_slope(lambda at: float(np.sum(dy * layer.forward(theta, at, ctx))), x, dx, range(x.size)) is None
    assert np.isfinite(dtheta).all()


@pytest.mark.parametrize("name", [n for n in LAYERS if n != "dropout"])
def test_tiles_give_what_the_whole_batch_does(name):
    layer, x = LAYERS[name], pictures()
    theta = drawn(layer)
    wanted = layer.forward(theta, x, CONTEXT)
    dy = pictures(*wanted.shape[:2], wanted.shape[2:], seed=1)
    y, dtheta, dx = pulled(layer, theta, x, dy)
    parts = [slice(0, 2), slice(2, 3)]
    ys, pull = layer.vjp_tiles(theta, [x[:, p] for p in parts], CONTEXT)
    flat = np.zeros(theta.size)
    dxs = pull([dy[:, p] for p in parts], flat, 0)
    for got, wanted in ((np.concatenate(ys, 1), y), (flat, dtheta), (np.concatenate(dxs, 1), dx)):
        np.testing.assert_allclose(got, wanted, atol=1e-10)


@pytest.mark.parametrize("name", LAYERS)
def test_on_strict_arrays_a_layer_gives_the_same(name):
    strict = pytest.importorskip("array_api_strict", reason="array-api-strict is not installed")
    layer, x = LAYERS[name], pictures().astype(np.float32)
    theta, device = drawn(layer).astype(np.float32), strict.Device("device1")
    y = layer.forward(theta, x, CONTEXT)
    dy = pictures(*y.shape[:2], y.shape[2:], seed=1).astype(np.float32)
    wanted = pulled(layer, theta, x, dy)
    ours = [strict.asarray(a, device=device) for a in (theta, x, dy)]
    got, pull = layer.vjp(ours[0], ours[1], CONTEXT)
    flat = strict.zeros(theta.shape, dtype=strict.float32, device=device)
    dx = pull(ours[2], flat, 0)
    for a, b in zip((got, flat, dx), wanted, strict=True):
        assert a.dtype == strict.float32
        assert a.device == device
        np.testing.assert_allclose(np.array(a.to_device(strict.Device("CPU_DEVICE"))), b, atol=2e-4)


def slowly(weights, x, g, small):
    """The convolution in loops over outputs and taps."""
    y = np.zeros((weights.shape[0], x.shape[1], *small))
    for p, q in np.ndindex(small):
        for i, j in np.ndindex(g.kernel, g.kernel):
            a, b = p * g.stride + i * g.dilation - g.before, q * g.stride + j * g.dilation - g.before
            if 0 <= a < x.shape[2] and 0 <= b < x.shape[3]:
                y[:, :, p, q] += weights[:, i, j, :] @ x[:, :, a, b]
    return y


@pytest.mark.parametrize("backend", [None, NUMPY], ids=["plain", "numpy"])
@pytest.mark.parametrize(("c", "d"), [(3, 40), (50, 4), (40, 130)])
@pytest.mark.parametrize("g", GEOMETRIES, ids=str)
def test_both_ways_of_a_convolution_are_its_formula(g, c, d, backend):
    ctx, rng = replace(CONTEXT, backend=backend), np.random.default_rng(7)
    x, weights = rng.normal(size=(c, 2, 9, 7)), rng.normal(size=(d, g.kernel, g.kernel, c))
    small = g.outputs(9), g.outputs(7)
    wanted = slowly(weights, x, g, small)
    dy = rng.normal(size=wanted.shape)
    ways = [_tapwise, _sliding] if g.kernel % g.stride == 0 else [_tapwise]
    for way in ways:
        np.testing.assert_allclose(way.correlate(weights, x, g, small, ctx), wanted, atol=1e-9)
        dx = way.correlate_transposed(weights, dy, g, (9, 7), ctx)
        np.testing.assert_allclose(np.sum(dx * x), np.sum(wanted * dy))  # the transpose
        for pull, given in ((way.pull_correlate, (dy, x)), (way.pull_transposed, (x, dy))):
            flat = np.zeros(weights.size)
            back = pull(flat, 0, weights, *given, g, ctx)
            np.testing.assert_allclose(np.sum(flat * weights.ravel()), np.sum(wanted * dy))  # linear in the weights
            other = dx if pull is way.pull_correlate else wanted
            np.testing.assert_allclose(back, other, atol=1e-9)


def test_numpys_sliding_products_are_the_plain_ones():
    rng = np.random.default_rng(0)
    plain, taps = Primitives(), ((2, 0, 11), (2, 8, 0), (2, 0, 1))
    for d, k, n in ((5, 8, 300), (40, 8, 5000), (140, 8, 900), (70, 8, 0)):
        x, dy = rng.normal(size=(16, n + 12)), rng.normal(size=(d, n))
        weights = rng.normal(size=(d, 2, 2, 2, k))
        np.testing.assert_allclose(NUMPY.convolve(weights, x, taps, n), plain.convolve(weights, x, taps, n), atol=1e-9)
        flats = np.zeros((2, weights.size))
        plain.write_kernel_gradient(flats[0], 0, dy, x, taps, k)
        NUMPY.write_kernel_gradient(flats[1], 0, dy, x, taps, k)
        np.testing.assert_allclose(flats[1], flats[0], atol=1e-8)
    with pytest.raises(ValueError, match="slide over an array"):
        NUMPY.convolve(np.zeros((1, 2, 2, 2, 8)), np.zeros((16, 10)), taps, 10)


def test_a_1x1_map_is_not_normalised_to_nothing():
    x = pictures(size=(1, 1))
    y, _, dx = pulled(InstanceNorm(), np.asarray([2.0, 1.0, 0.0, 0.5]), x, np.ones_like(x))
    np.testing.assert_allclose(y[0], 2 * x[0])
    np.testing.assert_allclose(y[1], x[1] + 0.5)
    np.testing.assert_allclose(dx[0], 2.0)


def test_batch_norm_paints_with_what_was_measured():
    layer, x = BatchNorm(), 3 * pictures(n=8) + 1
    theta = drawn(layer)
    wanted = layer.forward(theta, x, CONTEXT)
    painting = replace(CONTEXT, training=False)
    written, ys = layer.with_batch_statistics(theta, [x[:, :5], x[:, 5:]], painting)
    np.testing.assert_allclose(np.concatenate(ys, 1), wanted, atol=1e-12)
    np.testing.assert_allclose(written[4:6], x.mean(axis=(1, 2, 3)))
    np.testing.assert_allclose(written[6:], x.var(axis=(1, 2, 3)))
    np.testing.assert_array_equal(written[:4], theta[:4])
    assert not layer.param_layout(2).trainable[4:].any()


def test_dropout_depends_on_step_tile_and_name():
    x = np.ones((4, 2, 8, 8))
    layer, theta = Dropout(0.25, "a"), np.empty(0)
    y = layer.forward(theta, x, CONTEXT)
    assert set(np.unique(y.astype(np.float32))) == {np.float32(0), np.float32(1 / 0.75)}
    assert 0.65 < np.mean(y > 0) < 0.85
    np.testing.assert_array_equal(layer.forward(theta, x, CONTEXT), y)
    np.testing.assert_array_equal(layer.forward(theta, x, replace(CONTEXT, training=False)), x)
    others = (replace(CONTEXT, step=1), replace(CONTEXT, tile=1), replace(CONTEXT, seed=6))
    assert all((layer.forward(theta, x, other) != y).any() for other in others)
    assert (Dropout(0.25, "b").forward(theta, x, CONTEXT) != y).any()
    halves = layer.vjp_tiles(theta, [x, x], CONTEXT)[0]
    assert (halves[0] != halves[1]).any()


def test_mirroring_is_numpys_symmetric_padding():
    for size in ((5, 7), (1, 3), (8, 8)):
        x = pictures(size=size)
        seen = MirrorPadded(Sequence(()), 8)._padded(x)
        pads = [((8 - side) // 2, 8 - side - (8 - side) // 2) for side in size]
        np.testing.assert_array_equal(seen, np.pad(x, [(0, 0), (0, 0), *pads], mode="symmetric"))
        np.testing.assert_array_equal(MirrorPadded(Sequence(()), 8).forward(np.empty(0), x, CONTEXT), x)


def test_a_geometry_that_keeps_the_size():
    for kernel, stride in ((1, 1), (3, 1), (9, 1), (4, 2), (3, 2), (2, 2), (5, 2)):
        g = Geometry.same(kernel, stride)
        assert g.outputs(12) == 12 // stride
        assert g.inputs(12 // stride) == 12


needs_torch = pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed; pip install torch")


@needs_torch
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", ["convolution", "convolution, stride 2", "transposed", "batch norm", "instance norm",
                                  "max pool", "leaky", "nearest", "bilinear", "shuffle alone"])  # fmt: skip
def test_a_layer_is_torchs(name):
    import torch
    from torch.nn import functional as f

    layer = {**LAYERS, "shuffle alone": PixelShuffle()}[name]
    x, theta = pictures(4, size=(6, 8)), drawn(layer, 4)
    y = layer.forward(theta, x, CONTEXT)
    dy = pictures(*y.shape[:2], y.shape[2:], seed=1)
    _, dtheta, dx = pulled(layer, theta, x, dy)
    flat = torch.tensor(theta, requires_grad=True)
    its = torch.tensor(x.swapaxes(0, 1).copy(), requires_grad=True)
    parts = {
        e.name: flat[layer.param_layout(4).slices[e.name]].reshape(e.shape) for e in layer.param_layout(4).parameters
    }
    kernel = parts["W"].permute(0, 3, 1, 2) if "W" in parts else None
    given = {
        "convolution": lambda: f.conv2d(its, kernel, parts["b"], padding=1),
        "convolution, stride 2": lambda: f.conv2d(its, kernel, parts["b"], stride=2, padding=1),
        "transposed": lambda: f.conv_transpose2d(its, kernel, parts["b"], stride=2, padding=1),
        "batch norm": lambda: f.batch_norm(its, None, None, parts["gain"], parts["shift"], training=True),
        "instance norm": lambda: f.instance_norm(its, weight=parts["gain"], bias=parts["shift"]),
        "max pool": lambda: f.max_pool2d(its, 2),
        "leaky": lambda: f.leaky_relu(its, 0.2),
        "nearest": lambda: f.interpolate(its, scale_factor=2),
        "bilinear": lambda: f.interpolate(its, scale_factor=2, mode="bilinear"),
        "shuffle alone": lambda: f.pixel_shuffle(its, 2),
    }[name]()
    given.backward(torch.tensor(dy.swapaxes(0, 1).copy()))
    np.testing.assert_allclose(given.detach().numpy().swapaxes(0, 1), y, atol=1e-9)
    np.testing.assert_allclose(its.grad.numpy().swapaxes(0, 1), dx, atol=1e-9)
    if theta.size:
        np.testing.assert_allclose(flat.grad.numpy(), dtheta, atol=1e-9)
