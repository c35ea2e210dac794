"""The type of array namespaces for type checkers: the functions of the Python array API standard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

from limner.arrays.array import Array

Number: TypeAlias = int | float
Axes: TypeAlias = int | tuple[int, ...] | None
Shape: TypeAlias = tuple[int, ...]
Flag: TypeAlias = bool
"""Python's ``bool``; inside ``Namespace``, that name is a dtype."""


class Unary(Protocol):
    """An elementwise function of one array."""

    def __call__(self, x: Array, /) -> Array: ...


class Binary(Protocol):
    """An elementwise function of two arrays; one of them may be a Python number."""

    def __call__(self, x1: Array | Number, x2: Array | Number, /) -> Array: ...


class Reduction(Protocol):
    """A reduction along axes."""

    def __call__(self, x: Array, /, *, axis: Axes = None, keepdims: bool = False) -> Array: ...


class VarianceReduction(Protocol):
    """A variance or a standard deviation."""

    def __call__(
        self, x: Array, /, *, axis: Axes = None, correction: Number = 0.0, keepdims: bool = False
    ) -> Array: ...


class SumReduction(Protocol):
    """A sum or a product."""

    def __call__(self, x: Array, /, *, axis: Axes = None, dtype: Any = None, keepdims: bool = False) -> Array: ...


class ArgReduction(Protocol):
    """The index of the largest or smallest number along an axis."""

    def __call__(self, x: Array, /, *, axis: int | None = None, keepdims: bool = False) -> Array: ...


class Create(Protocol):
    """A function that creates an array of a shape."""

    def __call__(self, shape: int | Shape, *, dtype: Any = None, device: Any = None) -> Array: ...


class CreateLike(Protocol):
    """A function that creates an array of the shape of another."""

    def __call__(self, x: Array, /, *, dtype: Any = None, device: Any = None) -> Array: ...


class TriangularPart(Protocol):
    """A function that keeps one triangle of a matrix."""

    def __call__(self, x: Array, /, *, k: int = 0) -> Array: ...


class Namespace(Protocol):
    """The functions that take the arrays of one library: ``xp = namespace(x)``.

    Source: https://data-apis.org/array-api/2024.12/API_specification/
    """

    bool: Any
    int8: Any
    int16: Any
    int32: Any
    int64: Any
    uint8: Any
    uint16: Any
    uint32: Any
    uint64: Any
    float32: Any
    float64: Any
    complex64: Any
    complex128: Any
    e: float
    inf: float
    nan: float
    newaxis: None
    pi: float
    linalg: Any
    fft: Any

    abs: Unary
    acos: Unary
    acosh: Unary
    asin: Unary
    asinh: Unary
    atan: Unary
    atanh: Unary
    ceil: Unary
    cos: Unary
    cosh: Unary
    exp: Unary
    expm1: Unary
    floor: Unary
    isfinite: Unary
    isinf: Unary
    isnan: Unary
    log: Unary
    log10: Unary
    log1p: Unary
    log2: Unary
    logical_not: Unary
    negative: Unary
    positive: Unary
    reciprocal: Unary
    round: Unary
    sign: Unary
    signbit: Unary
    sin: Unary
    sinh: Unary
    sqrt: Unary
    square: Unary
    tan: Unary
    tanh: Unary
    trunc: Unary
    matrix_transpose: Unary
    bitwise_invert: Unary

    add: Binary
    atan2: Binary
    bitwise_and: Binary
    bitwise_or: Binary
    bitwise_xor: Binary
    copysign: Binary
    divide: Binary
    equal: Binary
    floor_divide: Binary
    greater: Binary
    greater_equal: Binary
    hypot: Binary
    less: Binary
    less_equal: Binary
    logaddexp: Binary
    logical_and: Binary
    logical_or: Binary
    logical_xor: Binary
    maximum: Binary
    minimum: Binary
    multiply: Binary
    nextafter: Binary
    not_equal: Binary
    pow: Binary
    remainder: Binary
    subtract: Binary

    all: Reduction
    any: Reduction
    max: Reduction
    min: Reduction
    mean: Reduction
    std: VarianceReduction
    var: VarianceReduction
    sum: SumReduction
    prod: SumReduction
    argmax: ArgReduction
    argmin: ArgReduction
    count_nonzero: Reduction

    empty: Create
    ones: Create
    zeros: Create
    empty_like: CreateLike
    ones_like: CreateLike
    zeros_like: CreateLike
    tril: TriangularPart
    triu: TriangularPart

    def arange(
        self, start: Number, /, stop: Number | None = None, step: Number = 1, *, dtype: Any = None, device: Any = None
    ) -> Array: ...
    def argsort(self, x: Array, /, *, axis: int = -1, descending: Flag = False, stable: Flag = True) -> Array: ...
    def asarray(self, obj: Any, /, *, dtype: Any = None, device: Any = None, copy: Flag | None = None) -> Array: ...
    def astype(self, x: Array, dtype: Any, /, *, copy: Flag = True) -> Array: ...
    def broadcast_arrays(self, *arrays: Array) -> Sequence[Array]: ...
    def broadcast_to(self, x: Array, /, shape: Shape) -> Array: ...
    def can_cast(self, from_: Any, to: Any, /) -> Flag: ...
    def clip(self, x: Array, /, min: Array | Number | None = None, max: Array | Number | None = None) -> Array: ...
    def concat(self, arrays: Sequence[Array], /, *, axis: int | None = 0) -> Array: ...
    def cumulative_sum(
        self, x: Array, /, *, axis: int | None = None, dtype: Any = None, include_initial: Flag = False
    ) -> Array: ...
    def expand_dims(self, x: Array, /, *, axis: int = 0) -> Array: ...
    def eye(
        self, n_rows: int, n_cols: int | None = None, /, *, k: int = 0, dtype: Any = None, device: Any = None
    ) -> Array: ...
    def finfo(self, type: Any, /) -> Any: ...
    def flip(self, x: Array, /, *, axis: Axes = None) -> Array: ...
    def full(self, shape: int | Shape, fill_value: Number, *, dtype: Any = None, device: Any = None) -> Array: ...
    def full_like(self, x: Array, /, fill_value: Number, *, dtype: Any = None, device: Any = None) -> Array: ...
    def iinfo(self, type: Any, /) -> Any: ...
    def isdtype(self, dtype: Any, kind: Any) -> Flag: ...
    def linspace(
        self, start: Number, stop: Number, /, num: int, *, dtype: Any = None, device: Any = None, endpoint: Flag = True
    ) -> Array: ...
    def matmul(self, x1: Array, x2: Array, /) -> Array: ...
    def meshgrid(self, *arrays: Array, indexing: str = "xy") -> Sequence[Array]: ...
    def moveaxis(self, x: Array, source: int | tuple[int, ...], destination: int | tuple[int, ...], /) -> Array: ...
    def permute_dims(self, x: Array, /, axes: tuple[int, ...]) -> Array: ...
    def repeat(self, x: Array, repeats: int | Array, /, *, axis: int | None = None) -> Array: ...
    def reshape(self, x: Array, /, shape: Shape, *, copy: Flag | None = None) -> Array: ...
    def result_type(self, *arrays_and_dtypes: Any) -> Any: ...
    def roll(self, x: Array, /, shift: int | tuple[int, ...], *, axis: Axes = None) -> Array: ...
    def searchsorted(self, x1: Array, x2: Array, /, *, side: str = "left", sorter: Array | None = None) -> Array: ...
    def sort(self, x: Array, /, *, axis: int = -1, descending: Flag = False, stable: Flag = True) -> Array: ...
    def squeeze(self, x: Array, /, axis: int | tuple[int, ...]) -> Array: ...
    def stack(self, arrays: Sequence[Array], /, *, axis: int = 0) -> Array: ...
    def take(self, x: Array, indices: Array, /, *, axis: int | None = None) -> Array: ...
    def tensordot(self, x1: Array, x2: Array, /, *, axes: Any = 2) -> Array: ...
    def tile(self, x: Array, repetitions: tuple[int, ...], /) -> Array: ...
    def unstack(self, x: Array, /, *, axis: int = 0) -> tuple[Array, ...]: ...
    def vecdot(self, x1: Array, x2: Array, /, *, axis: int = -1) -> Array: ...
    def where(self, condition: Array, x1: Array | Number, x2: Array | Number, /) -> Array: ...
    def __array_namespace_info__(self) -> Any: ...
