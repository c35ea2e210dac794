"""Estimates of the memory that training takes, checked before it starts."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from limner.imaging.target import shrunk
from limner.stages.optimization.image_trainer import image_trainer_of
from limner.training.batches.tiling import IMAGE_TILE_PIXELS
from limner.training.image_problem import KEPT_FEATURES
from limner.utils.resources import available_memory, require_memory

if TYPE_CHECKING:
    from limner.models.field import FieldModel
    from limner.models.image_to_image import ImageToImageModel
    from limner.stages.backend import Backend
    from limner.stages.optimization.trainer import Trainer
    from limner.training.plan import FitPlan

SHARE = 0.9
"""Share of the free memory that a suggested size may take."""


def check_fit_memory(plan: FitPlan, model: FieldModel, backend: Backend) -> None:
    """Refuse a fit that takes more memory than is free.

    Raises:
        LimnerError: the network or the images take too much; the message suggests what fits.
    """
    size, images, planes = plan.target.size, len(plan.target_set), len(plan.target.planes)
    units = sum(e.shape[0] for e in model.layout.parameters if len(e.shape) == 2 and e.trainable)
    at_once = min(backend.tile, size[0] * size[1]) * backend.parallelism()
    if model.raster_size:  # the pixels are units of the last layer: the samples are images
        width, height = model.raster_size
        at_once = min(images, max(1, IMAGE_TILE_PIXELS // (width * height)))
    network = 12 * at_once * units + 12 * 4 * model.layout.size
    features = 0 if model.is_raster else 4 * model.fan_in
    if features * images * size[0] * size[1] > KEPT_FEATURES:
        features = 0
    free = available_memory()
    _require(network, "with this network", "choose a smaller one", free)
    check_training_memory(plan.target.name, size, images * (24 + 24 * planes + 3 * features), free - network)


def check_training_memory(name: str, size: tuple[int, int], bytes_per_point: float, free: int | None = None) -> None:
    """Refuse an image that takes more memory than is free.

    Args:
        name: the image's name, for the message.
        size: width and height of what is learned.
        bytes_per_point: the bytes that each pixel takes in training.
        free: the free bytes; by default those of the machine.

    Raises:
        LimnerError: it takes more; the message suggests a ``--train-size`` that fits.
    """
    free = available_memory() if free is None else free
    need = size[0] * size[1] * bytes_per_point
    if need <= free:
        return

    def takes(longest: int) -> float:
        width, height = shrunk(size, longest)
        return width * height * bytes_per_point

    fits = bisect_right(range(1, max(size) + 1), SHARE * free, key=takes)
    digits = 10 ** max(0, len(str(fits)) - 2)
    mend = f"`train_size` {fits // digits * digits} fits" if fits else "end other programs, or choose a smaller network"
    _require(need, f"{name} at {size[0]}x{size[1]}", mend, free)


def check_one_image_memory(model: ImageToImageModel, size: tuple[int, int]) -> None:
    """Refuse a network that cannot learn from a single image of a size, before any image is read.

    Raises:
        LimnerError: it takes more memory than is free.
    """
    _check_images(size, _network_bytes(model, model.feature_size(size), 1))


def check_images_memory(
    model: ImageToImageModel, trainer: Trainer, size: tuple[int, int], target: tuple[int, int], images: int
) -> None:
    """Refuse a training that takes more memory than is free.

    Args:
        model: the model that learns.
        trainer: its trainer.
        size: width and height of the network's input.
        target: width and height of its output.
        images: how many images are in memory at once.

    Raises:
        LimnerError: it takes more memory than is free.
    """
    of_trainer = 4 * images * image_trainer_of(trainer).training_floats(model.fan_in, target)
    _check_images(size, _network_bytes(model, size, images) + of_trainer)


def _network_bytes(model: ImageToImageModel, size: tuple[int, int], images: int) -> int:
    """Return the bytes of θ, its gradient and the trainer's state, and of the network's values for so many images."""
    floats = model.image_network.training_floats(model.fan_in, model.fan_out, size)
    return 4 * images * floats + 4 * 8 * model.layout.size


def _check_images(size: tuple[int, int], need: int) -> None:
    mend = "choose a smaller `size`, network or trainer.batch"
    _require(need, f"with this network at {size[0]}x{size[1]}", mend, available_memory())


def _require(need: float, what: str, mend: str, free: int) -> None:
    require_memory(need, f"learning {what} would take about", mend, free=free)
