"""A series: artworks of one recipe, one for each of several seeds, and the contact sheet that shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.artworks import painting, recipe_sources
from limner.errors import LimnerError
from limner.imaging.canvas import Canvas
from limner.registry.events import FileSaved
from limner.registry.registry import registry
from limner.utils.atomic_files import check_target
from limner.utils.seeding import draw_seed

if TYPE_CHECKING:
    import numpy as np

    from limner.artworks.artwork import Artwork
    from limner.composition.recipe import Recipe
    from limner.stages.backend import Backend

MAX_COUNT = 10_000
THUMBNAIL_SIDE = 256
"""Pixels of the longer side of a picture on a contact sheet."""


@dataclass(frozen=True, eq=False)
class Series:
    """Artworks that differ by their seeds alone.

    Attributes:
        name: what the recipe is called; files are named after it.
        first: the artwork of the first seed.
        seeds: one for each artwork.
        untrained: whether the recipe has a trainer, and no artwork whose parameters it could continue from.
    """

    name: str
    first: Artwork
    seeds: tuple[int, ...]
    untrained: bool = False

    def __iter__(self) -> Iterator[Artwork]:
        """Draw the artworks one at a time."""
        for seed in self.seeds:
            yield self.first if seed == self.first.seed else painting.init_artwork(self.first.recipe.with_seed(seed))

    def paths(self, folder: Path) -> list[Path]:
        """Return a file for each artwork: ``RECIPE-SEED.png`` in a folder."""
        stem = Path(self.name).stem.removesuffix(f"-{self.first.seed}")
        return [folder / f"{stem}-{seed}.png" for seed in self.seeds]

    def check(
        self,
        *,
        sheet: Path | None = None,
        region: tuple[int, int, int, int] | None = None,
        supersample: int = 1,
        time: float = 0.0,
        force: bool = False,
    ) -> None:
        """Refuse early what ``save`` would refuse.

        Raises:
            LimnerError: a seed, the region, the samples or the time is impossible, or the sheet cannot be written.
        """
        self.first.recipe.with_seed(max(self.seeds))
        Canvas(self.first.recipe.size, region, supersample, time)
        if sheet:
            from limner.figures.contact_sheet import check_sheet  # most series are single pictures

            check_sheet(sheet, len(self.seeds), force=force)

    def save(
        self,
        paths: Sequence[Path],
        *,
        sheet: Path | None = None,
        backend: Backend,
        force: bool = False,
        **finish: Any,
    ) -> Iterator[tuple[Artwork, Path | None]]:
        """Draw the artworks one at a time, and write each to its file; the contact sheet follows the last.

        Args:
            paths: a file for each artwork; if empty, only the sheet is written.
            sheet: the contact sheet's file, a .png; none by default.
            backend: where the pixels are computed.
            force: overwrite existing files.
            finish: how the pictures are written, as in ``Artwork.save``.

        Yields:
            An artwork and its file, None if it has none, as soon as the file is complete.

        Raises:
            LimnerError: a file cannot be written, or two outputs name one file.
        """
        for path in paths:
            if sheet and path.absolute() == sheet.absolute():
                raise LimnerError(f"{sheet}: the sheet and a picture would go into one file; name another")
            check_target(path, force=force)
        cells: list[tuple[str, np.ndarray]] = []
        for i, artwork in enumerate(self):
            if paths:
                artwork.save(paths[i], backend=backend, force=force, **finish)
            yield artwork, paths[i] if paths else None
            if sheet:
                cells.append((str(artwork.seed), thumbnail(artwork, backend)))
        if sheet:
            from limner.figures.contact_sheet import write_sheet

            record = {
                "name": Path(self.name).stem,
                "recipe": self.first.recipe.table(),
                "seeds": [int(label) for label, _ in cells],
            }
            write_sheet(sheet, cells, record, force=force)
            registry().emit(FileSaved(sheet))


def series_of(
    recipe: str | Path | Recipe | Mapping[str, Any],
    *,
    name: str = "",
    seed: int | None = None,
    count: int = 1,
    seeds: Sequence[int] = (),
    **choices: Any,
) -> Series:
    """Return a recipe's series.

    Args:
        recipe: from any source, as in ``limner.paint``.
        name: what the recipe is called; by default the name or path that it is given by, or else its title.
        seed: the first seed; by default the recipe's, or else a fresh one.
        count: how many seeds follow one another from the first.
        seeds: the seeds themselves, instead of ``seed`` and ``count``.
        choices: ``size``, ``set``, ``swap`` and ``backend``, as in ``limner.paint``.

    Raises:
        LimnerError: the recipe, a setting, the backend, the seed or the count is wrong.
    """
    if not 1 <= count <= MAX_COUNT:
        raise LimnerError(f"`count`: must be 1 to {MAX_COUNT}, got {count}")
    first = painting.paint(recipe, seed=seeds[0] if seeds else seed, **choices)
    untrained = bool(getattr(first.recipe, "trainer", None)) and not recipe_sources.is_artwork(recipe)
    following = tuple(seeds) or tuple(first.seed + i for i in range(count))
    called = name or (str(recipe) if isinstance(recipe, (str, Path)) else first.recipe.title)
    return Series(called, first, following, untrained)


def random_series(*, seed: int | None = None, count: int = 1, **choices: Any) -> Series:
    """Return the series of a recipe that is composed at random from the seed, by default a fresh one.

    Raises:
        LimnerError: nothing presentable comes of the seed, or a setting is wrong.
    """
    from limner.artworks import random_recipe

    seed = draw_seed() if seed is None else seed
    recipe = random_recipe.random_recipe(seed, registry())
    return series_of(recipe, name="surprise", seed=seed, count=count, **choices)


def picked_series(sheet: Path, seeds: Sequence[int], **choices: Any) -> Series:
    """Return the series of seeds that a contact sheet shows.

    Raises:
        LimnerError: the file is no contact sheet, or it does not show one of the seeds.
    """
    from limner.figures.contact_sheet import read_sheet

    record = read_sheet(sheet)
    known = record["seeds"]
    unknown = [str(seed) for seed in seeds if seed not in known]
    if unknown:
        raise LimnerError(f"`pick`: the sheet has no seed {', '.join(unknown)}; it has {known[0]} to {known[-1]}")
    return series_of(record["recipe"], name=record["name"], seeds=seeds, **choices)


def thumbnail(artwork: Artwork, backend: Backend, side: int = THUMBNAIL_SIDE) -> np.ndarray:
    """Return an artwork painted small: pixels ``(h, w, 3 or 4)``, uint8, whose longer side is ``side``."""
    width, height = artwork.recipe.size
    shrink = max(width, height) / side
    size = max(1, round(width / shrink)), max(1, round(height / shrink))
    return artwork.render(size, supersample=2, backend=backend)
