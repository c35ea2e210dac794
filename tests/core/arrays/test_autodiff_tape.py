"""The tape: closed forms, kinks, constants, dtypes, and what it refuses, with the line."""

import inspect
import math
from pathlib import Path

import array_api_strict
import numpy as np
import pytest

from limner.arrays.autodiff.gradients import SlicedGradient
from limner.arrays.autodiff.operators import BRANCH, CONVERSION, DIVMOD, IN_PLACE, NUMPY, ROUNDING, STANDARD_NAMES
from limner.arrays.autodiff.tape import Tape
from limner.arrays.namespace import namespace
from limner.errors import TracingError

LIBRARIES = {"numpy": np.asarray, "strict": array_api_strict.asarray}


@pytest.fixture(params=LIBRARIES)
def asarray(request):
    return LIBRARIES[request.param]


def gradient(function, x, asarray, dy=None):
    """Return the gradient of the sum of a function of one array, as NumPy's."""
    tape = Tape()
    y = function(tape.variable(asarray(np.asarray(x, dtype=np.float64))))
    dy = np.ones(y.shape) if dy is None else np.asarray(dy)
    return np.asarray(tape.gradients(y, asarray(dy))[0])


def test_closed_forms(asarray):
    x = np.linspace(-1.7, 2.2, 9)
    sigmoid = 1 / (1 + np.exp(-x))
    got = gradient(lambda x: 1.0 / (1.0 + namespace(x).exp(-x)), x, asarray)
    assert np.allclose(got, sigmoid * (1 - sigmoid), rtol=1e-14)
    got = gradient(lambda x: namespace(x).sin(x) * namespace(x).exp(-x * x), x, asarray)
    assert np.allclose(got, np.exp(-x * x) * (np.cos(x) - 2 * x * np.sin(x)), rtol=1e-14)
    got = gradient(lambda x: namespace(x).log(namespace(x).sum(namespace(x).exp(x))), x, asarray)
    assert np.allclose(got, np.exp(x) / np.exp(x).sum(), rtol=1e-14)
    got = gradient(lambda x: namespace(x).var(x, correction=1.0), x, asarray)
    assert np.allclose(got, 2 * (x - x.mean()) / 8, rtol=1e-13, atol=1e-16)


def test_a_quadratic_form(asarray):
    rng = np.random.default_rng(1)
    a, x = rng.normal(size=(4, 4)), rng.normal(size=4)
    tape = Tape()
    ta, tx = tape.variable(asarray(a)), tape.variable(asarray(x))
    by_a, by_x = tape.gradients(tx @ ta @ tx, asarray(np.asarray(1.0)))
    assert np.allclose(np.asarray(by_a), np.outer(x, x), rtol=1e-14)
    assert np.allclose(np.asarray(by_x), (a + a.T) @ x, rtol=1e-13)


def test_an_array_that_is_used_often(asarray):
    """x to the power of 2^10, by squaring."""

    def power(x):
        for _ in range(10):
            x = x * x
        return x

    assert gradient(power, [1.001], asarray)[0] == pytest.approx(1024 * 1.001**1023, rel=1e-10)
    assert gradient(lambda x: x + x + x, [0.3], asarray).tolist() == [3.0]


def test_pullbacks_can_be_asked_again_and_are_linear(asarray):
    tape = Tape()
    x = tape.variable(asarray(np.linspace(0.2, 1.0, 5)))
    y = namespace(x).sqrt(x) * x
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(2, 5))
    by_a, by_b, by_both = (np.asarray(tape.gradients(y, asarray(dy))[0]) for dy in (a, b, 2 * a - b))
    assert np.array_equal(np.asarray(tape.gradients(y, asarray(a))[0]), by_a)
    assert np.allclose(by_both, 2 * by_a - by_b, rtol=1e-13)


def test_the_gradient_of_an_intermediate_output_ignores_what_came_later(asarray):
    tape = Tape()
    x = tape.variable(asarray(np.asarray([2.0])))
    y = x * x
    _ = y * y
    assert np.asarray(tape.gradients(y, asarray(np.ones(1)))[0]).tolist() == [4.0]


def test_constants_are_followed_but_not_recorded(asarray):
    tape = Tape()
    x, c = tape.variable(asarray(np.ones(3))), tape.constant(asarray(np.full(3, 5.0)))
    xp = namespace(c)
    assert (xp.sin(c) * 2.0 + xp.zeros_like(x)).place is None
    by_x = tape.gradients(x * c, asarray(np.ones(3)))
    assert [np.asarray(g).tolist() for g in by_x] == [[5.0, 5.0, 5.0]]
    assert [np.asarray(g).tolist() for g in tape.gradients(c, asarray(np.ones(3)))] == [[0.0, 0.0, 0.0]]
    assert [np.asarray(g).tolist() for g in tape.gradients(x, asarray(np.full(3, 7.0)))] == [[7.0, 7.0, 7.0]]
    with pytest.raises(ValueError, match="variables must be created before any operation"):
        tape.variable(asarray(np.ones(3)))


KINKS = {
    "abs": (lambda x: abs(x), [0.0], 0.0, 0.0),
    "maximum": (lambda x: namespace(x).maximum(x, 0.0), [0.0], 0.0, 1.0),
    "minimum of two that are equal": (lambda x: namespace(x).minimum(x, x), [3.0], 1.0, 1.0),
    "clip": (lambda x: namespace(x).clip(x, 0.0, 1.0), [0.0, 1.0], 0.0, 1.0),
    "max of several that are equal": (lambda x: namespace(x).max(x), [2.0, 2.0, 1.0, 2.0], 0.0, 1.0),
    "sqrt": (lambda x: namespace(x).sqrt(x), [0.0], 0.0, 0.0),
    "pow": (lambda x: x**0.5, [0.0], 0.0, 0.0),
    "power of nought": (lambda x: x**0 + x**0.0, [0.0, -1.0, 2.0], 0.0, 0.0),
    "square at 0": (lambda x: x**2 + x**1 - x, [0.0], 0.0, 0.0),
    "vector norm": (lambda x: namespace(x).linalg.vector_norm(x), [0.0, 0.0], 0.0, 0.0),
    "hypot and atan2": (lambda x: namespace(x).hypot(x, x) + namespace(x).atan2(x, x), [0.0], 0.0, 0.0),
    "nought to a power": (lambda x: 0.0**x, [1.0, 2.0], 0.0, 0.0),
}
POLES = {
    "acos at 1": (lambda x: namespace(x).acos(x), [-1.0, 1.0]),
    "asin at 1": (lambda x: namespace(x).asin(x), [-1.0, 1.0]),
    "acosh at 1": (lambda x: namespace(x).acosh(x), [1.0]),
    "atanh at 1": (lambda x: namespace(x).atanh(x), [-1.0, 1.0]),
    **{name: (lambda x, n=name: getattr(namespace(x), n)(x), [0.0]) for name in ("log", "log2", "log10")},
    "log1p at -1": (lambda x: namespace(x).log1p(x), [-1.0]),
    "reciprocal at 0": (lambda x: namespace(x).reciprocal(x), [0.0]),
    "1 / 0": (lambda x: 1.0 / x, [0.0]),
    "0 / 0": (lambda x: x / x, [0.0]),
    "a power below 0": (lambda x: x**-0.5, [0.0]),
    "a power below 0 that is an array": (lambda x: namespace(x).abs(x) ** (x - 0.5), [0.0]),
    "0 to a power below 0": (lambda x: 0.0**x, [-1.0]),
}


@pytest.mark.parametrize("name", KINKS)
def test_a_kink_has_the_slope_of_one_side_or_between(name, asarray):
    function, at, low, high = KINKS[name]
    got = gradient(function, at, asarray)
    assert (got >= low).all()
    assert (got <= high).all()


@pytest.mark.parametrize("name", POLES)
def test_a_derivative_that_is_infinite_counts_as_0(name, asarray):
    """Also where the output is infinite: a loss that leaves that output out stays finite, and so does its gradient."""
    function, at = POLES[name]
    with np.errstate(all="ignore"):
        assert gradient(function, at, asarray).tolist() == [0.0] * len(at)
        assert gradient(function, at, asarray, np.zeros(len(at))).tolist() == [0.0] * len(at)


def test_parts_of_an_array_are_summed(asarray):
    """Parts that overlap, parts of parts, and the whole beside them; the gradient of the output stays as it is."""
    x = np.arange(12.0).reshape(3, 4)

    def parts(x):
        return x[0, :] + x[0, :] + 2.0 * x[1, ...] + x[..., 1:][2, 0] + x[1:, 0][1] + x[None, 2, 3, None]

    assert gradient(parts, x, asarray).tolist() == [[2.0] * 4, [2.0] * 4, [4.0, 4.0, 0.0, 4.0]]
    got = gradient(lambda x: x + x[:1, :] * x[2:, :] + x, x, asarray)
    assert got.tolist() == (2.0 + np.asarray([3.0 * x[2], 0 * x[1], 3.0 * x[0]])).tolist()
    assert gradient(lambda x: x[None, ...] + x * 2.0 + x[...] + x[None, ...], 0.5, asarray, [1.0]).tolist() == 5.0


def test_rows_cost_no_whole_gradient_each(asarray, monkeypatch):
    """The gradients of all the rows of a table are written into one array."""
    made = []
    whole = SlicedGradient.dense
    monkeypatch.setattr(SlicedGradient, "dense", lambda self, x: made.append(x.shape) or whole(self, x))
    dy, weights = np.random.default_rng(0).normal(size=(2, 50))
    x = np.random.default_rng(1).normal(size=(40, 50))
    got = gradient(lambda x: sum((i + 1.0) * x[i, :] for i in range(40)), x, asarray, dy)
    assert np.array_equal(got, np.arange(1.0, 41.0)[:, None] * dy)
    assert made == [(40, 50)]
    tape = Tape()
    a, b = tape.variable(asarray(x)), tape.variable(asarray(weights))
    y, given = a + (a[0, :] + a[1, :]) * b, asarray(np.ones((40, 50)))
    first, second = tape.gradients(y, given), tape.gradients(y, given)
    assert all(np.array_equal(np.asarray(one), np.asarray(two)) for one, two in zip(first, second, strict=True))
    assert (np.asarray(given) == 1.0).all()


def test_a_power_whose_exponent_is_an_array(asarray):
    """0 to the power of 0.45, 0, 1 and 2; its base and its exponent."""
    tape = Tape()
    x = tape.variable(asarray(np.asarray([0.0, 0.25])))
    g = tape.variable(asarray(np.asarray([[0.45], [0.0], [1.0], [2.0]])))
    by_x, by_g = tape.gradients(namespace(x).clip(x, 0.0, 1.0) ** g, asarray(np.ones((4, 2))))
    assert np.asarray(by_x)[0] == 1.0  # of x**1 alone
    assert np.asarray(by_x)[1] == pytest.approx(0.45 * 0.25**-0.55 + 1.0 + 0.5, rel=1e-14)
    wanted = [0.25**power * math.log(0.25) for power in (0.45, 0.0, 1.0, 2.0)]
    assert np.allclose(np.asarray(by_g)[:, 0], wanted, rtol=1e-14)


def test_rows_are_looked_up_from_the_end(asarray):
    """A negative index counts from the end, as where the value is taken."""
    table = np.arange(12.0).reshape(4, 3)

    def looked_up(x, axis):
        xp = namespace(x)
        return xp.take(x, xp.asarray(asarray([-1, 0, 2, -1])), axis=axis)

    by_rows = gradient(lambda x: looked_up(x, 0), table, asarray)
    assert by_rows.tolist() == [[1.0] * 3, [0.0] * 3, [1.0] * 3, [2.0] * 3]
    by_columns = gradient(lambda x: looked_up(x, 1)[:, :1], table, asarray)
    assert by_columns.tolist() == [[0.0, 0.0, 1.0]] * 4


def test_equal_greatest_numbers_share_one_gradient(asarray):
    assert gradient(lambda x: namespace(x).max(x), [2.0, 2.0, 1.0], asarray).tolist() == [0.5, 0.5, 0.0]


def test_a_product_with_zeros(asarray):
    product = lambda x: namespace(x).prod(x, axis=1)  # noqa: E731
    got = gradient(product, [[2.0, 0.0, 3.0], [0.0, 5.0, 0.0], [2.0, 3.0, 4.0]], asarray)
    assert got.tolist() == [[0.0, 6.0, 0.0], [0.0, 0.0, 0.0], [12.0, 8.0, 6.0]]


def test_what_where_leaves_out_has_no_gradient(asarray):
    def safe_log(x):
        xp = namespace(x)
        return xp.where(x > 0, xp.log(xp.where(x > 0, x, 1.0)), 0.0)

    assert gradient(safe_log, [0.0, -1.0, 2.0], asarray).tolist() == [0.0, 0.0, 0.5]
    infinite = [math.inf, 1.0]
    got = gradient(lambda x: namespace(x).where(x > 0, x, 2.0 * x), [-1.0, 1.0], asarray, infinite)
    assert got.tolist() == [math.inf, 1.0]


def test_dtypes_are_those_of_the_arrays(asarray):
    tape = Tape()
    x = tape.variable(asarray(np.asarray([1.5, 2.5], dtype=np.float32)))
    xp = namespace(x)
    y = xp.astype(x * x, xp.float64) * 2.0
    (got,) = tape.gradients(y, asarray(np.ones(2)))
    assert got.dtype == x.dtype
    assert np.asarray(got).tolist() == [6.0, 10.0]
    cut = xp.astype(xp.astype(x, xp.int64), xp.float32)
    assert np.asarray(tape.gradients(cut, asarray(np.ones(2, np.float32)))[0]).tolist() == [0.0, 0.0]
    assert xp.asarray(x) is x
    assert xp.asarray(x, dtype=xp.float64).dtype == xp.float64


def test_arrays_of_numpy_on_the_left():
    x = np.linspace(1.0, 2.0, 3)
    a = np.arange(6.0).reshape(2, 3)
    assert np.allclose(gradient(lambda x: a @ x, x, np.asarray), a.sum(axis=0))
    assert np.allclose(gradient(lambda x: x[0] * (np.float64(2.0) * x) + a[0] * x, x, np.asarray)[1:], [3.0, 4.0])
    assert np.allclose(gradient(lambda x: np.sin(x), x, np.asarray), np.cos(x))


@pytest.mark.parametrize("name", STANDARD_NAMES)
def test_numpys_functions_are_those_of_the_standard_by_another_name(name):
    ufunc, standard = getattr(np, name), STANDARD_NAMES[name]
    x = np.asarray([True, False]) if name == "invert" else np.linspace(1.1, 1.9, 3) - ("cos" in name or "sin" in name)
    x = 0.5 * x if name == "arctanh" else np.abs(x) + 2.0 if name == "arccosh" else x
    arguments = (x,) * ufunc.nin
    traced = Tape().variable(x)
    got = ufunc(*(traced,) * ufunc.nin)
    assert np.array_equal(got.value, ufunc(*arguments))
    assert np.array_equal(got.value, getattr(namespace(traced), standard)(*arguments).value)


def test_a_number_of_numpys_to_the_power_of_an_array():
    got = gradient(lambda x: np.float64(2.0) ** x, [1.0, 3.0], np.asarray)
    assert np.allclose(got, np.log(2.0) * np.asarray([2.0, 8.0]), rtol=1e-14)


def test_an_attribute_can_be_asked_for(asarray):
    x = Tape().variable(asarray(np.zeros(3)))
    assert hasattr(x, "shape")
    assert hasattr(namespace(x), "sin")
    for owner in (x, namespace(x), namespace(x).linalg):
        assert not hasattr(owner, "foo")
        with pytest.raises(TracingError, match="foo"):
            owner.foo  # noqa: B018 - asked for


def test_a_traced_array_tells_what_it_is(asarray):
    x = Tape().variable(asarray(np.zeros((2, 3), dtype=np.float32)))
    assert (x.shape, x.ndim, x.size, len(x)) == ((2, 3), 2, 6, 2)
    assert x.dtype == namespace(x).float32
    assert x.device == asarray(np.zeros(1)).device
    assert repr(x).startswith("TracedArray(shape=(2, 3)")
    assert namespace(x).finfo(x.dtype).bits == 32
    assert namespace(x).pi == math.pi
    assert not hasattr(x, "__array_interface__")


def in_place_add(x):
    x += 1.0
    return x


def in_place_item(x):
    x[0] = 0.0
    return x


def branch(x):
    return x if x[0] > 0 else -x


def number(x):
    return x * float(x[0])


def index_number(x):
    return x[x[0] :]


def numpy_function(x):
    return np.sum(x)


def numpy_ufunc(x):
    return np.heaviside(x, x)


def numpy_array(x):
    return np.asarray(x)


def numpy_copy(x):
    return np.array(x, copy=True)


def quotient_and_remainder(x):
    return divmod(x, 0.3)


def quotient_and_remainder_of_number(x):
    return divmod(2.0, x)


def rounded(x):
    return round(x, 2)


def rounded_down(x):
    return math.floor(x)


def index_array(x):
    return x[x > 0]


def index_list(x):
    return x[[0, 0]]


def unknown(x):
    return namespace(x).unique_values(x)


def misspelt(x):
    return namespace(x).cumulative_summ(x)


def solving(x):
    return namespace(x).linalg.inv(x)


def method(x):
    return x.sum()


def bounds_by_name(x):
    return namespace(x).clip(x, min=x)


def look_up_matrix(x):
    return namespace(x).take(x, namespace(x).asarray([[0, 1], [1, 0]]))


def look_up_anywhere(x):
    return namespace(x).take(x[:, None], namespace(x).asarray([0, 1]))


def full(x):
    xp = namespace(x)
    return xp.full((3,), xp.sum(x))


REFUSALS = {
    **dict.fromkeys((in_place_add, in_place_item), IN_PLACE),
    **dict.fromkeys((number, index_number), CONVERSION),
    **dict.fromkeys((numpy_function, numpy_ufunc, numpy_array, numpy_copy), NUMPY),
    **dict.fromkeys((quotient_and_remainder, quotient_and_remainder_of_number), DIVMOD),
    **dict.fromkeys((rounded, rounded_down), ROUNDING),
    **dict.fromkeys((index_array, index_list), "an array is indexed with an array; use xp.take(x, index, axis=...)"),
    branch: BRANCH,
    unknown: "limner cannot differentiate unique_values; write vjp by hand",
    misspelt: "limner cannot differentiate cumulative_summ; did you mean cumulative_sum?",
    solving: "limner cannot differentiate linalg.inv; write vjp by hand",
    method: "arrays of the standard have no attribute sum; use functions of namespace(x)",
    bounds_by_name: "clip gets an array as a keyword argument; pass it by position",
    look_up_matrix: "take needs an index with one axis; flatten the index and reshape the result",
    look_up_anywhere: "take needs an axis; pass axis=0, for example",
    full: "full drops the gradient of an array; build arrays with broadcast_to, concat or stack",
}


@pytest.mark.parametrize("function", REFUSALS, ids=lambda function: function.__name__)
def test_what_cannot_be_traced_is_refused_with_its_line(function, asarray):
    x = Tape().variable(asarray(np.linspace(0.5, 1.5, 3)))
    with pytest.raises(TracingError) as caught:
        function(x)
    assert caught.value.problem.startswith(REFUSALS[function])
    lines, first = inspect.getsourcelines(function)
    last = [i for i, line in enumerate(lines) if not line.strip().startswith(("def", "return x\n", "xp ="))]
    assert caught.value.file == Path(__file__).name
    assert caught.value.line in [first + i for i in last]
    assert str(caught.value) == f"{caught.value.file}, line {caught.value.line}: {caught.value.problem}"
