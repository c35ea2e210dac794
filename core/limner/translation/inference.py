"""Inference: convert pictures with a trained network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.artworks.artwork import Artwork
from limner.artworks.loader import open_artwork
from limner.artworks.renderer import quantise
from limner.errors import LimnerError
from limner.imaging.canvas import Canvas
from limner.imaging.loaded_image import ImageLike, load_image
from limner.imaging.target import LUMA_WEIGHTS, read_target
from limner.models.image_to_image import ImageToImageModel
from limner.registry.attribution import attributing
from limner.registry.backends import choose_backend
from limner.registry.registry import registry
from limner.stages.context import Context, Samples
from limner.stages.image_filter import ImageFilter
from limner.utils.arguments import check_int, check_path
from limner.utils.atomic_files import atomic_write
from limner.utils.paths import StrPath
from limner.utils.resources import require_memory

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from limner.stages.backend import Backend

MUCH_LARGER = 4
"""How many times larger than in the training the sides of a picture are from which a note says so."""


def translation_model(artwork: Artwork) -> ImageToImageModel:
    """Return the model of an artwork that converts or generates pictures.

    Raises:
        LimnerError: the artwork renders a picture of its own instead.
    """
    model = artwork.model
    if not isinstance(model, ImageToImageModel):
        raise LimnerError(
            f"{artwork.recipe.title}: renders a picture of its own and does not convert pictures; use a network "
            "that `limner.train` trained"
        )
    return model


def image_input_model(artwork: Artwork) -> ImageToImageModel:
    """Return the model of an artwork that converts pictures.

    Raises:
        LimnerError: it converts no pictures, or generates them from noise alone.
    """
    model = translation_model(artwork)
    if model.generates_from_noise:  # its output would not depend on the picture
        raise LimnerError(
            f"{artwork.recipe.title}: generates pictures from noise and converts none; on the command line, "
            "limner translate sample generates some"
        )
    return model


@attributing()
def translate(
    artwork: Artwork | StrPath,
    picture: ImageLike,
    *,
    size: tuple[int, int] | None = None,
    filtered: bool | None = None,
    background: str | None = None,
    index: int = 0,
    backend: str | Backend = "auto",
) -> NDArray[np.uint8]:
    """Convert a picture with a network that ``limner.train`` trained.

        pixels = limner.translate("colorize.limner", "old-photo.jpg")

    Args:
        artwork: a trained network, or its file.
        picture: a file, ``skimage:NAME``, an array or a Pillow image; arrays as in ``limner.fit``.
        size: width and height that the picture is resized to first, pixels; by default its own.
        filtered: whether to apply the recipe's filters; if False, the picture is taken as their output, for example a
            drawing as the output of ``contours``. By default they are applied, except ``downscale``: a picture to
            enlarge is small already.
        background: the colour behind transparent areas; white by default.
        index: the index of the picture; random filters use it as part of their seed.
        backend: an array backend or its name.

    Returns:
        The converted picture in sRGB, ``(h, w, 3)`` uint8.

    Raises:
        LimnerError: the artwork converts no pictures, the picture cannot be read, or memory cannot hold it.
    """
    if not isinstance(artwork, Artwork):
        artwork = open_artwork(check_path("artwork", artwork, "an artwork or a path"))
    index = check_int("index", index)
    model = image_input_model(artwork)
    array_backend = choose_backend(backend, registry())
    apply_filters = not takes_filtered_input(model) if filtered is None else filtered
    source = load_image(picture, "image", "picture")
    name = source if isinstance(source, str) else source.name
    if size:
        size = Canvas(size).size
        check_memory(model, size, name, filtered=apply_filters)
    target = read_target(source, size=size, background=background or "white", setting="`picture`")
    check_memory(model, target.size, name, filtered=apply_filters)
    planes = target.planes[:3]
    samples = (
        _filtered_samples(planes, index, array_backend)
        if apply_filters
        else _unfiltered_samples(model, planes, array_backend)
    )
    theta = array_backend.asarray(artwork.theta)
    ctx = Context(size=target.size, seed=artwork.seed, backend=array_backend)
    with np.errstate(all="ignore"):
        colours = model.forward(theta, samples, ctx)
    host: Any = array_backend.to_host(quantise(colours, 8))
    return np.ascontiguousarray(host[:, 0].transpose(1, 2, 0))


def size_note(model: ImageToImageModel, name: str, output: tuple[int, int]) -> str:
    """Return a note about a picture that is much larger than those of the training; empty if it is not.

    Args:
        model: the model that converted it.
        name: the picture's name.
        output: width and height of the converted picture.
    """
    trained = model.output_size(model.recipe.size)
    if output[0] * output[1] < MUCH_LARGER**2 * trained[0] * trained[1]:
        return ""
    return (
        f"{name}: at {output[0]}x{output[1]}, the picture is much larger than those of the training "
        f"({trained[0]}x{trained[1]}), so the network sees only small details; reduce it with `size`, or train on "
        "larger pictures or on patches of pictures as large"
    )


def takes_filtered_input(model: ImageToImageModel) -> bool:
    """Return whether pictures are taken as the output of the recipe's filters by default."""
    return all(isinstance(encoder, ImageFilter) and encoder.training_only for encoder in model.encoders)


def check_memory(model: ImageToImageModel, size: tuple[int, int], name: str, *, filtered: bool = True) -> None:
    """Check that converting a picture of a size fits in the free memory.

    Args:
        model: the model.
        size: width and height of the picture.
        name: the picture's name, for the message.
        filtered: whether the recipe's filters are applied, which may change the size.

    Raises:
        LimnerError: it needs more; the message states how much.
    """
    width, height = model.feature_size(size) if filtered else size
    numbers = model.network.inference_floats(model.fan_in, model.fan_out)
    need = 4 * numbers * width * height + 4 * model.layout.size
    what = f"{name}: converting {size[0]}x{size[1]} would take about"
    require_memory(need, what, "resize it with `size`")


def _filtered_samples(planes: np.ndarray, index: int, backend: Backend) -> Samples:
    images = backend.asarray(np.ascontiguousarray(planes[:, None]))
    return Samples(images=images, index=backend.asarray(np.asarray([index], dtype=np.int64)))


def _unfiltered_samples(model: ImageToImageModel, planes: np.ndarray, backend: Backend) -> Samples:
    """Return the picture as the output of the filters.

    Raises:
        LimnerError: the filters output neither 1 nor 3 channels.
    """
    if model.fan_in not in (1, 3):
        names = ", ".join(part.kind for part in model.recipe.encoders)
        raise LimnerError(
            f"`as_is`: {names} outputs {model.fan_in} channels, not 1 or 3 as a picture has; omit `as_is`"
        )
    channels = planes if model.fan_in == 3 else np.tensordot(LUMA_WEIGHTS, planes, axes=1)[None]
    return Samples(features=backend.asarray(np.ascontiguousarray(channels[:, None])))


def write_png(path: Path, pixels: np.ndarray, *, force: bool) -> None:
    """Write pixels ``(h, w, 3)`` uint8 as an ordinary PNG, without an embedded recipe.

    Raises:
        LimnerError: the file cannot be written, or exists and ``force`` is not given.
    """
    from PIL import Image

    with atomic_write(path, force=force) as file:
        Image.fromarray(pixels).save(file, "PNG", optimize=True)
