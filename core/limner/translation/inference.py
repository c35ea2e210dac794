"""Applying: a network that has learned to take pictures to others, given some."""

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


def translation_model(artwork: Artwork) -> ImageToImageModel:
    """The model of an artwork that takes pictures to others.

    Raises:
        LimnerError: it paints points instead.
    """
    model = artwork.model
    if not isinstance(model, ImageToImageModel):
        raise LimnerError(
            f"{artwork.recipe.title}: paints a picture of its own and takes none to others; give "
            "`limner.translate` what `limner.train` made"
        )
    return model


def output_encoder(artwork: Artwork) -> ImageToImageModel:
    """The model of an artwork that looks at pictures: of what is handed in, not of noise alone.

    Raises:
        LimnerError: it takes no pictures.
    """
    model = translation_model(artwork)
    if model.generates_from_noise:  # it would make some, and they would have nothing to do with what was handed in
        raise LimnerError(
            f"{artwork.recipe.title}: makes its pictures of noise alone, and looks at none; on the command "
            "line, limner translate sample shows new ones"
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
        size: width and height that the picture is resized to first, pixels; its own by default.
        filtered: whether to apply the recipe's filters; if not, the picture is taken for their output, a drawing for
            contours, say. By default they are applied, except ``downscale``: a picture to enlarge is small already.
        background: a colour behind transparent areas; white by default.
        index: the number of the picture among several; filters that draw at random draw another for each.
        backend: an array backend or its name.

    Returns:
        The converted picture in sRGB, ``(h, w, 3)`` uint8.

    Raises:
        LimnerError: the artwork converts no pictures, the picture cannot be read, or memory cannot hold it.
    """
    if not isinstance(artwork, Artwork):
        artwork = open_artwork(check_path("artwork", artwork, "an artwork or a path"))
    index = check_int("index", index)
    model = output_encoder(artwork)
    own = choose_backend(backend, registry())
    asked = not ready(model) if filtered is None else filtered
    source = load_image(picture, "image")
    name = source if isinstance(source, str) else source.name
    if size:
        size = Canvas(size).size
        check_memory(model, size, name, asked=asked)
    target = read_target(source, size=size, background=background or "white", setting="`picture`")
    check_memory(model, target.size, name, asked=asked)
    planes = target.planes[:3]
    samples = _filtered(planes, index, own) if asked else _taken(model, planes, own)
    theta = own.asarray(artwork.theta)
    ctx = Context(size=target.size, seed=artwork.seed, backend=own)
    with np.errstate(all="ignore"):
        colours = model.forward(theta, samples, ctx)
    host: Any = own.to_host(quantise(colours, 8))
    return np.ascontiguousarray(host[:, 0].transpose(1, 2, 0))


def ready(model: ImageToImageModel) -> bool:
    """Is a picture that is handed in taken for what the filters would give?"""
    return all(isinstance(encoder, ImageFilter) and encoder.training_only for encoder in model.encoders)


def check_memory(model: ImageToImageModel, size: tuple[int, int], name: str, *, asked: bool = True) -> None:
    """Refuse a picture that memory cannot hold on its way.

    A network that enlarges counts what it makes of each number that goes in.

    Raises:
        LimnerError: it cannot; the message tells the figure.
    """
    width, height = model.feature_size(size) if asked else size
    numbers = model.network.inference_floats(model.fan_in, model.fan_out)
    need = 4 * numbers * width * height + 4 * model.layout.size
    what = f"{name}: translating {size[0]}x{size[1]} would take about"
    require_memory(need, what, "bring it to a smaller size with `size`")


def _filtered(planes: np.ndarray, index: int, backend: Backend) -> Samples:
    images = backend.asarray(np.ascontiguousarray(planes[:, None]))
    return Samples(images=images, index=backend.asarray(np.asarray([index], dtype=np.int64)))


def _taken(model: ImageToImageModel, planes: np.ndarray, backend: Backend) -> Samples:
    """The picture as what the filters would give.

    Raises:
        LimnerError: their channels are no picture's.
    """
    if model.fan_in not in (1, 3):
        names = ", ".join(part.kind for part in model.recipe.encoders)
        raise LimnerError(f"`as_is`: {names} makes {model.fan_in} channels, which no picture has; leave `as_is` out")
    channels = planes if model.fan_in == 3 else np.tensordot(LUMA_WEIGHTS, planes, axes=1)[None]
    return Samples(features=backend.asarray(np.ascontiguousarray(channels[:, None])))


def write_png(path: Path, pixels: np.ndarray, *, force: bool) -> None:
    """Write what came out, ``(h, w, 3)`` uint8: a picture as any other, for its source is not in it.

    Raises:
        LimnerError: the file cannot be written, or exists and ``force`` is not given.
    """
    from PIL import Image

    with atomic_write(path, force=force) as file:
        Image.fromarray(pixels).save(file, "PNG", optimize=True)
