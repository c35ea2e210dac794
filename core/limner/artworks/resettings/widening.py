"""The parameters of a network for further features: those that it had, and drawn weights of the new features."""

from __future__ import annotations

import numpy as np

from limner.arrays.parameters import ParameterLayout, Params
from limner.errors import LimnerError
from limner.models.field import FieldModel
from limner.stages.context import Context

NUM_PROBES = 16
"""The number of random points at which the two networks are compared."""


def with_features(old: FieldModel, new: FieldModel, theta: np.ndarray, drawn: np.ndarray, name: str) -> np.ndarray:
    """Return the parameters of a model that has one more encoder, after the others.

    Args:
        old: the model without the encoder.
        new: the model with it.
        theta: the parameters of the old model.
        drawn: the initial parameters of the new model.
        name: the name of the artwork, for messages.

    Raises:
        LimnerError: the network does not paint the same picture if the new features are 0.
    """
    out, slices, kept = drawn.copy(), new.layout.slices, old.layout.slices
    for parameter in old.layout.parameters:
        if parameter.name.partition(".")[0] != "network":
            out[slices[parameter.name]] = theta[kept[parameter.name]]
    before, after = _network(old), _network(new)
    values = _widened(old, new, before.views(theta[_span(old)]), after.views(drawn[_span(new)]))
    if values is None or not _agrees(old, new, before.views(theta[_span(old)]), after.views(values)):
        raise LimnerError(
            f"{name}: the network {old.recipe.network.kind!r} cannot get further features and keep its picture; "
            "use another artwork, or another motion"
        )
    out[_span(new)] = values
    return out


def _network(model: FieldModel) -> ParameterLayout:
    return model.network.layout_for(model.fan_in, model.fan_out)


def _span(model: FieldModel) -> slice:
    """Return the slice of the network's parameters: after those of all stages but the colour mode."""
    stop = model.layout.size - model.color.param_layout().size
    return slice(stop - _network(model).size, stop)


def _widened(old: FieldModel, new: FieldModel, before: Params, after: Params) -> np.ndarray | None:
    """Return the old parameters with drawn weights of the new features; None if the arrays do not fit."""
    if before.layout.shapes.keys() != after.layout.shapes.keys():
        return None
    out = {}
    for name, array in before.items():
        target = np.array(after[name])
        if target.shape != array.shape:
            wide = [axis for axis, (a, b) in enumerate(zip(array.shape, target.shape, strict=False)) if a != b]
            if target.ndim != array.ndim or len(wide) != 1 or array.shape[wide[0]] != old.fan_in:
                return None
            if target.shape[wide[0]] != new.fan_in:
                return None
        target[tuple(slice(0, size) for size in array.shape)] = array
        out[name] = target
    return after.layout.pack(out)


def _agrees(old: FieldModel, new: FieldModel, before: Params, after: Params) -> bool:
    """Return whether both networks output the same for the same features, if the new ones are 0."""
    x = np.random.default_rng(0).normal(size=(old.fan_in, NUM_PROBES))
    wide = np.concatenate([x, np.zeros((new.fan_in - old.fan_in, NUM_PROBES))])
    ctx = Context((NUM_PROBES, 1))
    one, two = (
        np.asarray(model.network.forward(Params(params.layout, np.asarray(params.flat, np.float64)), features, ctx))
        for model, params, features in ((old, before, x), (new, after, wide))
    )
    return bool(np.allclose(one, two, rtol=1e-6, atol=1e-6))
