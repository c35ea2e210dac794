"""Sampling: pictures and latent walks of a network that generates pictures from noise."""

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

MIN_WALK_SIDE = 256
"""The fewest pixels of the shorter side of a walk's frames."""
SMALL_IMAGE_BATCH = 4
"""The number of small pictures generated together; larger ones are generated one by one. Only the size of pictures
decides, never their number, because matrix products change their last bits with their width."""
MAX_ATTEMPTS = 8
MAX_SMALL_PIXELS = 2**17
"""The most pixels of a small picture."""


def sampling_model(artwork: Artwork) -> ImageToImageModel:
    """Return the model of an artwork that generates pictures from noise.

    Raises:
        LimnerError: the artwork renders a picture of its own, or needs pictures as input.
    """
    model = translation_model(artwork)
    if not model.generates_from_noise:
        stages = zip(model.recipe.encoders, model.encoders, strict=True)
        names = [part.kind for part, stage in stages if not (isinstance(stage, ImageFilter) and stage.ignores_images)]
        raise LimnerError(
            f"{artwork.recipe.title}: converts pictures (by {', '.join(names)}) and generates none; apply it with "
            "`limner.translate`"
        )
    return model


def noise_batches(
    artwork: Artwork, count: int, seed: int, backend: Backend, size: Size | None = None
) -> Iterator[Array]:
    """Yield the noise for ``count`` pictures, ``(k, n, h, w)``, a few pictures at a time.

    The noise of a picture depends on the seed, its index and its size.

    Raises:
        LimnerError: the artwork does not generate pictures from noise, or memory cannot hold it.
    """
    model = sampling_model(artwork)
    size = _noise_size(model, size or artwork.recipe.size)
    check_memory(model, size, artwork.recipe.title)
    theta, ctx = backend.asarray(artwork.theta), Context(size=size, seed=seed, backend=backend)
    at_once = SMALL_IMAGE_BATCH if size[0] * size[1] <= MAX_SMALL_PIXELS else 1
    for first in range(0, count, at_once):
        place = np.arange(first, min(first + at_once, count), dtype=np.int64)
        blank = backend.asarray(np.zeros((3, place.size, size[1], size[0]), np.float32))
        yield model.encode(theta, Samples(images=blank, index=backend.asarray(place)), ctx)


def _noise_size(model: ImageToImageModel, size: Size) -> Size:
    """Return the size of noise that yields pictures of at least a size, since noise may be coarser than pictures.

    Raises:
        LimnerError: no size is large enough.
    """
    noise_width, noise_height = size
    for _ in range(MAX_ATTEMPTS):
        width, height = model.output_size((noise_width, noise_height))
        if width >= size[0] and height >= size[1]:
            return noise_width, noise_height
        noise_width, noise_height = (
            max(noise_width, -(-noise_width * size[0] // width)),
            max(noise_height, -(-noise_height * size[1] // height)),
        )
    raise LimnerError(f"`size`: this network cannot generate pictures of {size[0]}x{size[1]}; omit `size`")


def images_from_noise(
    artwork: Artwork, noise: Iterator[Array], backend: Backend, size: Size | None = None
) -> Iterator[np.ndarray]:
    """Yield the pictures that the network generates from batches of noise ``(k, n, h, w)``, each ``(h, w, 3)`` uint8.

    Noise may be coarser than pictures and yield larger ones; these are cropped to the size.
    """
    width, height = size or artwork.recipe.size
    model, theta = sampling_model(artwork), backend.asarray(artwork.theta)
    ctx = Context(size=artwork.recipe.size, seed=artwork.seed, backend=backend)

    def render(features: Array) -> Any:
        with np.errstate(all="ignore"):
            return backend.to_host(quantise(model.forward(theta, Samples(features=features), ctx), 8))

    with backend.open_runner() as runner:
        for host in runner.map(render, noise):
            yield from (np.ascontiguousarray(each[:height, :width]) for each in host.transpose(1, 2, 3, 0))


def samples(
    artwork: Artwork, count: int, seed: int, backend: str | Backend = "auto", size: Size | None = None
) -> Iterator[np.ndarray]:
    """Return an iterator of pictures generated from fresh noise, ``(h, w, 3)`` uint8.

    Args:
        artwork: a trained network whose input is noise alone.
        count: number of pictures.
        seed: the seed of the noise.
        backend: an array backend or its name.
        size: width and height of each picture; by default the trained size. A larger size shows more, not the same
            enlarged.

    Raises:
        LimnerError: the artwork does not generate pictures from noise, or memory cannot hold it.
    """
    array_backend = choose_backend(backend, registry())
    return images_from_noise(artwork, noise_batches(artwork, count, seed, array_backend, size), array_backend, size)


def latent_walk(
    artwork: Artwork, count: int, seed: int, frames: int, backend: str | Backend = "auto", size: Size | None = None
) -> Iterator[np.ndarray]:
    """Return an iterator of frames, ``(h, w, 3)`` uint8, of a latent walk from each of the ``samples`` to the next.

    Between two noise vectors a and b the walk follows a cos φ + b sin φ: for independent noise of mean 0 this keeps the
    variance, while a straight line reduces it and yields paler pictures. The walk slows down at each sample and returns
    to the first, so its frames form a loop.

    Raises:
        LimnerError: ``count`` is below 2, the artwork does not generate pictures from noise, or memory cannot hold it.
    """
    if count < 2:
        raise LimnerError("`walk`: a walk needs at least 2 pictures; set `count=2` or more")
    array_backend = choose_backend(backend, registry())
    parts = list(noise_batches(artwork, count, seed, array_backend, size))
    noise = namespace(parts[0]).concat(parts, axis=1)

    def frames_of_noise() -> Iterator[Array]:
        for frame in range(frames):
            place = frame * count / frames
            first = int(place)
            part = place - first
            angle = 0.5 * pi * part * part * (3.0 - 2.0 * part)
            second = (first + 1) % count
            yield cos(angle) * noise[:, first : first + 1, ...] + sin(angle) * noise[:, second : second + 1, ...]

    return images_from_noise(artwork, frames_of_noise(), array_backend, size)


def enlarged_size(size: tuple[int, int], side: int = MIN_WALK_SIDE) -> tuple[int, int]:
    """Return width and height times an integer: the shorter side has at least ``side`` pixels, and both are even."""
    return mosaic.enlarged_size(size, side, even=True)


def enlarged(picture: np.ndarray, side: int = MIN_WALK_SIDE) -> np.ndarray:
    """Return a picture at its ``enlarged_size``, each pixel as a block."""
    return np.asarray(mosaic.enlarge_pixels(picture, enlarged_size((picture.shape[1], picture.shape[0]), side)))
