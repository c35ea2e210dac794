"""The models inside a model: those of the layers of a blend, or the model itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from limner.models.field import FieldModel
from limner.models.layered import LayeredModel

if TYPE_CHECKING:
    from limner.models.base import Model


def single_models(model: Model) -> Iterator[tuple[str, FieldModel, slice]]:
    """Yield the models of the layers of a blend, at any depth; any other model yields itself.

    Each comes with its path, ``layer.0.``, which is empty for the model itself, and with its slice of θ.
    """
    if isinstance(model, FieldModel):
        yield "", model, slice(0, model.layout.size)
    if isinstance(model, LayeredModel):
        start = 0
        for i, layer in enumerate(model.layers):
            for path, single, span in single_models(layer):
                yield f"layer.{i}.{path}", single, slice(start + span.start, start + span.stop)
            start += layer.layout.size
