"""Checks of what a stage returns, so that an error in a plugin is reported where it occurs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.arrays.parameters import ParameterLayout, Params, flat_gradient
from limner.registry.attribution import owner_of, stage_error
from limner.utils.validation import with_article

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.stages.base import Stage
    from limner.stages.loss import Loss


def check_output(stage: Stage, method: str, array: Any, expected: tuple[int, ...]) -> None:
    """Raise an error if an output does not have the expected shape. The cost is one comparison of tuples.

    Args:
        stage: the stage that returned the output.
        method: the method that returned it, for messages.
        array: the output.
        expected: the shape that it must have.

    Raises:
        PluginError: the output is not an array of this shape, and the stage is third-party.
        TypeError: the output is not an array of this shape, and the stage is built in.
    """
    if getattr(array, "shape", None) != expected:
        raise stage_error(stage, f"{method}() must return an array of shape {expected}, got {_describe(array)}")


def check_images(stage: Stage, method: str, array: Any, channels: int, count: int) -> None:
    """Raise an error if an output is not ``(channels, count, h, w)``; height and width are up to the stage."""
    shape = getattr(array, "shape", ())
    if len(shape) != 4 or shape[:2] != (channels, count):
        expected = f"an array of shape ({channels}, {count}, h, w)"
        raise stage_error(stage, f"{method}() must return {expected}, got {_describe(array)}")


def unpack_vjp(stage: Stage, returned: Any) -> tuple[Any, Callable[[Any], Any]]:
    """Return the output and the pullback that a stage's ``vjp`` returned; raise an error for anything else."""
    if not (isinstance(returned, tuple) and len(returned) == 2 and callable(returned[1])):
        raise stage_error(
            stage, f"vjp() must return an output and a pullback, got {with_article(type(returned).__name__)}"
        )
    return returned


def unpack_pullback(stage: Stage, returned: Any, shape: tuple[int, ...] | None) -> tuple[Any, Any]:
    """Return the gradients of parameters and input that a pullback returned; raise an error for anything else.

    Args:
        stage: the stage whose pullback it is.
        returned: the value that the pullback returned.
        shape: the shape of the input; None if its gradient is not needed.
    """
    if not (isinstance(returned, tuple) and len(returned) == 2):
        wanted = "the gradients of the parameters, by name, and of the input"
        raise stage_error(
            stage, f"the pullback of vjp() must return {wanted}, got {with_article(type(returned).__name__)}"
        )
    if shape is not None and getattr(returned[1], "shape", None) != shape:
        got = _describe(returned[1])
        raise stage_error(stage, f"the pullback of vjp() must return a dx of shape {shape}, got {got}")
    return returned


def parameter_gradient(stage: Stage, gradient: Any, params: Params) -> Array:
    """Return the gradients of a stage's parameters as one vector; raise an error for wrong names or shapes."""
    if not isinstance(gradient, Mapping):
        wanted = "the gradients of the parameters by name"
        raise stage_error(
            stage, f"the pullback of vjp() must return {wanted}, got {with_article(type(gradient).__name__)}"
        )
    try:
        flat = flat_gradient(gradient, params)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise stage_error(stage, f"the pullback of vjp(): {error.args[0]}") from error
    if flat.shape != params.flat.shape:
        raise stage_error(stage, f"the pullback of vjp(): the gradient must have {params.layout.size} numbers")
    return flat


def checked_loss(loss: Loss, y: Array, target: Array) -> Array:
    """Return the loss of each value of y, in the shape of y; raise an error for another shape."""
    value = loss.forward(y, target)
    check_output(loss, "forward", value, y.shape)
    return value


def checked_loss_vjp(loss: Loss, y: Array, target: Array) -> tuple[Array, Callable[[Array], Array]]:
    """Return the loss of each value of y, and its pullback; raise an error for other shapes than that of y."""
    value, pull = unpack_vjp(loss, loss.vjp(y, target))
    check_output(loss, "vjp", value, y.shape)

    def pullback(dvalue: Array) -> Array:
        dy: Array = pull(dvalue)
        check_output(loss, "the pullback of vjp", dy, y.shape)
        return dy

    return value, pullback


def check_count(stage: Stage, method: str, count: Any) -> int:
    """Return a number of features or components; raise an error if it is not a whole number."""
    if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < 0:
        raise stage_error(stage, f"{method}() must return a whole number, got {count!r:.80}")
    return int(count)


def check_layout(stage: Stage, layout: Any) -> ParameterLayout:
    """Return the layout of a stage's parameters; raise an error for another type."""
    if not isinstance(layout, ParameterLayout):
        raise stage_error(
            stage, f"param_layout() must return a ParameterLayout, got {with_article(type(layout).__name__)}"
        )
    return layout


def pack_init_params(stage: Stage, layout: ParameterLayout, values: Any) -> np.ndarray:
    """Return a stage's initial parameters as one vector; raise an error for wrong names, shapes or values.

    Non-finite numbers are an error only in a third-party stage. In a built-in stage they are caused by the settings,
    and rendering reports them.
    """
    if not isinstance(values, Mapping):
        raise stage_error(stage, f"init_params() must return a dict, got {with_article(type(values).__name__)}")
    try:
        theta = layout.pack(values)
    except (ValueError, TypeError) as error:
        raise stage_error(stage, f"init_params(): {error}") from error
    if not np.isfinite(theta).all() and (owner := owner_of(stage)):
        raise owner.error("init_params() returns numbers that are not finite")
    return theta


def _describe(value: Any) -> str:
    shape = getattr(value, "shape", None)
    return f"one of shape {shape}" if shape is not None else with_article(type(value).__name__)
