"""Read the states of a fit. Nothing in the file is trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.artworks.evolution import is_outdated
from limner.artworks.files.contents import STATES_FILE
from limner.artworks.loader import assemble
from limner.composition.conditioning import with_weights
from limner.errors import ArtworkError, LimnerError
from limner.figures.mosaic import MAX_MOSAIC_PICTURES, mosaic_layout
from limner.formats.manifest import MAX_PSNR, MAX_STEPS, TrainingRecord
from limner.imaging.target import read_target
from limner.registry.attribution import attributing
from limner.training.states.settings import MAX_STATES
from limner.training.states.state_file import FIELDS, FREE, KeptState
from limner.training.states.state_header import METADATA_KEY, StateHeader, read_header
from limner.utils.arguments import check_path
from limner.utils.paths import exists, os_reason

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.utils.paths import StrPath

ORIGINAL_FILE = "original.png"


@dataclass(frozen=True, eq=False)
class FitStates(Sequence[KeptState]):
    """The states of a fit, in the order of their steps; the last one is its result.

    As a sequence it has the step, the PSNR and the loss of each state. θ is read when it is needed.

    Attributes:
        file: the file of the states.
        states: the states.
        codes: the code of each image, float32 ``(images, buttons)``; empty for a single image without buttons.
        header: the metadata of the file.
    """

    file: Path
    states: tuple[KeptState, ...]
    codes: np.ndarray
    header: StateHeader

    def __len__(self) -> int:
        return len(self.states)

    def __getitem__(self, index: Any) -> Any:
        return self.states[index]

    @property
    def folder(self) -> Path:
        """The folder of the file."""
        return self.file.parent

    @property
    def images(self) -> int:
        """The number of images that a mosaic shows, 1 unless the fit learned several."""
        return max(1, len(self.codes))

    def theta(self, index: int) -> np.ndarray:
        """Return the θ of a state as the file has it, 1-D float32.

        Raises:
            ArtworkError: the file is damaged, or has changed since it was opened.
        """
        position = range(len(self))[index]
        try:
            with _opened(self.file) as tensors:
                theta = np.array(tensors.get_slice("theta")[position], dtype=np.float32)
        except _read_errors() as error:
            raise _damaged(self.file) from error
        if not np.isfinite(theta).all():
            raise _damaged(self.file)
        return theta

    def artwork(self, index: int) -> Artwork:
        """Return a state as an artwork, with its step, loss and PSNR as the record of the training.

        Raises:
            ArtworkError: the file is damaged, or needs a package that is missing.
        """
        position, theta = range(len(self))[index], self.theta(index)
        if self._is_outdated or position == len(self) - 1:
            art = assemble(self.file, self.header.manifest_of(theta), theta)
        else:
            theta.flags.writeable = False
            art = replace(self.result, theta=theta)
        state = self.states[position]
        psnr = min(max(state.psnr, -MAX_PSNR), MAX_PSNR)
        return replace(art, training=TrainingRecord(steps=state.step, loss=state.loss, psnr=psnr))

    @cached_property
    def result(self) -> Artwork:
        """The last state as an artwork."""
        return self.artwork(-1)

    def pictures(self, artwork: Artwork) -> list[Artwork]:
        """Return an artwork of this fit once for each image that a mosaic shows, with the image's code.

        Args:
            artwork: a state, or an artwork with the same recipe.
        """
        if not len(self.codes):
            return [artwork]
        return [replace(artwork, recipe=with_weights(artwork.recipe, [float(w) for w in code])) for code in self.codes]

    def original(self) -> np.ndarray:
        """Return the images as the fit has learned them, RGB or RGBA ``(h, w, c)`` uint8; several are a mosaic.

        Raises:
            LimnerError: the picture is missing or damaged, or has another number of images.
        """
        path = self.folder / ORIGINAL_FILE
        if not exists(path):
            raise LimnerError(f"{path}: is missing; without it, the states have no original to show")
        pixels = read_target(str(path)).pixels()
        columns, rows = mosaic_layout(self.images)
        if pixels.shape[0] % rows or pixels.shape[1] % columns:
            raise ArtworkError(f"{path}: is not the original of these states, a mosaic of {self.images} images")
        return pixels

    @cached_property
    def _is_outdated(self) -> bool:
        return is_outdated(self.header.first_manifest().recipe)


def is_states(path: StrPath) -> bool:
    """Return whether a path is a folder with the states of a fit, or their file."""
    path = check_path("path", path)
    return path.name == STATES_FILE or exists(path / STATES_FILE)


@attributing()
def read_states(path: StrPath) -> FitStates:
    """Read the states that a fit has kept.

        states = read_states("states")
        states.artwork(0).save("start.png")

    Args:
        path: the folder, or its file ``states.safetensors``.

    Raises:
        ArtworkError: there are no states, the file is damaged, or its recipe needs a package that is missing.
        LimnerError: the file cannot be read.
    """
    path = check_path("path", path)
    file = path if path.name == STATES_FILE else path / STATES_FILE
    if not exists(file):
        raise ArtworkError(
            f"{path}: contains no states of a fit; on the command line, limner fit --keep-states FOLDER keeps them"
        )
    if not file.is_file():
        raise ArtworkError(f"{file}: is not a file, so it contains no states of a fit")
    try:
        with _opened(file) as tensors:
            text = (tensors.metadata() or {}).get(METADATA_KEY)
            if text is None:
                raise ArtworkError("contains tensors, but no states of a fit")
            header = read_header(text)
            size = header.first_manifest().theta_size
            _check_tensors(tensors, size)
            steps, psnr, loss, codes = (tensors.get_tensor(name) for name in ("step", "psnr", "loss", "codes"))
    except OSError as error:
        raise LimnerError(f"{file}: cannot be read: {os_reason(error)}") from error
    except ArtworkError as error:
        raise ArtworkError(f"{file}: {error}") from error
    except _read_errors() as error:
        raise _damaged(file) from error
    count = int(np.argmax(steps == FREE)) if (steps == FREE).any() else len(steps)
    steps, psnr, loss = steps[:count], psnr[:count], loss[:count]
    if not count:
        raise ArtworkError(f"{file}: contains no state; run the fit again")
    if not (_are_steps(steps) and (psnr > -np.inf).all() and np.isfinite(loss).all()):
        raise _damaged(file)
    if not np.isfinite(codes).all():
        raise _damaged(file)
    states = tuple(KeptState(int(s), float(p), float(x)) for s, p, x in zip(steps, psnr, loss, strict=True))
    return FitStates(file, states, codes, header)


def _check_tensors(tensors: Any, size: int) -> None:
    """Check the names, types and shapes of the tensors.

    Raises:
        ValueError: they are not those of a file of states.
    """
    slices = {name: tensors.get_slice(name) for name in FIELDS}
    if set(tensors.keys()) != set(FIELDS):
        raise ValueError("other tensors")
    shapes = {name: tuple(one.get_shape()) for name, one in slices.items()}
    rows = shapes["theta"][0]
    expected = {"step": (rows,), "psnr": (rows,), "loss": (rows,), "theta": (rows, size)}
    kinds = {name: kind for name, (kind, _) in FIELDS.items()}
    if len(shapes["codes"]) != 2 or shapes["codes"][0] > MAX_MOSAIC_PICTURES:
        raise ValueError("other codes")
    if any(shapes[name] != shape for name, shape in expected.items()):
        raise ValueError("other shapes")
    if any(one.get_dtype() != kinds[name] for name, one in slices.items()) or rows > 2 * MAX_STATES:
        raise ValueError("other types")


def _are_steps(steps: np.ndarray) -> bool:
    """Return whether integers are rising steps that a record of a training can contain."""
    return bool((steps >= 0).all() and (steps <= MAX_STEPS).all() and (np.diff(steps) > 0).all())


def _opened(file: Path) -> Any:
    from safetensors import safe_open

    return safe_open(str(file), framework="numpy")


def _read_errors() -> tuple[type[Exception], ...]:
    """Return the errors that a damaged file may raise."""
    from safetensors import SafetensorError

    return (SafetensorError, OSError, ValueError, TypeError, KeyError, IndexError)


def _damaged(file: Path) -> ArtworkError:
    return ArtworkError(f"{file}: is damaged or not a file of states; run the fit again")
