"""Examples: pictures as a network is given them, and what is to come out, filtered and varied."""

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
    """Makes examples of pairs: augmented alike, then each filtered by its own side's filters.

    What is drawn for a picture follows from the seed, the step and its place in the set: never from its neighbours.
    """

    def __init__(self, model: ImageToImageModel, pairs: PairedDataset, theta: np.ndarray) -> None:
        self.model, self.pairs = model, pairs
        self._augments = [spec.stage for spec in model.recipe.augments]
        self._theta = theta

    @property
    def target_size(self) -> tuple[int, int]:
        """Width and height of what is to come out."""
        return filtered_size(self.model.output, self.pairs.size)

    def plain(self, index: np.ndarray, ctx: Context) -> Example:
        """The pictures at these places as they are."""
        return self._made(index, ctx, varied=False)

    def varied(self, index: np.ndarray, ctx: Context) -> Example:
        """The pictures at these places, augmented as this step wants it."""
        return self._made(index, ctx, varied=True)

    def shown(self, example: Example) -> Array:
        """What the network is given, as pictures to look at: that of several filters, the first's."""
        encoder = self.model.encoders[0]
        return _shown(encoder, example.features[: encoder.num_features(), ...])

    def enlarged(self, example: Example, backend: Backend) -> Array:
        """The same, bicubically enlarged to the target's size where it is another."""
        from PIL import Image

        inputs, size = self.shown(example), self.target_size
        if inputs.shape[2:] == example.target.shape[2:]:
            return inputs
        host = backend.to_host(inputs)
        flat = host.reshape(-1, *host.shape[2:])
        large = [np.asarray(Image.fromarray(plane).resize(size, Image.Resampling.BICUBIC)) for plane in flat]
        return backend.asarray(np.stack(large).reshape(3, -1, size[1], size[0]))

    def _made(self, index: np.ndarray, ctx: Context, *, varied: bool) -> Example:
        pairs = self.pairs
        mates = self._mates(index, ctx)
        sources = self._pictures(pairs.sources.planes, index, ctx, varied=varied)
        alone = pairs.targets is pairs.sources
        targets = sources if alone else self._pictures(pairs.targets.planes, index, ctx, varied=varied)
        others = None if mates is None else self._pictures(pairs.sources.planes, mates, ctx, varied=varied)
        theirs = others if alone or mates is None else self._pictures(pairs.targets.planes, mates, ctx, varied=varied)
        backend = ctx.backend
        assert backend is not None
        theta = backend.asarray(self._theta)
        place = backend.asarray(index.astype(np.int64))
        features = self.model.encode(theta, Samples(images=sources, index=place, other_images=others), ctx)
        output, none = self.model.output, Params(ParameterLayout(), theta[:0])
        made = output.forward(none, Samples(images=targets, index=place, other_images=theirs), ctx)
        return Example(Samples(features=features), _shown(output, made))

    def _mates(self, index: np.ndarray, ctx: Context) -> np.ndarray | None:
        """For each picture another of the training, drawn anew at each step, where a filter looks at it."""
        stages = [*self.model.encoders, self.model.output]
        if not any(isinstance(stage, ImageFilter) and stage.uses_other_images for stage in stages):
            return None
        training = self.pairs.training
        drawn = [child_rng(ctx.seed, "mate", ctx.step, int(i)).choice(_but(training, i)) for i in index]
        return np.asarray(drawn)

    def _pictures(self, planes: np.ndarray, index: np.ndarray, ctx: Context, *, varied: bool) -> Array:
        """Pictures as arrays of the backend, ``(3, n, h, w)`` from 0 to 1."""
        backend = ctx.backend
        assert backend is not None
        chosen = np.ascontiguousarray(np.moveaxis(planes[index], 0, 1)).astype(np.float32) / np.float32(255)
        images = backend.asarray(chosen)
        if varied and self._augments:
            rngs = [child_rng(ctx.seed, "augment", ctx.step, int(i)) for i in index]
            for augment in self._augments:
                images = augment.forward(images, rngs)
        return images


def _shown(encoder: Encoder, features: Array) -> Array:
    """Channels as pictures, as their filter shows them."""
    return encoder.to_rgb(features) if isinstance(encoder, ImageFilter) else channels_to_rgb(features)


def _but(places: np.ndarray, place: int) -> np.ndarray:
    """All but one of the places, where there are others."""
    rest = places[places != place]
    return rest if len(rest) else places
