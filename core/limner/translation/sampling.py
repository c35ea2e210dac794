"""Sampling: a network that makes pictures of noise alone, given fresh noise, and led through it."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, pi, sin
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.arrays.namespace import namespace
from limner.artworks.renderer import quantise
from limner.errors import LimnerError
from limner.figures import mosaic
from limner.registry.backends import choose_backend
from limner.registry.registry import registry
from limner.stages.context import Context, Samples
from limner.stages.image_filter import ImageFilter
from limner.translation.inference import check_memory, translation_model

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.artworks.artwork import Artwork
    from limner.models.image_to_image import ImageToImageModel, Size
    from limner.stages.backend import Backend

SIDE = 256
"""Pixels of a walk's shorter side, at least."""
AT_ONCE = 4
"""Small pictures made together. Size alone decides: matrix products change their last bits with their width."""
ATTEMPTS = 8
SMALL = 2**17
"""Pixels of a small one, at most."""


def sampler_of(artwork: Artwork) -> ImageToImageModel:
    """The model of an artwork that makes pictures of noise alone.

    Raises:
        LimnerError: it paints points, or needs a picture to start from.
    """
    model = translation_model(artwork)
    if not model.generates_from_noise:
        stages = zip(model.recipe.encoders, model.encoders, strict=True)
        needy = [part.kind for part, stage in stages if not (isinstance(stage, ImageFilter) and stage.ignores_images)]
        raise LimnerError(
            f"{artwork.recipe.title}: makes its pictures of others, by {', '.join(needy)}; give it some with "
            "`limner.translate`"
        )
    return model


def draws(artwork: Artwork, count: int, seed: int, backend: Backend, size: Size | None = None) -> Iterator[Array]:
    """So much fresh noise as the network is given, ``(k, n, h, w)``, a few pictures at a time.

    What is drawn for a picture follows from the seed, its place and its size.

    Raises:
        LimnerError: the artwork makes none of noise alone, or memory cannot hold it.
    """
    model = sampler_of(artwork)
    size = _room(model, size or artwork.recipe.size)
    check_memory(model, size, artwork.recipe.title)
    theta, ctx = backend.asarray(artwork.theta), Context(size=size, seed=seed, backend=backend)
    at_once = AT_ONCE if size[0] * size[1] <= SMALL else 1
    for first in range(0, count, at_once):
        place = np.arange(first, min(first + at_once, count), dtype=np.int64)
        blank = backend.asarray(np.zeros((3, place.size, size[1], size[0]), np.float32))
        yield model.encode(theta, Samples(images=blank, index=backend.asarray(place)), ctx)


def _room(model: ImageToImageModel, size: Size) -> Size:
    """The size whose noise is enough for pictures of a size: noise of one place for an upright picture is square.

    Raises:
        LimnerError: none is.
    """
    wide, high = size
    for _ in range(ATTEMPTS):
        width, height = model.output_size((wide, high))
        if width >= size[0] and height >= size[1]:
            return wide, high
        wide, high = max(wide, -(-wide * size[0] // width)), max(high, -(-high * size[1] // height))
    raise LimnerError(f"`size`: no noise is enough for pictures of {size[0]}x{size[1]}; leave it out")


def made(artwork: Artwork, noise: Iterator[Array], backend: Backend, size: Size | None = None) -> Iterator[np.ndarray]:
    """What the network makes of noise, ``(k, n, h, w)`` at a time: pictures ``(h, w, 3)`` uint8, one by one.

    What is beyond a size, where noise is so much coarser than pictures that it does not end with them, is cut off.
    """
    width, height = size or artwork.recipe.size
    model, theta = sampler_of(artwork), backend.asarray(artwork.theta)
    ctx = Context(size=artwork.recipe.size, seed=artwork.seed, backend=backend)

    def of(features: Array) -> Any:
        with np.errstate(all="ignore"):
            return backend.to_host(quantise(model.forward(theta, Samples(features=features), ctx), 8))

    with backend.open_runner() as runner:
        for host in runner.map(of, noise):
            yield from (np.ascontiguousarray(each[:height, :width]) for each in host.transpose(1, 2, 3, 0))


def samples(
    artwork: Artwork, count: int, seed: int, backend: str | Backend = "auto", size: Size | None = None
) -> Iterator[np.ndarray]:
    """Pictures of fresh noise, ``(h, w, 3)`` uint8.

    Args:
        artwork: what ``limner translate train`` gave, its input noise alone.
        count: how many.
        seed: what the noise follows from.
        backend: a backend or its name.
        size: width and height; those that it has learned where nothing is said. Of others there is more or less of the
            same, not the same larger or smaller.

    Raises:
        LimnerError: the artwork makes none of noise alone, or memory cannot hold it.
    """
    own = choose_backend(backend, registry())
    return made(artwork, draws(artwork, count, seed, own, size), own, size)


def walk(
    artwork: Artwork, count: int, seed: int, frames: int, backend: str | Backend = "auto", size: Size | None = None
) -> Iterator[np.ndarray]:
    """Frames, ``(h, w, 3)`` uint8, of a walk from each of the pictures that ``samples`` gives to the next, and back.

    Between two draws a and b lies a cos φ + b sin φ: of independent draws with mean 0 it has their spread all the way,
    where a straight line has less, and gives paler pictures. The walk slows down at each picture, and has no end:
    behind the last frame the first may follow.

    Raises:
        LimnerError: as ``samples``; or there is nothing to walk between.
    """
    if count < 2:
        raise LimnerError("`walk`: from a single picture leads no way; ask for `count=2` at least")
    own = choose_backend(backend, registry())
    parts = list(draws(artwork, count, seed, own, size))
    noise = namespace(parts[0]).concat(parts, axis=1)

    def steps() -> Iterator[Array]:
        for frame in range(frames):
            place = frame * count / frames
            first = int(place)
            part = place - first
            angle = 0.5 * pi * part * part * (3.0 - 2.0 * part)
            second = (first + 1) % count
            yield cos(angle) * noise[:, first : first + 1, ...] + sin(angle) * noise[:, second : second + 1, ...]

    return made(artwork, steps(), own, size)


def enlarged_size(size: tuple[int, int], side: int = SIDE) -> tuple[int, int]:
    """Width and height by a whole number, so that the shorter side has so many pixels and both are even."""
    return mosaic.enlarged_size(size, side, even=True)


def enlarged(picture: np.ndarray, side: int = SIDE) -> np.ndarray:
    """A picture at that size, its pixels as blocks."""
    return np.asarray(mosaic.enlarge_pixels(picture, enlarged_size((picture.shape[1], picture.shape[0]), side)))
