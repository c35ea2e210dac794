"""Pullbacks derived from ``forward``, for stages whose authors write none by hand."""

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
"""The gradient of each parameter by name, in its shape, summed over the points."""


@dataclass(frozen=True)
class TracedContext(Context):
    """A context whose primitives are recorded."""

    traced_primitives: Primitives | None = None

    @property
    def primitives(self) -> Primitives:
        """The recorded primitives."""
        return self.traced_primitives or super().primitives


class TracedParams(Params):
    """Parameters by name that a tape records; fixed parameters are constants."""

    __slots__ = ("_traced",)

    def __init__(self, layout: ParameterLayout, traced: dict[str, TracedArray]) -> None:
        self.layout, self._views, self._traced = layout, {}, traced

    def __getitem__(self, name: str) -> Array:
        return self._traced[name]

    def part(self, name: str, layout: ParameterLayout) -> TracedParams:
        """Return the parameters whose names begin with ``name`` and a dot, under a layout of their own.

        Raises:
            KeyError: there is none of that name.
        """
        return TracedParams(layout, {p.name: self._traced[f"{name}.{p.name}"] for p in layout.parameters})

    @property
    def flat(self) -> Array:  # type: ignore[override]  # there is none to read or to set
        """Refuse access: gradients are returned by name, so a traced θ has no flat vector.

        Raises:
            TracingError: always.
        """
        raise tracing_error("forward reads params.flat; read the parameters by name, or write vjp by hand")

    @property
    def variables(self) -> list[str]:
        """The names of what is differentiated, in order."""
        return [name for name, array in self._traced.items() if array.place is not None]


_UNTRACED_OUTPUT = "forward returns a plain {}, which has no gradient; make it from the arguments with namespace(x)"


class Trace:
    """One run of a stage's ``forward`` on a tape, and its way back."""

    def __init__(self, stage: Any) -> None:
        self._stage, self._tape = type(stage), Tape()
        self._y: Any = None

    def params(self, params: Params, *, wanted: bool = True) -> TracedParams:
        """Return parameters to hand to the stage."""
        tape, own = self._tape, params.layout
        differentiated = {p.name for p in own.parameters if wanted and p.trainable}
        make = {name: tape.variable if name in differentiated else tape.constant for name in own.slices}
        return TracedParams(own, {name: make[name](params[name]) for name in own.slices})

    def array(self, array: Array, *, wanted: bool = True) -> Array:
        """Return an array to hand to the stage."""
        return self._tape.variable(array) if wanted else self._tape.constant(array)

    def samples(self, samples: Samples) -> Samples:
        """Return samples to hand to the stage, which are not differentiated."""
        given = {f.name: getattr(samples, f.name) for f in fields(samples)}
        return replace(samples, **{name: self._tape.constant(a) for name, a in given.items() if a is not None})

    def context(self, ctx: Context) -> Context:
        """Return a context whose primitives are recorded."""
        given = {f.name: getattr(ctx, f.name) for f in fields(Context)}
        return TracedContext(**given, traced_primitives=TracedPrimitives(ctx.primitives, self._tape))

    def run(self, forward: Callable[..., Any], *arguments: Any) -> Array:
        """Run ``forward`` and return its plain output.

        Raises:
            TracingError: it does what cannot be differentiated; the message names the stage and the line.
        """
        with self._naming_stage():
            self._y = forward(*arguments)
            if not isinstance(self._y, TracedArray):
                self._check_untraced()
        y: Array = self._y.value if isinstance(self._y, TracedArray) else self._y
        return y

    def _check_untraced(self) -> None:
        """Refuse what is no array, and a plain array where it should have a gradient."""
        of_what = type(self._y).__name__
        if not is_array(self._y):
            raise output_error(self._stage.forward, f"forward returns {of_what}, not an array; return one array")
        if self._tape.has_variables:
            raise output_error(self._stage.forward, _UNTRACED_OUTPUT.format(of_what))

    def gradients(self, dy: Array) -> list[Array]:
        """Return the gradients of the variables, in the order in which they were handed out.

        They may be ``dy`` itself, one another, or views: no caller writes into them.
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
    """Return ``stage.forward(params, samples, ctx)``, and the pullback to the parameters.

    A gradient may share its memory with ``dy``: it is not to be written into.
    """
    trace = Trace(stage)
    traced = trace.params(params)
    y = trace.run(stage.forward, traced, trace.samples(samples), trace.context(ctx))
    names = traced.variables
    return y, lambda dy: dict(zip(names, trace.gradients(dy), strict=True))


def params_and_input_vjp(
    stage: Any, params: Params, x: Array, ctx: Context
) -> tuple[Array, Callable[[Array], tuple[Gradients, Array]]]:
    """Return ``stage.forward(params, x, ctx)``, and the pullback to the parameters and the input.

    What the context says nobody asks for is not worked out: zeros stand in the place of the gradients of the
    parameters, ``x`` in that of its own. The gradient of the input is a new array; those of the parameters may share
    their memory with ``dy``, and are not to be written into.
    """
    trace = Trace(stage)
    traced = trace.params(params, wanted=ctx.theta_gradient)
    given = trace.array(x, wanted=ctx.input_gradient)
    y = trace.run(stage.forward, traced, given, trace.context(ctx))
    names = traced.variables

    def pullback(dy: Array) -> tuple[Gradients, Array]:
        found = trace.gradients(dy)
        gradient: Gradients = dict(zip(names, found, strict=False))
        if not ctx.theta_gradient:
            gradient = params.zeros_like()
        return gradient, _copied(found[-1]) if ctx.input_gradient else x

    return y, pullback


def arrays_vjp(
    stage: Any, arrays: Sequence[Array], forward: Callable[[Sequence[Array]], Array]
) -> tuple[Array, Callable[[Array], list[Array]]]:
    """Return ``forward(arrays)``, and the pullback to each of the arrays; the gradients are new arrays."""
    trace = Trace(stage)
    traced = [trace.array(array) for array in arrays]
    y = trace.run(forward, traced)
    return y, lambda dy: [_copied(gradient) for gradient in trace.gradients(dy)]


def _copied(gradient: Array) -> Array:
    """Return a gradient that the caller may write into: it may be ``dy`` itself, or one number stretched."""
    return namespace(gradient).asarray(gradient, copy=True)
