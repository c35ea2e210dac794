"""Names and shapes of the parameters in θ, the flat vector of all parameters of a recipe's stages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.arrays.namespace import device, namespace
from limner.errors import did_you_mean

if TYPE_CHECKING:
    from limner.arrays.namespace import Array


@dataclass(frozen=True)
class Parameter:
    """A named array in θ, stored row by row.

    Attributes:
        name: the name of the parameter.
        shape: the shape of the array.
        trainable: whether trainers, mutation and weight decay may change it. It is False for random constants and
            measured statistics.
    """

    name: str
    shape: tuple[int, ...]
    trainable: bool = True

    @property
    def size(self) -> int:
        """The number of elements."""
        return prod(self.shape)


@dataclass(frozen=True)
class fixed:  # noqa: N801 - reads as a word in init_params: {"k": fixed(k)}
    """Marks an initial parameter that is not trained, such as a random wave vector."""

    value: Any


@dataclass(frozen=True)
class ParameterLayout:
    """Parameters in their order inside θ.

    Attributes:
        parameters: the parameters, in order.
        fans: the numbers of input features and output channels, if it is the layout of a network.
    """

    parameters: tuple[Parameter, ...] = ()
    fans: tuple[int, int] = (0, 0)

    @staticmethod
    def join(parts: Iterable[tuple[str, ParameterLayout]]) -> ParameterLayout:
        """Return the concatenation of layouts, with their names as prefixes: ``network`` + ``W0`` = ``network.W0``."""
        joined = (
            Parameter(f"{part}.{p.name}", p.shape, p.trainable) for part, layout in parts for p in layout.parameters
        )
        return ParameterLayout(tuple(joined))

    @staticmethod
    def of(values: Mapping[str, Any]) -> ParameterLayout:
        """Return the layout of initial values by name; values marked with ``fixed`` are not trainable."""
        return ParameterLayout(
            tuple(Parameter(name, np.shape(_value(v)), not isinstance(v, fixed)) for name, v in values.items())
        )

    @cached_property
    def size(self) -> int:
        """The length of θ."""
        return sum(p.size for p in self.parameters)

    @cached_property
    def slices(self) -> dict[str, slice]:
        """The slice of θ of each parameter, by name."""
        out, start = {}, 0
        for parameter in self.parameters:
            out[parameter.name] = slice(start, start + parameter.size)
            start += parameter.size
        return out

    @cached_property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each parameter, by name."""
        return {p.name: p.shape for p in self.parameters}

    @cached_property
    def trainable(self) -> np.ndarray:
        """For each number of θ, whether a trainer may change it, booleans ``(size,)``."""
        flags, sizes = [p.trainable for p in self.parameters], [p.size for p in self.parameters]
        return np.repeat(flags, sizes).astype(bool)

    @cached_property
    def units(self) -> np.ndarray:
        """For each number of θ, the unit that it belongs to, counted from 0.

        A unit is a row of a matrix W together with its number in the vector b that follows, if b has as many numbers as
        W has rows. Other parameters are one unit per row, or a single unit if they are vectors or scalars.
        """
        out, count, rows = [], 0, 0
        for parameter in self.parameters:
            if len(parameter.shape) == 1 and parameter.size == rows:
                out.append(np.arange(count - rows, count))
                rows = 0
                continue
            rows = parameter.shape[0] if len(parameter.shape) > 1 else 0
            out.append(count + np.repeat(np.arange(max(rows, 1)), parameter.size // max(rows, 1)))
            count += max(rows, 1)
        return np.concatenate(out).astype(np.int64) if out else np.empty(0, np.int64)

    def views(self, theta: Array) -> Params:
        """Return the parameters in a flat vector by name."""
        return Params(self, theta)

    def pack(self, arrays: Mapping[str, Any]) -> np.ndarray:
        """Return arrays by name as one flat vector, float32, on the host.

        Raises:
            ValueError: the names or shapes differ from those of the layout.
        """
        if arrays.keys() != self.slices.keys():
            raise ValueError(f"expected the parameters {sorted(self.slices)}, got {sorted(arrays)}")
        theta = np.empty(self.size, dtype=np.float32)
        for parameter in self.parameters:
            array = np.asarray(_value(arrays[parameter.name]))
            if array.shape != parameter.shape:
                raise ValueError(f"{parameter.name} must have the shape {parameter.shape}, got {array.shape}")
            with np.errstate(over="ignore"):  # rendering reports numbers that overflow float32
                theta[self.slices[parameter.name]] = array.ravel()
        return theta


class Params(Mapping[str, "Array"]):
    """The parameters of a stage by name: views of a flat vector, each with its shape.

        def forward(self, params, x, ctx):
            return params["W"] @ x + params["b"][:, None]

    The gradient of the parameters is a mapping with the same names. For speed, the gradient can be a ``Params`` too,
    written in place: ``gradient = params.empty_like()``, then ``gradient["W"][...] = ...``.

    Attributes:
        layout: names and shapes of the parameters.
        flat: the flat vector, ``(layout.size,)``.
    """

    __slots__ = ("_views", "flat", "layout")

    def __init__(self, layout: ParameterLayout, flat: Array) -> None:
        self.layout, self.flat = layout, flat
        self._views: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        view = self._views.get(name)
        if view is None:
            if name not in self.layout.slices:
                raise KeyError(f"there is no parameter {name!r}{did_you_mean(str(name), self.layout.slices)}")
            view = namespace(self.flat).reshape(self.flat[self.layout.slices[name]], self.layout.shapes[name])
            self._views[name] = view
        return view

    def __iter__(self) -> Iterator[str]:
        return iter(self.layout.slices)

    def __len__(self) -> int:
        return len(self.layout.parameters)

    @property
    def fan_in(self) -> int:
        """The number of input features of a network."""
        return self.layout.fans[0]

    @property
    def fan_out(self) -> int:
        """The number of output channels of a network."""
        return self.layout.fans[1]

    def part(self, name: str, layout: ParameterLayout) -> Params:
        """Return the parameters whose names begin with ``name`` and a dot, as parameters of another layout.

        Raises:
            KeyError: there is no such parameter.
        """
        start = self.layout.slices[f"{name}.{layout.parameters[0].name}"].start if layout.parameters else 0
        return Params(layout, self.flat[start : start + layout.size])

    def empty_like(self) -> Params:
        """Return uninitialised parameters with the same layout, dtype and device, to write a gradient into."""
        return Params(self.layout, namespace(self.flat).empty_like(self.flat))

    def zeros_like(self) -> Params:
        """Return parameters that are 0, with the same layout, dtype and device."""
        return Params(self.layout, namespace(self.flat).zeros_like(self.flat))

    def with_flat(self, flat: Array) -> Params:
        """Return another flat vector with the same names and shapes."""
        return Params(self.layout, flat)


def flat_gradient(gradient: Mapping[str, Array], params: Params) -> Array:
    """Return a gradient by name as one vector like ``params.flat``; missing fixed parameters have the gradient 0.

    Raises:
        ValueError: an array does not have the shape of its parameter.
        TypeError: a value is not an array.
        KeyError: there is no parameter of a name, or the gradient of a trainable parameter is missing.
    """
    if isinstance(gradient, Params) and gradient.layout == params.layout:
        return gradient.flat
    unknown = gradient.keys() - params.layout.slices.keys()
    if unknown:
        raise KeyError(f"the gradient contains {', '.join(sorted(unknown))}, which the stage does not have")
    like, xp, parts = params.flat, namespace(params.flat), []
    for parameter in params.layout.parameters:
        part = gradient.get(parameter.name)
        if part is None:
            if parameter.trainable:
                raise KeyError(f"the gradient of the trainable parameter {parameter.name} is missing")
            part = xp.zeros(parameter.shape, dtype=like.dtype, device=device(like))
        elif not hasattr(part, "shape"):
            raise TypeError(f"the gradient of {parameter.name} must be an array, got {type(part).__name__}")
        elif tuple(part.shape) != parameter.shape:
            raise ValueError(
                f"the gradient of {parameter.name} must have the shape {parameter.shape}, got {part.shape}"
            )
        parts.append(part)
    flat = pack_gradient(parts, like)
    return xp.asarray(flat, copy=True) if any(flat is part for part in parts) else flat  # the caller may write into it


def pack_gradient(parts: list[Array], like: Array) -> Array:
    """Return gradients of consecutive parameters as one flat vector like ``like``; return a single vector unchanged.

    They are written into slices of one vector, because concatenating many small arrays is several times slower.
    """
    xp = namespace(like)
    full = [p for p in parts if prod(p.shape)]
    if len(full) == 1 and len(full[0].shape) == 1:
        return full[0]
    total = sum(prod(p.shape) for p in full)
    out = xp.empty((total,), dtype=like.dtype, device=device(like))
    start = 0
    for part in full:
        stop = start + prod(part.shape)
        out[start:stop] = xp.reshape(part, (-1,))
        start = stop
    return out


def _value(initial: Any) -> Any:
    return initial.value if isinstance(initial, fixed) else initial
