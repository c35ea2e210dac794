"""Pullbacks derived from forward: which parameters they reach, whose arrays they give, and what they refuse."""

import inspect

import array_api_strict
import numpy as np
import pytest

from limner.arrays.namespace import namespace
from limner.arrays.parameters import Params, fixed
from limner.errors import TracingError
from limner.plugin import Blend, Context, Encoder, Network, Samples

LIBRARIES = {"numpy": np.asarray, "strict": array_api_strict.asarray}


@pytest.fixture(params=LIBRARIES)
def asarray(request):
    return LIBRARIES[request.param]


class Careless(Encoder):
    """Branches on a value."""

    def init_params(self, rng):
        return {"w": rng.normal(size=2), "offset": fixed(rng.normal(size=2))}

    def forward(self, params, samples, ctx):
        if params["w"][0] > 0:
            return samples.anchor
        return -samples.anchor


class Neat(Careless):
    """Scales the points."""

    def forward(self, params, samples, ctx):
        return params["w"][:, None] * samples.anchor + params["offset"][:, None]


def drawn(stage, asarray):
    layout = stage.param_layout()
    theta = layout.pack(stage.init_params(np.random.default_rng(0))).astype(np.float64)
    return Params(layout, asarray(theta)), Samples(xy=asarray(np.linspace(-1.0, 1.0, 8).reshape(2, 4)))


def test_the_error_names_the_stage(asarray):
    with pytest.raises(TracingError, match=r"^Careless, test_derived\.py, line \d+: a Python condition depends"):
        Careless().vjp(*drawn(Careless(), asarray), Context((4, 4)))


def test_a_fixed_parameter_has_no_gradient(asarray):
    params, samples = drawn(Neat(), asarray)
    y, pullback = Neat().vjp(params, samples, Context((4, 4)))
    assert np.array_equal(np.asarray(y), np.asarray(Neat().forward(params, samples, Context((4, 4)))))
    gradients = pullback(asarray(np.ones((2, 4))))
    assert list(gradients) == ["w"]
    assert np.allclose(np.asarray(gradients["w"]), np.asarray(samples.xy).sum(axis=1))


class Untraced(Careless):
    """Returns what has no gradient."""

    def forward(self, params, samples, ctx):
        return self.returned(namespace(samples.anchor), params, samples)


def untraced(**methods):
    return type("Untraced", (Untraced,), methods)()


OUTPUTS = {
    "nothing": (lambda self, xp, params, samples: None, "forward returns NoneType, not an array; return one array"),
    "a pair": (lambda self, xp, params, samples: (samples.anchor,) * 2, "forward returns tuple, not an array"),
    "a plain array": (
        lambda self, xp, params, samples: np.zeros((2, 4)),
        "forward returns a plain ndarray, which has no",
    ),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_an_output_without_a_trace_is_refused(name, asarray):
    returned, message = OUTPUTS[name]
    stage = untraced(returned=returned)
    with pytest.raises(TracingError, match=message) as caught:
        stage.vjp(*drawn(stage, asarray), Context((4, 4)))
    assert str(caught.value).startswith("Untraced, test_derived.py, line ")
    assert caught.value.line == inspect.getsourcelines(Untraced.forward)[1]


def test_an_output_that_depends_on_no_parameter_has_a_gradient_of_0(asarray):
    stage = untraced(returned=lambda self, xp, params, samples: xp.ones((2, 4)))
    y, pullback = stage.vjp(*drawn(stage, asarray), Context((4, 4)))
    assert np.asarray(y).tolist() == [[1.0] * 4] * 2
    assert np.asarray(pullback(y)["w"]).tolist() == [0.0, 0.0]


def test_a_stage_without_parameters_may_return_a_plain_array():
    stage = untraced(init_params=lambda self, rng: {}, returned=lambda self, xp, params, samples: np.ones((2, 4)))
    y, pullback = stage.vjp(*drawn(stage, np.asarray), Context((4, 4)))
    assert y.tolist() == [[1.0] * 4] * 2
    assert pullback(y) == {}


class Through(Network):
    """Answers with its input, or with the sum of it everywhere."""

    summed: bool = False

    def init_params(self, rng, fan_in, fan_out):
        return {"w": rng.normal(size=2)}

    def forward(self, params, x, ctx):
        xp = namespace(x)
        return xp.sum(x, axis=0, keepdims=True) if self.summed else x


@pytest.mark.parametrize("summed", [False, True])
def test_the_gradient_of_the_input_is_the_caller_s(summed, asarray):
    """It is neither the gradient of the output nor one row stretched, and may be written into."""
    stage = Through(summed=summed)
    params = stage.layout_for(2, 2).views(asarray(np.zeros(2)))
    _, pullback = stage.vjp(params, asarray(np.zeros((2, 3))), Context((4, 4)))
    dy = asarray(np.ones((1 if summed else 2, 3)))
    dx = pullback(dy)[1]
    dx[0, 0] = 7.0
    assert np.asarray(dx).tolist() == [[7.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    assert (np.asarray(dy) == 1.0).all()


def test_what_nobody_asks_for_is_not_worked_out():
    stage, x = Through(), np.zeros((2, 3))
    params = stage.layout_for(2, 2).views(np.zeros(2))
    gradients, dx = stage.vjp(params, x, Context((4, 4), input_gradient=False))[1](x)
    assert dx is x
    gradients, dx = stage.vjp(params, x, Context((4, 4), theta_gradient=False))[1](x + 1.0)
    assert gradients["w"].tolist() == [0.0, 0.0]
    assert (dx == 1.0).all()


class Sum(Blend):
    """Adds the layers up."""

    def forward(self, layers):
        return sum(layers[1:], layers[0])


def test_layers_do_not_share_a_gradient(asarray):
    dy = asarray(np.ones((3, 2)))
    first, second = Sum().vjp([dy, dy])[1](dy)
    first[0, 0] = 7.0
    assert (np.asarray(second) == 1.0).all()
    assert (np.asarray(dy) == 1.0).all()
