"""Plans of interpolation files: everything to write, checked before the first file is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.artworks.interpolation import files as outputs
from limner.artworks.interpolation.codes import ButtonWalk, UnseenCode, button_walk, code_name, unseen_codes
from limner.artworks.interpolation.latent_loop import LatentLoop, latent_loop
from limner.artworks.interpolation.loop_movie import check_loop, write_loop
from limner.composition.conditioning import training_codes_of
from limner.errors import LimnerError
from limner.formats.video_files import check_durations
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
        artwork: the artwork, which has buttons, or a latent vector for a loop.
        sheet: the output path of the contact sheet of all pairs, or None.
        walk: the output path of the walk from button to button, or None.
        walk_settings: the settings of this walk.
        video_options: settings of the video format, by name.
        samples: unseen codes, each with its output path.
        seed: the seed of the unseen codes and of the loop.
        size: width and height of the sheet's pictures and of the movies, in pixels; None for their defaults.
        loop: the output path of the loop through the latent space, or None.
        loop_settings: the settings of the loop.
        force: overwrite existing files.
    """

    artwork: Artwork
    sheet: Path | None
    walk: str | None
    walk_settings: ButtonWalk
    video_options: Mapping[str, Any] = field(default_factory=dict)
    samples: Sequence[tuple[Path, UnseenCode]] = ()
    seed: int = 0
    size: tuple[int, int] | None = None
    loop: str | None = None
    loop_settings: LatentLoop = field(default_factory=LatentLoop)
    force: bool = False

    def write_sheet(self, backend: Backend) -> None:
        """Write the contact sheet, if the plan has one.

        Raises:
            LimnerError: the contact sheet cannot be written.
        """
        if self.sheet:
            outputs.write_press_sheet(self.sheet, self.artwork, backend, size=self.size, force=self.force)

    def write_walk(self, backend: Backend) -> int:
        """Write the walk from button to button, if the plan has one, and return its number of frames.

        Raises:
            LimnerError: the movie cannot be written.
        """
        if not self.walk:
            return 0
        options: Any = {"size": self.size, "options": self.video_options, "force": self.force}
        return outputs.write_walk(self.walk, self.artwork, self.walk_settings, backend, **options)

    def write_loop(self, backend: Backend) -> int:
        """Write the loop through the latent space, if the plan has one, and return its number of frames.

        Raises:
            LimnerError: the movie cannot be written.
        """
        if not self.loop:
            return 0
        options: Any = {"seed": self.seed, "size": self.size, "options": self.video_options, "force": self.force}
        return write_loop(self.loop, self.artwork, self.loop_settings, backend, **options)

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
    walk: str | None = None,
    walk_settings: Mapping[str, Any] | None = None,
    loop: str | None = None,
    loop_settings: Mapping[str, Any] | None = None,
    video_options: Mapping[str, Any] | None = None,
    samples: int | None = None,
    seed: int | None = None,
    size: tuple[int, int] | None = None,
    folder: Path = Path(),
    pictures: Sequence[Path] = (),
    force: bool = False,
) -> InterpolationPlan:
    """Return the plan of an artwork's interpolation files, after checking all of it.

    Args:
        artwork: an artwork with buttons; for a loop alone, one with a latent vector.
        source: the file of the artwork; only a picture that contains θ may overwrite it.
        sheet: the output path of the contact sheet of all pairs.
        walk: the output path of the walk from button to button.
        walk_settings: the settings of this walk, by name.
        loop: the output path of the loop through the latent space.
        loop_settings: the settings of the loop, by name.
        video_options: settings of the video format, by name.
        samples: the number of unseen codes.
        seed: the seed of the unseen codes and of the loop. Default: a random one.
        size: width and height of the sheet's pictures and of the movies, in pixels.
        folder: the folder for the pictures of unseen codes.
        pictures: other pictures that the caller writes, which contain θ.
        force: overwrite existing files.

    Raises:
        LimnerError: the artwork has no buttons or no latent vector, a number is out of range, or a file cannot be
            written.
    """
    checked_walk, checked_loop = button_walk(walk_settings or {}), latent_loop(loop_settings or {})
    needs_buttons = not loop or bool(sheet or walk or samples is not None)
    training_codes = training_codes_of(artwork.recipe) if needs_buttons else []
    if samples is not None and not 1 <= samples <= MAX_SAMPLES:
        raise LimnerError(f"`samples`: must be 1 to {MAX_SAMPLES:,}, got {samples}")
    if seed is not None and not 0 <= seed <= MAX_SEED:
        raise LimnerError(f"`seed`: must be 0 to {MAX_SEED}, got {seed}")
    seed = draw_seed() if seed is None else seed
    codes = unseen_codes(samples, training_codes, seed) if samples else []
    if sheet:
        outputs.check_press_sheet(sheet, artwork, size=size, force=force)
    if walk:
        check_durations(walk, ["walk.fps"] if "fps" in (walk_settings or {}) else [], video_options)
        outputs.check_walk(walk, artwork, checked_walk, size=size, options=video_options, force=force)
    if loop:
        check_loop(loop, artwork, checked_loop, size=size, options=video_options, force=force)
    files = [folder / name for name in _names(codes)]
    for file in files:
        check_target(file, force=force)
    movies = [Path(movie) for movie in (walk, loop) if movie]
    _check_distinct([*pictures, *([sheet] if sheet else []), *movies, *files], pictures, source)
    return InterpolationPlan(
        artwork=artwork,
        sheet=sheet,
        walk=walk,
        walk_settings=checked_walk,
        video_options=video_options or {},
        samples=list(zip(files, codes, strict=True)),
        seed=seed,
        size=size,
        loop=loop,
        loop_settings=checked_loop,
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
