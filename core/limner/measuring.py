"""The file that a fit writes: whether it can be written, asked before; how near it is to the picture, asked after."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from limner import models
from limner.artwork import Artwork
from limner.container import SUFFIX
from limner.formats import reading
from limner.quality import Quality, quality
from limner.targets import read_target

if TYPE_CHECKING:
    from limner.backend import Backend
    from limner.fitting import Job

ALIKE = 0.02
"""How far two aspects may be apart, of each other."""


class Measured(NamedTuple):
    """A file beside the picture that was learned, both as levels ``(h, w, c)``, and how near they are."""

    original: np.ndarray
    painted: np.ndarray
    quality: Quality


def check_file(job: Job, path: Path, *, dpi: float, options: Mapping[str, Any], force: bool) -> None:
    """Refuse early a file that the picture could not be written to in the end.

    Raises:
        LimnerError: the format, the disk or the memory does not take it.
    """
    length = models.model_of(models.model_of(job.recipe).settled()).layout.size
    empty = np.broadcast_to(np.float32(0), (length,))  # of no memory of its own
    Artwork(job.recipe, empty).check(path, dpi=dpi, options=options, force=force)


def measure(path: Path, job: Job, artwork: Artwork, backend: Backend) -> Measured:
    """How near a written file is to the picture.

    Where the file has another aspect than the picture, whose frame then shows more or less of it, or more pixels, the
    artwork is painted at the picture's own size instead.

    Raises:
        LimnerError: a file cannot be read.
    """
    (width, height), whole = artwork.recipe.size, job.target.original_size
    alike = abs(width / height * whole[1] / whole[0] - 1) < ALIKE and width * height <= whole[0] * whole[1]
    if not alike or path.suffix.lower() == SUFFIX:
        painted = artwork.render(whole, backend=backend)
    else:
        with reading(path) as (file, writer):
            painted = np.concatenate(list(writer.read_pixels(file)[1]))
    target, shown = job.target, (painted.shape[1], painted.shape[0])
    if target.size != shown:
        target = read_target(target.name, gray=target.gray, background=job.background, size=shown)
    original = target.pixels()
    return Measured(original, painted, quality(original, painted))
