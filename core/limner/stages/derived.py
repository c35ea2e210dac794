"""Pullbacks derived automatically from ``forward``, for stages without a hand-written ``vjp``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from limner.arrays.autodiff.primitives import TracedPrimitives
from limner.arrays.autodiff.tape import Tape, TracedArray
from limner.arrays.autodiff.tracing_errors import output_error, tracing_error
from limner.arrays.namespace import is_array, namespace
from limner.arrays.parameters import Params
from limner.errors import TracingError
from limner.stages.context import Context, Samples

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.arrays.parameters import ParameterLayout
    from limner.arrays.primitives import Primitives

Gradients: TypeAlias = Mapping[str, "Array"]
"""The gradient of each parameter by name, in the shape of the parameter, summed over the points."""


@dataclass(frozen=True)
class TracedContext(Context):
    """A context whose primitives a tape records."""

    traced_primitives: Primitives | None = None

    @property
    def primitives(self) -> Primitives:
        """The primitives that the tape records."""
        return self.traced_primitives or super().primitives


class TracedParams(Params):
    """Parameters by name whose use a tape records; fixed parameters are constants."""

    __slots__ = ("_traced",)

    def __init__(self, layout: ParameterLayout, traced: dict[str, TracedArray]) -> None:
        self.layout, self._views, self._traced = layout, {}, traced

    def __getitem__(self, name: str) -> Array:
        return self._traced[name]

    def part(self, name: str, layout: ParameterLayout) -> TracedParams:
        """Return the parameters whose names begin with ``name`` and a dot, as parameters of another layout.

        Raises:
            KeyError: there is no such parameter.
        """
        return TracedParams(layout, {p.name: self._traced[f"{name}.{p.name}"] for p in layout.parameters})

    @property
    def flat(self) -> Array:  # type: ignore[override]  # it cannot be read or set
        """Refuse access: gradients are returned by name, so a traced θ has no flat vector.

        Raises:
            TracingError: always.
        """
        raise tracing_error("forward reads params.flat; read the parameters by name, or write vjp by hand")

    @property
    def variables(self) -> list[str]:
        """The names of the differentiated parameters, in order."""
        return [name for name, array in self._traced.items() if array.place is not None]


_UNTRACED_OUTPUT = "forward returns a plain {}, which has no gradient; make it from the arguments with namespace(x)"


class Trace:
    """One run of a stage's ``forward`` on a tape, which can then be run backwards."""

    def __init__(self, stage: Any) -> None:
        self._stage, self._tape = type(stage), Tape()
        self._y: Any = None

    def params(self, params: Params, *, differentiate: bool = True) -> TracedParams:
        """Return traced parameters to pass to the stage; only trainable ones are differentiated."""
        tape, layout = self._tape, params.layout
        differentiated = {p.name for p in layout.parameters if differentiate and p.trainable}
        make = {name: tape.variable if name in differentiated else tape.constant for name in layout.slices}
        return TracedParams(layout, {name: make[name](params[name]) for name in layout.slices})

    def array(self, array: Array, *, differentiate: bool = True) -> Array:
        """Return a traced array to pass to the stage."""
        return self._tape.variable(array) if differentiate else self._tape.constant(array)

    def samples(self, samples: Samples) -> Samples:
        """Return traced samples to pass to the stage; they are not differentiated."""
        arrays = {f.name: getattr(samples, f.name) for f in fields(samples)}
        return replace(samples, **{name: self._tape.constant(a) for name, a in arrays.items() if a is not None})

    def context(self, ctx: Context) -> Context:
        """Return a context to pass to the stage, whose primitives the tape records."""
        values = {f.name: getattr(ctx, f.name) for f in fields(Context)}
        return TracedContext(**values, traced_primitives=TracedPrimitives(ctx.primitives, self._tape))

    def run(self, forward: Callable[..., Any], *arguments: Any) -> Array:
        """Run ``forward`` on traced arguments and return its plain output.

        Raises:
            TracingError: ``forward`` does something that cannot be differentiated; the message names stage and line.
        """
        with self._naming_stage():
            self._y = forward(*arguments)
            if not isinstance(self._y, TracedArray):
                self._check_untraced()
        y: Array = self._y.value if isinstance(self._y, TracedArray) else self._y
        return y

    def _check_untraced(self) -> None:
        """Raise an error if the output is not an array, or is a plain array although it should have a gradient."""
        type_name = type(self._y).__name__
        if not is_array(self._y):
            raise output_error(self._stage.forward, f"forward returns {type_name}, not an array; return one array")
        if self._tape.has_variables:
            raise output_error(self._stage.forward, _UNTRACED_OUTPUT.format(type_name))

    def gradients(self, dy: Array) -> list[Array]:
        """Return the gradients of the variables, in the order in which the variables were created.

        A gradient may be ``dy`` itself, another gradient or a view of one: callers must not write into it.
        """
        return self._tape.gradients(self._y, dy)

    @contextmanager
    def _naming_stage(self) -> Iterator[None]:
        try:
            yield
        except TracingError as error:
            raise error.with_stage(self._stage.__name__) from error


def params_vjp(
    stage: Any, params: Params, samples: Samples, ctx: Context
) -> tuple[Array, Callable[[Array], Gradients]]:
    """Return ``stage.forward(params, samples, ctx)`` and the pullback to the parameters.

    A gradient may share memory with ``dy``: callers must not write into it.
    """
    trace = Trace(stage)
    traced = trace.params(params)
    y = trace.run(stage.forward, traced, trace.samples(samples), trace.context(ctx))
    names = traced.variables
    return y, lambda dy: dict(zip(names, trace.gradients(dy), strict=True))


def params_and_input_vjp(
    stage: Any, params: Params, x: Array, ctx: Context
) -> tuple[Array, Callable[[Array], tuple[Gradients, Array]]]:
    """Return ``stage.forward(params, x, ctx)`` and the pullback to the parameters and the input.

    Gradients that the context does not need are not computed: the pullback returns zeros in place of the gradients of
    the parameters, and ``x`` in place of the gradient of the input. The gradient of the input is a new array. Those of
    the parameters may share memory with ``dy``: callers must not write into them.
    """
    trace = Trace(stage)
    traced = trace.params(params, differentiate=ctx.theta_gradient)
    traced_x = trace.array(x, differentiate=ctx.input_gradient)
    y = trace.run(stage.forward, traced, traced_x, trace.context(ctx))
    names = traced.variables

    def pullback(dy: Array) -> tuple[Gradients, Array]:
        gradients = trace.gradients(dy)
        gradient: Gradients = dict(zip(names, gradients, strict=False))
        if not ctx.theta_gradient:
            gradient = params.zeros_like()
        return gradient, _copied(gradients[-1]) if ctx.input_gradient else x

    return y, pullback


def arrays_vjp(
    stage: Any, arrays: Sequence[Array], forward: Callable[[Sequence[Array]], Array]
) -> tuple[Array, Callable[[Array], list[Array]]]:
    """Return ``forward(arrays)`` and the pullback to each of the arrays; the gradients are new arrays."""
    trace = Trace(stage)
    traced = [trace.array(array) for array in arrays]
    y = trace.run(forward, traced)
    return y, lambda dy: [_copied(gradient) for gradient in trace.gradients(dy)]


def _copied(gradient: Array) -> Array:
    """Return a copy of a gradient, which may be ``dy`` itself or a broadcast number, for the caller to write into."""
    return namespace(gradient).asarray(gradient, copy=True)
