"""The encoder: computes the input features of a network."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from limner.arrays.parameters import Params
from limner.stages import derived
from limner.stages.base import PointStage
from limner.stages.context import Context, Samples
from limner.stages.derived import Gradients

if TYPE_CHECKING:
    from limner.arrays.namespace import Array

EncoderPullback: TypeAlias = "Callable[[Array], Gradients]"
"""Maps the gradient of the features, ``(k, n)``, to those of the encoder's parameters, summed over the points."""


class Encoder(PointStage):
    """Computes features ``(k, n)`` of n samples. A recipe stacks the features of its encoders in order.

    A subclass implements ``forward``, and ``init_params`` if it has parameters. By default ``num_features`` evaluates
    the encoder at one point to count its features; override it if that is slow.
    """

    def num_features(self) -> int:
        """Return k, the number of features."""
        return int(self._probe().shape[0])

    def feature_names(self) -> tuple[str, ...]:
        """Return a short name of each feature for diagrams, such as ``x``; empty if the features have no names."""
        return ()

    @abstractmethod
    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:
        """Return the features ``(k, n)`` of the samples."""

    def vjp(self, params: Params, samples: Samples, ctx: Context) -> tuple[Array, EncoderPullback]:
        """Return the features and the pullback ``dy -> {name: gradient}``; derived from ``forward`` by default."""
        if not params.layout.trainable.any():
            return self.forward(params, samples, ctx), lambda dy: {}  # noqa: ARG005
        return derived.params_vjp(self, params, samples, ctx)

    def settings_for(self, size: tuple[int, int]) -> Mapping[str, Any]:  # noqa: ARG002
        """Return settings that suit a picture of this width and height, for those that the recipe does not set."""
        return {}

    def _probe(self) -> Array:
        """Return the features of one sample: a point, or an image for encoders that do not support points."""
        layout = self.param_layout()
        params = Params(layout, layout.pack(self.init_params(np.random.default_rng(0))))
        zeros = np.zeros((2, 1), dtype=np.float32)
        if "image" in self.domains and "point" not in self.domains:
            samples = Samples(images=np.zeros((3, 1, 8, 8), dtype=np.float32))
        else:
            samples = Samples(pixels=zeros, xy=zeros)
        return self.forward(params, samples, Context(size=(8, 8)))
