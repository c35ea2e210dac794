"""Networks against slow loops written from their formulas, and the structure that a cppn draws."""

import math

import numpy as np
import pytest
from pydantic import ValidationError

import limner
from limner.plugin import Context, LimnerError
from limner_plugins.networks.cppn import Cppn
from limner_plugins.networks.identity import IdentityNetwork
from limner_plugins.networks.mlp import Mlp
from limner_plugins.networks.residual import Residual
from limner_plugins.networks.siren import Siren

CONTEXT = Context(size=(4, 4))

SCALARS = {
    "sin": math.sin,
    "tanh": math.tanh,
    "gaussian": lambda x: math.exp(-x * x / 2),
    "sawtooth": lambda x: math.remainder(x, 2 * math.pi) / math.pi,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "identity": lambda x: x,
}
POINTS = np.random.default_rng(8).uniform(-1.5, 1.5, (3, 7))


def drawn(network, fan_in=3, fan_out=2, seed=4):
    layout = network.layout_for(fan_in, fan_out)
    return layout.views(
        layout.pack(network.init_params(np.random.default_rng(seed), fan_in, fan_out)).astype(np.float64)
    )


class Reader:
    """Hands out θ number by number: each layer's W row by row, then its b."""

    def __init__(self, params):
        self.numbers = params.flat.tolist()

    def take(self, count):
        taken, self.numbers = self.numbers[:count], self.numbers[count:]
        return taken

    def dense(self, h, n_out):
        rows = [self.take(len(h)) for _ in range(n_out)]
        biases = self.take(n_out)
        return [sum(w * v for w, v in zip(row, h, strict=True)) + b for row, b in zip(rows, biases, strict=True)]


def slowly(theta, ask):
    """The output at each of the points, by a function of a reader and a point."""
    out = []
    for point in POINTS.T.tolist():
        reader = Reader(theta)
        out.append(ask(reader, point))
        assert not reader.numbers
    return np.asarray(out).T


def test_a_siren_is_its_formula():
    network = Siren(width=5, depth=3, first_omega=7.0, omega=11.0, output="sigmoid")
    theta = drawn(network)

    def ask(reader, h):
        for omega in (7.0, 11.0, 11.0):
            h = [math.sin(omega * z) for z in reader.dense(h, 5)]
        return [SCALARS["sigmoid"](z) for z in reader.dense(h, 2)]

    np.testing.assert_allclose(network.forward(theta, POINTS, CONTEXT), slowly(theta, ask), atol=1e-12)


def test_a_residual_network_is_its_formula():
    network = Residual(width=4, depth=2, activation="tanh", gain=0.7, output="sigmoid")
    theta = drawn(network)

    def ask(reader, point):
        h = reader.dense(point, 4)
        for _ in range(2):
            inner = [math.tanh(z) for z in reader.dense(h, 4)]
            outer = [math.tanh(z) for z in reader.dense(inner, 4)]
            h = [v + 0.7 * o for v, o in zip(h, outer, strict=True)]
        return [SCALARS["sigmoid"](z) for z in reader.dense(h, 2)]

    np.testing.assert_allclose(network.forward(theta, POINTS, CONTEXT), slowly(theta, ask), atol=1e-12)


@pytest.mark.parametrize("feed", [False, True])
def test_a_cppn_is_its_formula(feed):
    units = (("sin", "sin", "tanh"), ("tanh", "gaussian", "sawtooth"), ("sawtooth", "sin", "sin"))
    network = Cppn(units=units, feed_inputs=feed, output="identity")
    assert (network.depth, network.width) == (3, 3)
    theta = drawn(network)

    def ask(reader, point):
        h = point
        for i, names in enumerate(units):
            message = h + point if feed and i else h
            h = [SCALARS[name](z) for name, z in zip(names, reader.dense(message, 3), strict=True)]
        return reader.dense(h + point if feed else h, 2)

    np.testing.assert_allclose(network.forward(theta, POINTS, CONTEXT), slowly(theta, ask), atol=1e-12)


def test_an_mlp_is_its_formula():
    network = Mlp(width=(4, 3), depth=2, activation=("tanh", "sin"), output="sigmoid")
    theta = drawn(network)

    def ask(reader, point):
        h = [math.tanh(z) for z in reader.dense(point, 4)]
        h = [math.sin(z) for z in reader.dense(h, 3)]
        return [SCALARS["sigmoid"](z) for z in reader.dense(h, 2)]

    np.testing.assert_allclose(network.forward(theta, POINTS, CONTEXT), slowly(theta, ask), atol=1e-12)


def cppn_art(seed=3, **settings):
    return limner.paint(seed=seed, size=(24, 16), swap={"network": "cppn"}, set=settings)


def test_the_structure_of_a_cppn_is_written_into_the_recipe_and_comes_back(tmp_path):
    art = cppn_art()
    units = art.recipe.network.stage.units
    assert len(units) == 4
    assert {len(layer) for layer in units} == {12}
    assert {name for layer in units for name in layer} <= set(Cppn().choices)
    for name in ("art.png", "art.limner"):
        back = limner.open(art.save(tmp_path / name))
        assert back.recipe.network.stage.units == units
        assert back.recipe == art.recipe
        np.testing.assert_array_equal(back.render(), art.render())
    repainted = limner.paint(tmp_path / "art.png", seed=99)
    assert repainted.recipe.network.stage.units == units
    assert not np.array_equal(repainted.theta, art.theta)


def test_the_seed_alone_decides_the_structure():
    def units(seed, **settings):
        return cppn_art(seed, **settings).recipe.network.stage.units

    assert units(3) == units(3) == units(3, **{"network.weight_scale": 1.0})
    assert units(3) != units(4)


def test_units_that_are_given_stay():
    given = (("sin", "tanh"), ("abs", "abs"))
    network = Cppn(units=given)
    assert network.resolved(np.random.default_rng(0)) is network
    assert cppn_art(**{"network.units": [list(layer) for layer in given]}).recipe.network.stage.units == given


def test_equal_units_stand_side_by_side():
    network = Cppn(width=50, choices=("sin", "tanh", "sin", "abs")).resolved(np.random.default_rng(2))
    for layer in network.units:
        assert sorted(layer, key=("sin", "tanh", "abs").index) == list(layer)


def test_a_choice_that_stands_twice_is_drawn_twice_as_often():
    network = Cppn(width=1000, depth=8, choices=("sin", "tanh", "tanh")).resolved(np.random.default_rng(2))
    share = np.mean([name == "tanh" for layer in network.units for name in layer])
    assert share == pytest.approx(2 / 3, abs=0.02)


def test_a_cppn_without_structure_says_so():
    network = Cppn(width=3, depth=1)
    with pytest.raises(LimnerError, match=r"no activations yet; call resolved\(rng\)"):
        network.forward(drawn(network), POINTS, CONTEXT)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"choices": ("sin", "softmax")}, "softmax is an activation of whole layers"),
        ({"units": (("sin",), ("sin", "tanh"))}, "units describes 2 layers of 1, 2"),
        ({"units": (("sin",),), "width": 5}, r"width 5; set units = \[\] to draw them again"),
        ({"units": (("sin",),), "depth": 2}, "depth is 2"),
        ({"choices": ()}, "at least 1 item"),
    ],
)
def test_a_wrong_cppn_is_refused(fields, message):
    with pytest.raises(ValidationError, match=message):
        Cppn.model_validate(fields)


def test_units_are_drawn_afresh_on_request(tmp_path):
    saved = cppn_art().save(tmp_path / "art.png")
    with pytest.raises(LimnerError, match="draw them again"):
        limner.paint(saved, set={"network.width": 20})
    wider = limner.paint(saved, set={"network.width": 20, "network.units": []})
    assert {len(layer) for layer in wider.recipe.network.stage.units} == {20}


def test_a_siren_starts_as_its_paper_says():
    network = Siren(width=256, depth=4, first_omega=30.0, omega=30.0, contrast=1.0)
    own = drawn(network, 2, 3)
    for i in range(5):
        fan_in = 2 if i == 0 else 256
        bound = 1 / 2 if i == 0 else math.sqrt(6 / 256) / 30
        weights, biases = own[f"W{i}"], own[f"b{i}"]
        assert 0.98 * bound < np.abs(weights).max() <= bound * (1 + 1e-6)
        if i < 4:
            assert weights.std() == pytest.approx(bound / math.sqrt(3), rel=0.1)
        assert np.abs(biases).max() <= fan_in**-0.5 * (1 + 1e-6)


def test_a_siren_s_layers_look_alike():
    x = np.random.default_rng(1).uniform(-1, 1, (2, 4000))
    own = drawn(Siren(width=256, depth=5), 2, 3)
    h = np.sin(30 * (own["W0"] @ x + own["b0"][:, None]))
    for i in range(1, 5):
        z = 30 * own[f"W{i}"] @ h
        assert z.std() == pytest.approx(1.0, abs=0.1)  # theorem 1.8: standard normal
        h = np.sin(z + 30 * own[f"b{i}"][:, None])
        assert h.std() == pytest.approx(math.sqrt(0.5), abs=0.05)  # that of an arcsine distribution


def test_without_gain_a_residual_network_is_a_straight_line():
    network = Residual(width=6, depth=4, gain=0.0, output="identity")
    theta = drawn(network)
    p, q = POINTS[:, :3], POINTS[:, 3:6]
    between = network.forward(theta, 0.25 * p + 0.75 * q, CONTEXT)
    wanted = 0.25 * network.forward(theta, p, CONTEXT) + 0.75 * network.forward(theta, q, CONTEXT)
    np.testing.assert_allclose(between, wanted, atol=1e-12)


def test_identity_hands_the_features_on():
    theta = np.empty(0)
    np.testing.assert_array_equal(IdentityNetwork(span=(0.0, 1.0)).forward(theta, POINTS, CONTEXT), POINTS)
    np.testing.assert_allclose(IdentityNetwork().forward(theta, POINTS, CONTEXT), (POINTS + 1) / 2)
    np.testing.assert_allclose(IdentityNetwork(span=(2.0, -2.0)).forward(theta, POINTS, CONTEXT), 0.5 - POINTS / 4)


def test_identity_paints_the_points_themselves():
    table = {
        "encoder": [{"kind": "xy"}, {"kind": "latent", "values": [0.0]}],
        "network": {"kind": "identity"},
    }
    picture = limner.paint(table, seed=1, size=(8, 8)).render(bits=16)
    middles = (np.arange(8) + 0.5) / 8
    np.testing.assert_allclose(picture[..., 0] / 65535, np.tile(middles, (8, 1)), atol=1e-4)
    np.testing.assert_allclose(picture[..., 1] / 65535, np.tile(middles[:, None], (1, 8)), atol=1e-4)
    np.testing.assert_allclose(picture[..., 2] / 65535, 0.5, atol=1e-4)


def test_identity_refuses_what_does_not_fit():
    with pytest.raises(LimnerError, match="the encoders give 3 and the colour mode takes 1; choose other"):
        limner.paint({}, seed=1, swap={"network": "identity", "color": "gray"})
