"""The loader of training examples: filtered and augmented inputs and targets of an image-to-image network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from limner.arrays.parameters import ParameterLayout, Params
from limner.models.image_to_image import filtered_size
from limner.stages.context import Context, Samples
from limner.stages.image_filter import ImageFilter, channels_to_rgb
from limner.stages.optimization.problem import Example
from limner.utils.seeding import child_rng

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.models.image_to_image import ImageToImageModel
    from limner.stages.backend import Backend
    from limner.stages.encoder import Encoder
    from limner.translation.datasets.pairs import PairedDataset


class ExampleLoader:
    """Makes examples from pairs of images: it augments both alike, then applies the input's and the output's filters.

    Random numbers for an image depend on the seed, the step and its index in the set, never on its neighbours.

    Args:
        model: the model, whose recipe holds the filters and augmentations.
        pairs: the images.
        theta: θ, for filters that have parameters.
    """

    def __init__(self, model: ImageToImageModel, pairs: PairedDataset, theta: np.ndarray) -> None:
        self.model, self.pairs = model, pairs
        self._augments = [spec.stage for spec in model.recipe.augments]
        self._theta = theta

    @property
    def target_size(self) -> tuple[int, int]:
        """Width and height of the targets."""
        return filtered_size(self.model.output, self.pairs.size)

    def unaugmented(self, index: np.ndarray, ctx: Context) -> Example:
        """Return the examples at these indices without augmentation."""
        return self._make(index, ctx, augment=False)

    def augmented(self, index: np.ndarray, ctx: Context) -> Example:
        """Return the examples at these indices, augmented for this step."""
        return self._make(index, ctx, augment=True)

    def input_rgb(self, example: Example) -> Array:
        """Return the input as RGB ``(3, n, h, w)``; with several filters, the output of the first."""
        encoder = self.model.encoders[0]
        return _to_rgb(encoder, example.features[: encoder.num_features(), ...])

    def enlarged_input_rgb(self, example: Example, backend: Backend) -> Array:
        """Return the input as RGB, resized bicubically to the target's size if that differs."""
        from PIL import Image

        inputs, size = self.input_rgb(example), self.target_size
        if inputs.shape[2:] == example.target.shape[2:]:
            return inputs
        host = backend.to_host(inputs)
        flat = host.reshape(-1, *host.shape[2:])
        large = [np.asarray(Image.fromarray(plane).resize(size, Image.Resampling.BICUBIC)) for plane in flat]
        return backend.asarray(np.stack(large).reshape(3, -1, size[1], size[0]))

    def _make(self, index: np.ndarray, ctx: Context, *, augment: bool) -> Example:
        pairs = self.pairs
        partners = self._partner_indices(index, ctx)
        sources = self._images(pairs.sources.planes, index, ctx, augmented=augment)
        same_images = pairs.targets is pairs.sources
        targets = sources if same_images else self._images(pairs.targets.planes, index, ctx, augmented=augment)
        other_images = (
            None if partners is None else self._images(pairs.sources.planes, partners, ctx, augmented=augment)
        )
        other_targets = (
            other_images
            if same_images or partners is None
            else self._images(pairs.targets.planes, partners, ctx, augmented=augment)
        )
        backend = ctx.backend
        assert backend is not None
        theta = backend.asarray(self._theta)
        image_index = backend.asarray(index.astype(np.int64))
        features = self.model.encode(theta, Samples(images=sources, index=image_index, other_images=other_images), ctx)
        output, none = self.model.output, Params(ParameterLayout(), theta[:0])
        filtered = output.forward(none, Samples(images=targets, index=image_index, other_images=other_targets), ctx)
        return Example(Samples(features=features), _to_rgb(output, filtered))

    def _partner_indices(self, index: np.ndarray, ctx: Context) -> np.ndarray | None:
        """Return a random other training image for each image, drawn at each step; None if no filter needs partners."""
        stages = [*self.model.encoders, self.model.output]
        if not any(isinstance(stage, ImageFilter) and stage.uses_other_images for stage in stages):
            return None
        training = self.pairs.training
        partners = [child_rng(ctx.seed, "mate", ctx.step, int(i)).choice(_all_but(training, i)) for i in index]
        return np.asarray(partners)

    def _images(self, planes: np.ndarray, index: np.ndarray, ctx: Context, *, augmented: bool) -> Array:
        """Return images as arrays of the backend, ``(3, n, h, w)`` from 0 to 1."""
        backend = ctx.backend
        assert backend is not None
        chosen = np.ascontiguousarray(np.moveaxis(planes[index], 0, 1)).astype(np.float32) / np.float32(255)
        images = backend.asarray(chosen)
        if augmented and self._augments:
            rngs = [child_rng(ctx.seed, "augment", ctx.step, int(i)) for i in index]
            for augment in self._augments:
                images = augment.forward(images, rngs)
        return images


def _to_rgb(encoder: Encoder, features: Array) -> Array:
    """Return channels as RGB: by the filter's own conversion, if it has one."""
    return encoder.to_rgb(features) if isinstance(encoder, ImageFilter) else channels_to_rgb(features)


def _all_but(indices: np.ndarray, excluded: int) -> np.ndarray:
    """Return the indices without one of them, unless it is the only one."""
    rest = indices[indices != excluded]
    return rest if len(rest) else indices
