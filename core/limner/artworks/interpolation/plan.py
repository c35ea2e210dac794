"""Plans of interpolation files: everything to write, checked before the first file is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.artworks.interpolation.codes import UnseenCode, code_name, unseen_codes
from limner.artworks.interpolation.press_sheet import check_press_sheet, write_press_sheet
from limner.composition.conditioning import training_codes_of
from limner.errors import LimnerError
from limner.utils.atomic_files import check_target
from limner.utils.limits import MAX_SEED
from limner.utils.paths import real_path
from limner.utils.seeding import draw_seed

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.stages.backend import Backend

MAX_SAMPLES = 10_000
MAX_NAME_LENGTH = 200
"""The maximum length of a file name, in characters; file systems allow a few more."""


@dataclass(frozen=True)
class InterpolationPlan:
    """The interpolation files of one artwork, checked before the first is written.

    Attributes:
        artwork: the artwork, which has buttons.
        sheet: the output path of the contact sheet of all pairs, or None.
        samples: unseen codes, each with its output path.
        seed: the seed of the unseen codes.
        size: width and height of the sheet's pictures, in pixels; None for the default.
        force: overwrite existing files.
    """

    artwork: Artwork
    sheet: Path | None
    samples: Sequence[tuple[Path, UnseenCode]] = ()
    seed: int = 0
    size: tuple[int, int] | None = None
    force: bool = False

    def write_sheet(self, backend: Backend) -> None:
        """Write the contact sheet, if the plan has one.

        Raises:
            LimnerError: the contact sheet cannot be written.
        """
        if self.sheet:
            write_press_sheet(self.sheet, self.artwork, backend, size=self.size, force=self.force)

    def save_samples(self, backend: Backend, **finish: Any) -> Iterator[tuple[Path, UnseenCode]]:
        """Write the pictures of the unseen codes, and yield the path and code of each as soon as it is complete.

        Args:
            backend: the array backend.
            finish: further arguments of ``Artwork.save``.

        Raises:
            LimnerError: a picture cannot be written.
        """
        for path, sample in self.samples:
            self.artwork.press(sample.code).save(path, backend=backend, force=self.force, **finish)
            yield path, sample


def plan_interpolation(
    artwork: Artwork,
    source: Path,
    *,
    sheet: Path | None = None,
    samples: int | None = None,
    seed: int | None = None,
    size: tuple[int, int] | None = None,
    folder: Path = Path(),
    pictures: Sequence[Path] = (),
    force: bool = False,
) -> InterpolationPlan:
    """Return the plan of an artwork's interpolation files, after checking all of it.

    Args:
        artwork: an artwork with buttons.
        source: the file of the artwork; only a picture that contains θ may overwrite it.
        sheet: the output path of the contact sheet of all pairs.
        samples: the number of unseen codes.
        seed: the seed of the unseen codes. Default: a random one.
        size: width and height of the sheet's pictures, in pixels.
        folder: the folder for the pictures of unseen codes.
        pictures: other pictures that the caller writes, which contain θ.
        force: overwrite existing files.

    Raises:
        LimnerError: the artwork has no buttons, a number is out of range, or a file cannot be written.
    """
    training_codes = training_codes_of(artwork.recipe)
    if samples is not None and not 1 <= samples <= MAX_SAMPLES:
        raise LimnerError(f"`samples`: must be 1 to {MAX_SAMPLES:,}, got {samples}")
    if seed is not None and not 0 <= seed <= MAX_SEED:
        raise LimnerError(f"`seed`: must be 0 to {MAX_SEED}, got {seed}")
    seed = draw_seed() if seed is None else seed
    codes = unseen_codes(samples, training_codes, seed) if samples else []
    if sheet:
        check_press_sheet(sheet, artwork, size=size, force=force)
    files = [folder / name for name in _names(codes)]
    for file in files:
        check_target(file, force=force)
    _check_distinct([*pictures, *([sheet] if sheet else []), *files], pictures, source)
    return InterpolationPlan(
        artwork=artwork,
        sheet=sheet,
        samples=list(zip(files, codes, strict=True)),
        seed=seed,
        size=size,
        force=force,
    )


def _names(codes: Sequence[UnseenCode]) -> list[str]:
    """Return the file name of each code: the code itself, or its kind and number if that is too long."""
    names = [code_name(sample.code) for sample in codes]
    if max(map(len, names), default=0) > MAX_NAME_LENGTH:
        names = [f"{sample.kind}-{i + 1}" for i, sample in enumerate(codes)]
    return [f"{name}.png" for name in names]


def _check_distinct(files: Sequence[Path], pictures: Sequence[Path], source: Path) -> None:
    """Raise an error if two outputs have the same path, or if one without θ would overwrite the artwork itself."""
    resolved = [real_path(file) for file in files]
    for i, file in enumerate(files):
        if resolved[i] in resolved[:i]:
            raise LimnerError(f"{file}: two outputs are the same file; choose another name")
        if resolved[i] == real_path(source) and file not in pictures:
            raise LimnerError(f"{file}: is the artwork itself, whose parameters would be lost; choose another name")
