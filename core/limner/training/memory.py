"""Estimates of the memory that training needs, checked before training starts."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from limner.imaging.target import shrunk
from limner.stages.optimization.image_trainer import image_trainer_of
from limner.training.batches.features import MAX_FEATURE_BYTES
from limner.training.batches.tiling import IMAGE_TILE_PIXELS
from limner.utils.resources import available_memory, require_memory

if TYPE_CHECKING:
    from limner.models.field import FieldModel
    from limner.models.image_to_image import ImageToImageModel
    from limner.stages.backend import Backend
    from limner.stages.optimization.trainer import Trainer
    from limner.training.plan import FitPlan

MAX_MEMORY_FRACTION = 0.9
"""The fraction of the free memory that a suggested size may take."""


def check_fit_memory(plan: FitPlan, model: FieldModel, backend: Backend) -> None:
    """Check that a fit fits in the free memory.

    Raises:
        LimnerError: the network or the images need more; the message suggests a fix.
    """
    size, images, planes = plan.target.size, len(plan.target_set), len(plan.target.planes)
    units = sum(e.shape[0] for e in model.layout.parameters if len(e.shape) == 2 and e.trainable)
    at_once = min(backend.tile, size[0] * size[1]) * backend.parallelism()
    if model.raster_size:  # the pixels are units of the last layer, and the samples are images
        width, height = model.raster_size
        at_once = min(images, max(1, IMAGE_TILE_PIXELS // (width * height)))
    network = 12 * at_once * units + 12 * 4 * model.layout.size
    features = 0 if model.is_raster else 4 * model.fan_in
    if features * images * size[0] * size[1] > MAX_FEATURE_BYTES:
        features = 0
    free = available_memory()
    _require(network, "with this network", "choose a smaller network", free)
    check_training_memory(plan.target.name, size, images * (24 + 24 * planes + 3 * features), free - network)


def check_training_memory(name: str, size: tuple[int, int], bytes_per_point: float, free: int | None = None) -> None:
    """Check that training on an image fits in the free memory.

    Args:
        name: the image's name, for the message.
        size: width and height of the training image.
        bytes_per_point: bytes for each pixel.
        free: the free bytes; by default those of the machine.

    Raises:
        LimnerError: it needs more; the message suggests a ``train_size`` that fits.
    """
    free = available_memory() if free is None else free
    need = size[0] * size[1] * bytes_per_point
    if need <= free:
        return

    def bytes_at(longest: int) -> float:
        width, height = shrunk(size, longest)
        return width * height * bytes_per_point

    largest = bisect_right(range(1, max(size) + 1), MAX_MEMORY_FRACTION * free, key=bytes_at)
    digits = 10 ** max(0, len(str(largest)) - 2)
    fix = (
        f"set `train_size` to {largest // digits * digits}"
        if largest
        else "close other programs, or choose a smaller network"
    )
    _require(need, f"{name} at {size[0]}x{size[1]}", fix, free)


def check_one_image_memory(model: ImageToImageModel, size: tuple[int, int]) -> None:
    """Check, before any image is read, that training on a single image of a size fits in the free memory.

    Raises:
        LimnerError: it needs more.
    """
    _check_images(size, _network_bytes(model, model.feature_size(size), 1))


def check_images_memory(
    model: ImageToImageModel, trainer: Trainer, size: tuple[int, int], target: tuple[int, int], images: int
) -> None:
    """Check that training on a batch of images fits in the free memory.

    Args:
        model: the model to train.
        trainer: its trainer.
        size: width and height of the network's input.
        target: width and height of its output.
        images: number of images in memory at once.

    Raises:
        LimnerError: it needs more.
    """
    of_trainer = 4 * images * image_trainer_of(trainer).training_floats(model.fan_in, target)
    _check_images(size, _network_bytes(model, size, images) + of_trainer)


def _network_bytes(model: ImageToImageModel, size: tuple[int, int], images: int) -> int:
    """Return the bytes of θ, its gradient, the trainer's state, and the activations of a number of images."""
    floats = model.image_network.training_floats(model.fan_in, model.fan_out, size)
    return 4 * images * floats + 4 * 8 * model.layout.size


def _check_images(size: tuple[int, int], need: int) -> None:
    fix = "choose a smaller `size`, network or trainer.batch"
    _require(need, f"with this network at {size[0]}x{size[1]}", fix, available_memory())


def _require(need: float, what: str, fix: str, free: int) -> None:
    require_memory(need, f"training {what} would take about", fix, free=free)
