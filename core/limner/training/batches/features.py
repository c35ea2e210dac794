"""Features of a batch that do not change during training, computed once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limner.arrays.namespace import Array, namespace
from limner.training.batches.base import Batch

if TYPE_CHECKING:
    from limner.models.field import FieldModel
    from limner.stages.backend import Backend, Runner
    from limner.stages.context import Context

MAX_FEATURE_BYTES = 2**30
"""The most bytes of cached features; above this, the encoders run at every step."""


def with_features(
    points: Batch, model: FieldModel, theta: Array, context: Context, backend: Backend, runner: Runner
) -> Batch:
    """Return the points with cached features, if training does not change these and memory can hold them."""
    first = model.features(theta, next(points.tiles(1)).samples, context)
    if first is None or 4 * first.shape[0] * points.count > MAX_FEATURE_BYTES:
        return points

    def tile_features(tile: Batch) -> Array:
        features = model.features(theta, tile.samples, context)
        assert features is not None, "the first point has features, so all have"
        return features

    features = namespace(theta).concat(list(runner.map(tile_features, points.tiles(backend.tile))), axis=1)
    return points.with_features(features)
