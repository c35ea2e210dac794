"""What to write of an artwork between its buttons, all of it checked before the first file is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.artworks.interpolation import files as outputs
from limner.artworks.interpolation.codes import LatentWalk, UnseenCode, code_name, latent_walk, unseen_codes
from limner.composition.conditioning import training_codes_of
from limner.errors import LimnerError
from limner.formats.video_files import check_durations
from limner.utils.atomic_files import check_target
from limner.utils.limits import MAX_SEED
from limner.utils.seeding import draw_seed

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.stages.backend import Backend

MAX_SAMPLES = 10_000
MAX_NAME_LENGTH = 200
"""Characters of a file's name; file systems take a few more."""


@dataclass(frozen=True)
class InterpolationPlan:
    """Files of one artwork, all of them checked before the first is written.

    Attributes:
        artwork: whose buttons are pressed.
        sheet: the page of all pairs; None for none.
        walk: the movie of the walk; None for none.
        settings: the walk's.
        movie: parameters of the movie's format.
        samples: unseen codes, each with its file.
        seed: the seed of those codes.
        size: width and height of the sheet's pictures and of the walk; None for their defaults.
        force: overwrite existing files.
    """

    artwork: Artwork
    sheet: Path | None
    walk: str | None
    walk_settings: LatentWalk
    video_options: Mapping[str, Any] = field(default_factory=dict)
    samples: Sequence[tuple[Path, UnseenCode]] = ()
    seed: int = 0
    size: tuple[int, int] | None = None
    force: bool = False

    def write_sheet(self, backend: Backend) -> None:
        """Write the sheet, if there is to be one.

        Raises:
            LimnerError: it cannot be written.
        """
        if self.sheet:
            outputs.write_press_sheet(self.sheet, self.artwork, backend, size=self.size, force=self.force)

    def write_walk(self, backend: Backend) -> int:
        """Write the walk, if there is to be one, and return its number of frames.

        Raises:
            LimnerError: it cannot be written.
        """
        if not self.walk:
            return 0
        kept: Any = {"size": self.size, "options": self.video_options, "force": self.force}
        return outputs.write_walk(self.walk, self.artwork, self.walk_settings, backend, **kept)

    def save_samples(self, backend: Backend, **finish: Any) -> Iterator[tuple[Path, UnseenCode]]:
        """Write the pictures of the unseen codes, and yield each with its code as soon as it is complete.

        Args:
            backend: where the pixels are computed.
            finish: how the pictures are written, as in ``Artwork.save``.

        Raises:
            LimnerError: one cannot be written.
        """
        for path, sample in self.samples:
            self.artwork.press(sample.code).save(path, backend=backend, force=self.force, **finish)
            yield path, sample


def plan_interpolation(
    artwork: Artwork,
    source: Path,
    *,
    sheet: Path | None = None,
    walk: str | None = None,
    steps: Mapping[str, Any] | None = None,
    movie: Mapping[str, Any] | None = None,
    samples: int | None = None,
    seed: int | None = None,
    size: tuple[int, int] | None = None,
    folder: Path = Path(),
    pictures: Sequence[Path] = (),
    force: bool = False,
) -> InterpolationPlan:
    """Return what is to be written of an artwork, after checking all of it.

    Args:
        artwork: one with buttons.
        source: its file, which only a picture that holds θ may replace.
        sheet: where the page of all pairs goes.
        walk: where the movie goes.
        steps: the walk's settings, by name.
        movie: parameters of the movie's format.
        samples: how many unseen codes.
        seed: of those codes; by default a fresh one.
        size: width and height of the sheet's pictures and of the walk.
        folder: where the pictures of unseen codes go.
        pictures: files that hold θ and are written besides.
        force: overwrite existing files.

    Raises:
        LimnerError: the artwork has no buttons, a number is wrong, or a file cannot be written.
    """
    settings = latent_walk(steps or {})
    stations = training_codes_of(artwork.recipe)
    if samples is not None and not 1 <= samples <= MAX_SAMPLES:
        raise LimnerError(f"`samples`: must be 1 to {MAX_SAMPLES:,}, got {samples}")
    if seed is not None and not 0 <= seed <= MAX_SEED:
        raise LimnerError(f"`seed`: must be 0 to {MAX_SEED}, got {seed}")
    drawn = draw_seed() if seed is None else seed
    codes = unseen_codes(samples, stations, drawn) if samples else []
    if sheet:
        outputs.check_press_sheet(sheet, artwork, size=size, force=force)
    if walk:
        check_durations(walk, ["walk.fps"] if "rate" in (steps or {}) else [], movie)
        outputs.check_walk(walk, artwork, settings, size=size, options=movie, force=force)
    files = [folder / name for name in _names(codes)]
    for file in files:
        check_target(file, force=force)
    _check_distinct([*pictures, *([sheet] if sheet else []), *([Path(walk)] if walk else []), *files], pictures, source)
    drawn_files = list(zip(files, codes, strict=True))
    return InterpolationPlan(artwork, sheet, walk, settings, movie or {}, drawn_files, drawn, size, force)


def _names(codes: Sequence[UnseenCode]) -> list[str]:
    """Return the name of each code's file: the code itself, unless that is too long for a name."""
    names = [code_name(sample.code) for sample in codes]
    if max(map(len, names), default=0) > MAX_NAME_LENGTH:
        names = [f"{sample.kind}-{i + 1}" for i, sample in enumerate(codes)]
    return [f"{name}.png" for name in names]


def _check_distinct(files: Sequence[Path], pictures: Sequence[Path], source: Path) -> None:
    """Refuse two outputs in one file, and outputs without θ in the place of the artwork itself."""
    places = [file.resolve() for file in files]
    for i, file in enumerate(files):
        if places[i] in places[:i]:
            raise LimnerError(f"{file}: two files would go into one; name another")
        if places[i] == source.resolve() and file not in pictures:
            raise LimnerError(f"{file}: is the artwork itself, and what it learned would be lost; name another file")
