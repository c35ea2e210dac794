"""Every operation of the tape's table against central finite differences in float64, and against the plain library."""

import operator
from types import SimpleNamespace

import array_api_strict
import numpy as np
import pytest

from limner.arrays.activations import ACTIVATIONS
from limner.arrays.autodiff.operation import operation
from limner.arrays.autodiff.primitives import TracedPrimitives
from limner.arrays.autodiff.table import FUNCTIONS, OPERATIONS
from limner.arrays.autodiff.tape import Tape
from limner.arrays.namespace import namespace
from limner.arrays.primitives import STANDARD_PRIMITIVES

LIBRARIES = {"numpy": np.asarray, "strict": array_api_strict.asarray}
STEP, TOLERANCE = 1e-6, 1e-7
RNG = np.random.default_rng(0)


def numbers(*shape, low=-2.0, high=2.0):
    """Return distinct numbers in random order: none lies within 1e-3 of another, or of the middle."""
    count = int(np.prod(shape))
    steps = (np.arange(count) + RNG.uniform(0.2, 0.8, count)) / count
    return RNG.permutation(low + (high - low) * steps).reshape(shape) + 1e-3


def call(name, *constants, **options):
    """Return a function that calls the operation of a name on arrays, then constants."""
    return lambda *arrays: getattr(namespace(*arrays), name)(*arrays, *constants, **options)


def listed(name, **options):
    """Return a function that calls an operation on a list of arrays."""
    return lambda *arrays: getattr(namespace(*arrays), name)(list(arrays), **options)


def looked_up(index, **options):
    """Return a function that takes rows of an array by index."""

    def function(x):
        xp = namespace(x)
        return xp.take(x, xp.asarray(index), **options)

    return function


def chosen(condition):
    """Return a function that chooses between two arrays."""

    def function(a, b):
        xp = namespace(a)
        return xp.where(xp.asarray(condition), a, b)

    return function


BROADCAST = (((3,), (3,)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((), (2, 3)), ((2, 3), ()), ((4, 1, 3), (2, 1)))
AXES = ({}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"axis": (0, 2)}, {"axis": (-1, 0), "keepdims": True})
UNARY = {
    **dict.fromkeys(("abs", "asinh", "atan", "cos", "cosh", "exp", "expm1", "negative", "positive"), (-2.0, 2.0)),
    **dict.fromkeys(("sin", "sinh", "square", "tanh"), (-2.0, 2.0)),
    **dict.fromkeys(("acos", "asin", "atanh"), (-0.9, 0.9)),
    **dict.fromkeys(("log", "log10", "log2", "reciprocal", "sqrt"), (0.3, 3.0)),
    "acosh": (1.2, 3.0),
    "log1p": (-0.7, 2.0),
    "tan": (-1.2, 1.2),
}
BINARY = {
    **dict.fromkeys(("add", "subtract", "multiply", "maximum", "minimum"), ((-2.0, 2.0), (-2.0, 2.0))),
    **dict.fromkeys(("atan2", "hypot", "logaddexp"), ((-2.0, 2.0), (0.2, 3.0))),
    "divide": ((-2.0, 2.0), (0.4, 2.0)),
    "pow": ((0.3, 2.0), (-2.0, 2.0)),
    "remainder": ((0.1, 0.9), (1.1, 2.0)),
}
MATRICES = (((4,), (4,)), ((2, 4), (4,)), ((4,), (4, 3)), ((2, 4), (4, 3)), ((5, 2, 4), (5, 4, 3)))
STACKS = (((5, 2, 4), (4, 3)), ((2, 4), (5, 4, 3)), ((5, 2, 4), (4,)), ((4,), (5, 4, 3)), ((6, 1, 2, 4), (5, 4, 3)))
CUBE, SQUARE = numbers(2, 3, 4), numbers(3, 3)
MASK = [[True, False, True], [False, False, True]]


def cases():
    """Yield name, function and arrays."""
    for name, (low, high) in UNARY.items():
        for shape in ((), (5,), (2, 3)):
            yield name, call(name), [numbers(*shape, low=low, high=high)]
    for name, ((low, high), (low2, high2)) in BINARY.items():
        for a, b in BROADCAST:
            yield name, call(name), [numbers(*a, low=low, high=high), numbers(*b, low=low2, high=high2)]
    yield "remainder", call("remainder"), [np.asarray([5.3, -2.2, -7.9]), np.asarray([1.5, 1.6, -2.5])]
    yield "copysign", lambda x: namespace(x).copysign(x, -namespace(x).ones_like(x)), [numbers(2, 3)]
    for operate, low in (
        *((lambda x: 2.5**x, -1.0), (lambda x: x**3, -2.0), (lambda x: x**0.5, 0.2), (lambda x: x**-1, 0.4)),
        *((lambda x: 1.5 - x, -2.0), (lambda x: 1.5 / x, 0.4), (lambda x: x % 0.7 + 5.0 % (x + 9.0), 0.75)),
        *((abs, -2.0), (lambda x: -x + (+x) * 3.0, -2.0)),
    ):
        yield "pow", operate, [numbers(6, low=low, high=low + 0.6)]
    for options in ({"min": -0.5}, {"max": 0.5}, {"min": -0.5, "max": 0.5}):
        yield "clip", call("clip", **options), [numbers(2, 6)]
    yield "clip", call("clip"), [numbers(4, 3), numbers(3, low=-1.0, high=-0.5), numbers(4, 1, low=0.5, high=1.0)]
    for a, b in (((2, 3), (2, 3)), ((3,), (2, 1)), ((), (2, 3))):
        yield "where", chosen(MASK), [numbers(*a), numbers(*b)]
    for name in ("sum", "mean", "prod", "max", "min"):
        for options in AXES:
            yield name, call(name, **options), [CUBE]
        yield name, call(name), [numbers(5)]
    for options in ({"axis": 0}, {"axis": -1}, {"axis": 1, "include_initial": True}):
        yield "cumulative_sum", call("cumulative_sum", **options), [CUBE]
    yield "cumulative_sum", call("cumulative_sum"), [numbers(5)]
    yield "reshape", call("reshape", (4, -1)), [CUBE]
    yield "reshape", call("reshape", shape=(24,)), [CUBE]
    yield "squeeze", call("squeeze", (0, -1)), [numbers(1, 3, 1)]
    yield "expand_dims", call("expand_dims", axis=-1), [CUBE]
    yield "broadcast_to", call("broadcast_to", (5, 2, 3, 4)), [CUBE]
    yield "broadcast_to", call("broadcast_to", (2, 4)), [numbers(2, 1)]
    for axis in (None, 1, (0, -1)):
        yield "flip", call("flip", axis=axis), [CUBE]
    yield "roll", call("roll", 2), [CUBE]
    yield "roll", call("roll", -1, axis=1), [CUBE]
    yield "roll", call("roll", (1, 2), axis=(0, -1)), [CUBE]
    yield "permute_dims", call("permute_dims", (2, 0, 1)), [CUBE]
    yield "permute_dims", call("permute_dims", axes=(-1, 1, 0)), [CUBE]
    yield "moveaxis", call("moveaxis", 0, -1), [CUBE]
    yield "moveaxis", call("moveaxis", (0, 1), (2, 0)), [CUBE]
    for transposed in (call("matrix_transpose"), lambda x: x.mT):
        yield "matrix_transpose", transposed, [CUBE]
    yield "matrix_transpose", lambda x: x.T, [SQUARE]
    yield "astype", lambda x: namespace(x).astype(x, x.dtype), [CUBE]
    for axis in (0, 1, -1):
        yield "take", looked_up([1, 0, 1], axis=axis), [CUBE]
    yield "take", looked_up([3, 3, 0, 4]), [numbers(5)]
    for key in ((1, ...), (slice(None), -1, ...), (..., slice(None, None, -2)), (None, 0, ..., None), (0, 1, 2)):
        yield "getitem", operator.itemgetter(key), [CUBE]
    for name in ("tril", "triu"):
        for options in ({}, {"k": 1}, {"k": -1}):
            yield name, call(name, **options), [CUBE]
    for options in ({}, {"axis": 1}, {"axis": -1}, {"axis": None}):
        yield "concat", listed("concat", **options), [numbers(2, 3), numbers(2, 3)]
    yield "concat", listed("concat", axis=1), [numbers(2, 1), numbers(2, 4)]
    for axis in (0, 1, -1):
        yield "stack", listed("stack", axis=axis), [numbers(2, 3), numbers(2, 3), numbers(2, 3)]
    for a, b in MATRICES + STACKS:
        yield "matmul", operator.matmul, [numbers(*a), numbers(*b)]
        yield "matmul", call("matmul"), [numbers(*a), numbers(*b)]


def composites():
    """Yield name, function and arrays of what is written in other operations."""
    for name in ("var", "std"):
        for options in (*AXES, {"axis": 1, "correction": 1.0}):
            yield name, call(name, **options), [CUBE]
    for axis in (-1, -2):
        yield "vecdot", call("vecdot", axis=axis), [numbers(2, 3), numbers(2, 3)]
    yield "unstack", lambda x: operator.sub(*namespace(x).unstack(x, axis=1)), [numbers(3, 2)]
    for repetitions in ((2,), (2, 3), (2, 1, 3)):
        yield "tile", call("tile", repetitions), [numbers(2, 3)]
    yield "tile", call("tile", (2, 3)), [numbers(4)]
    yield (
        "broadcast_arrays",
        lambda a, b: operator.mul(*namespace(a).broadcast_arrays(a, b)),
        [numbers(2, 1), numbers(3)],
    )
    for options in ({}, {"axis": 0}, {"axis": (0, 1), "keepdims": True}):
        yield "linalg", lambda x, o=options: namespace(x).linalg.vector_norm(x, **o), [CUBE]
    yield "softmax", ACTIVATIONS["softmax"], [numbers(4, 3)]
    yield "softmax", _softmax, [numbers(4, 3)]
    yield "perceptron", lambda w, x, b: namespace(x).tanh(w @ x + b[:, None]) ** 2, [SQUARE, numbers(3, 5), numbers(3)]
    yield "unpacking", lambda x: sum(row * i for i, row in enumerate(x)), [numbers(3, 4)]


def _softmax(x):
    xp = namespace(x)
    e = xp.exp(x - xp.max(x, axis=0, keepdims=True))
    return e / xp.sum(e, axis=0, keepdims=True)


CASES, COMPOSITES = list(cases()), list(composites())
ABOUT = ["floor", "ceil", "round", "trunc", "sign", "signbit", "isfinite", "isinf", "isnan"]
COMPARED = ["floor_divide", "equal", "not_equal", "less", "less_equal", "greater", "greater_equal"]
COUNTED = ["argmax", "argmin", "argsort", "count_nonzero", "all", "any"]
LOGIC = ["logical_and", "logical_or", "logical_xor", "bitwise_and", "bitwise_or", "bitwise_xor"]


def flat_cases():
    """Yield name and function of one array whose slope is 0 wherever it has one."""
    for name in ABOUT:
        yield name, call(name)
    for name in COMPARED:
        yield name, lambda x, n=name: getattr(namespace(x), n)(x, 0.3 + 0.0 * x)
    for name in COUNTED:
        yield name, lambda x, n=name: getattr(namespace(x), n)(x > 0 if n in ("all", "any") else x)
    for name in LOGIC:
        yield name, lambda x, n=name: getattr(namespace(x), n)(x > 0, x < 1)
    for name in ("logical_not", "bitwise_invert"):
        yield name, lambda x, n=name: getattr(namespace(x), n)(x > 0)
    yield "searchsorted", lambda x: namespace(x).searchsorted(namespace(x).asarray([-1.0, 0.0, 1.0]), x)
    yield "bitwise_invert", lambda x: ~(x > 0) & (x < 1) | (x > 1) ^ (x == 0)
    yield "floor_divide", lambda x: x // 0.7


FLAT = list(flat_cases())


def run(function, arrays, library):
    """Return the value of a traced function as NumPy's, and a pullback that takes and gives NumPy's arrays."""
    tape = Tape()
    y = function(*(tape.variable(LIBRARIES[library](a)) for a in arrays))
    return np.asarray(y.value), lambda dy: [np.asarray(g) for g in tape.gradients(y, LIBRARIES[library](dy))]


def central(function, arrays, dy):
    """Return the central finite differences of ``sum(dy * function(*arrays))``, by each array."""
    out = []
    for k, array in enumerate(arrays):
        slope = np.empty(array.shape)
        for place in np.ndindex(array.shape):
            ends = []
            for step in (STEP, -STEP):
                moved = [np.array(a) for a in arrays]
                moved[k][place] += step
                ends.append(np.sum(dy * np.asarray(function(*moved))))
            slope[place] = (ends[0] - ends[1]) / (2 * STEP)
        out.append(slope)
    return out


def agree(function, arrays, library):
    """Compare value and gradients of a traced function with the plain one's, and with finite differences."""
    value, pullback = run(function, arrays, library)
    plain = np.asarray(function(*arrays))
    np.testing.assert_allclose(value, plain, rtol=1e-12)
    assert value.shape == plain.shape
    for seed in range(2):  # the tape can be run backwards again
        dy = np.random.default_rng(seed).normal(size=plain.shape)
        for got, array, wanted in zip(pullback(dy), arrays, central(function, arrays, dy), strict=True):
            assert got.shape == array.shape
            assert got.dtype == array.dtype
            np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=TOLERANCE * max(1.0, np.abs(wanted).max(initial=0)))


def test_every_operation_of_the_table_has_a_case():
    assert {name for name, *_ in CASES} | {name for name, _ in FLAT} == set(OPERATIONS)
    assert {name for name, *_ in COMPOSITES} >= set(FUNCTIONS)


def test_an_operation_has_a_derivative_unless_it_is_flat():
    assert {name for name, *_ in CASES} == {name for name, row in OPERATIONS.items() if any(row.derivatives)}


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("case", CASES + COMPOSITES, ids=lambda case: case[0])
def test_gradients_are_finite_differences(case, library):
    agree(*case[1:], library)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("case", FLAT, ids=lambda case: case[0])
def test_flat_operations_have_no_gradient(case, library):
    x = numbers(3, 4)
    value, pullback = run(case[1], [x], library)
    assert np.array_equal(value, np.asarray(case[1](x)))
    assert not pullback(np.ones(value.shape))[0].any()
    value, pullback = run(lambda x: namespace(x).astype(case[1](x), x.dtype) + x, [x], library)
    assert np.array_equal(pullback(np.ones(value.shape))[0], np.full(x.shape, value.size / x.size))


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_are_operations(name, library):
    agree(ACTIVATIONS[name], [numbers(3, 5)], library)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("name", ["product", "affine", "outer", "scatter_add", "slide", "take"])
def test_primitives_are_operations(name, library):
    index = np.asarray([0, 2, 2, 1, 0])
    functions = {
        "product": (lambda p, w, x: p.product(w, x), [numbers(3, 4), numbers(4, 5)]),
        "affine": (lambda p, w, x, b: p.affine(w, x, b), [numbers(3, 4), numbers(4, 5), numbers(3)]),
        "outer": (lambda p, a, b: p.outer(a, b), [numbers(3, 5), numbers(2, 5)]),
        "scatter_add": (lambda p, v: p.scatter_add(namespace(v).asarray(index), v, 4), [numbers(3, 5)]),
        "slide": (lambda p, w, x: p.convolve(w, x, ((2, 2, 0), (3, 0, 1)), 6), [numbers(3, 2, 3, 2), numbers(4, 8)]),
        "take": (lambda p, x: namespace(x).take(x, namespace(x).asarray(index), axis=0), [numbers(3, 2)]),
    }
    function, arrays = functions[name]

    def under_test(*given):
        tape = getattr(given[0], "tape", None)
        return function(STANDARD_PRIMITIVES if tape is None else TracedPrimitives(STANDARD_PRIMITIVES, tape), *given)

    agree(under_test, arrays, library)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_backend_sums_what_was_looked_up(library):
    """The gradient of ``take`` comes from the backend's own ``scatter_add``."""
    asked = []

    def scatter_add(index, values, size):
        asked.append(size)
        return STANDARD_PRIMITIVES.scatter_add(index, values, size)

    p = SimpleNamespace(product=None, affine=None, outer=None, scatter_add=scatter_add)
    tape = Tape()
    x = tape.variable(LIBRARIES[library](numbers(2, 7)))
    TracedPrimitives(p, tape)
    y = namespace(x).take(x, LIBRARIES[library](np.asarray([5, 5, 1])), axis=1)
    (gradient,) = tape.gradients(y, LIBRARIES[library](np.ones((2, 3))))
    assert asked == [7]
    assert np.asarray(gradient).tolist() == [[0, 1, 0, 0, 0, 2, 0]] * 2


def test_an_author_s_operation_is_one_step():
    """It has the derivative that it is given, not that of its value."""
    hard = operation(lambda x: namespace(x).astype(x > 0, x.dtype), lambda dy, y, x: dy / (1.0 + x * x), name="hard")
    for library in LIBRARIES:
        value, pullback = run(lambda x: 3.0 * hard(x), [np.asarray([-1.0, 2.0])], library)
        assert value.tolist() == [0.0, 3.0]
        assert np.allclose(pullback(np.ones(2))[0], [1.5, 0.6])
    assert hard.name == "hard"
    assert hard(np.asarray([1.0])) == 1.0
