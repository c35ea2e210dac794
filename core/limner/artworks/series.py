"""Series: artworks of one recipe with several seeds, and the contact sheet that shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.artworks import painting, recipe_sources
from limner.artworks.files.training import has_trainer
from limner.artworks.preflight.trained import check_not_blank, check_replaceable
from limner.errors import LimnerError
from limner.imaging.canvas import Canvas
from limner.registry.events import FileSaved
from limner.registry.registry import registry
from limner.utils.atomic_files import check_target
from limner.utils.paths import real_path
from limner.utils.seeding import draw_seed

if TYPE_CHECKING:
    import numpy as np

    from limner.artworks.artwork import Artwork
    from limner.composition.recipe import Recipe
    from limner.stages.backend import Backend

MAX_COUNT = 10_000
"""The maximum number of artworks in a series."""
THUMBNAIL_SIDE = 256
"""The longer side of a picture on a contact sheet, in pixels."""


@dataclass(frozen=True, eq=False)
class Series:
    """Artworks that differ only in their seeds.

    Attributes:
        name: the name of the recipe; files are named after it.
        first: the artwork of the first seed.
        seeds: the seed of each artwork.
        untrained: whether the recipe has a trainer but no trained parameters, because it does not come from an artwork.
    """

    name: str
    first: Artwork
    seeds: tuple[int, ...]
    untrained: bool = False

    def __iter__(self) -> Iterator[Artwork]:
        """Yield the artworks, creating each when it is needed."""
        for seed in self.seeds:
            other = seed != self.first.seed
            yield painting.init_artwork(self.first.recipe.with_seed(seed), self.first) if other else self.first

    def paths(self, folder: Path) -> list[Path]:
        """Return the output path of each artwork in a folder, ``RECIPE-SEED.png``."""
        stem = Path(self.name).stem.removesuffix(f"-{self.first.seed}")
        return [folder / f"{stem}-{seed}.png" for seed in self.seeds]

    def check(
        self,
        *,
        sheet: Path | None = None,
        region: tuple[int, int, int, int] | None = None,
        supersample: int = 1,
        time: float = 0.0,
        bleed: int = 0,
        force: bool = False,
    ) -> None:
        """Raise the errors that ``save`` would raise, before rendering.

        Raises:
            LimnerError: a seed, the region, ``supersample``, the time or the bleed is out of range, the contact sheet
                cannot be written, or the pictures would be blank because the network is untrained.
        """
        self.first.recipe.with_seed(max(self.seeds))
        Canvas(self.first.recipe.size, region, supersample, time, bleed)
        if sheet:
            from limner.figures.contact_sheet import check_sheet  # imported late: most series are single pictures

            check_sheet(sheet, len(self.seeds), force=force)
        if self.untrained:
            check_not_blank(self.first, self.name)

    def save(
        self,
        paths: Sequence[Path],
        *,
        sheet: Path | None = None,
        backend: Backend,
        force: bool = False,
        **finish: Any,
    ) -> Iterator[tuple[Artwork, Path | None]]:
        """Create the artworks one at a time and save each to its file, then write the contact sheet.

        Args:
            paths: the output file of each artwork; if empty, only the contact sheet is written.
            sheet: the file of the contact sheet, a ``.png``. Default: no contact sheet.
            backend: the array backend.
            force: overwrite existing files.
            finish: further arguments of ``Artwork.save``.

        Yields:
            Each artwork and its file, or None if ``paths`` is empty, as soon as the file is complete.

        Raises:
            LimnerError: a file cannot be written, or two outputs have the same path.
        """
        for path in paths:
            if sheet and real_path(path) == real_path(sheet):
                raise LimnerError(f"{sheet}: is also the file of a picture; choose another name for the contact sheet")
            check_target(path, force=force)
        cells: list[tuple[str, np.ndarray]] = []
        for i, artwork in enumerate(self):
            if paths:
                artwork.save(paths[i], backend=backend, force=force, **finish)
            yield artwork, paths[i] if paths else None
            if sheet:
                cells.append((str(artwork.seed), thumbnail(artwork, backend)))
        if sheet:
            from limner.figures.contact_sheet import sheet_name, write_sheet

            record = {
                "name": sheet_name(Path(self.name).stem),
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
    """Return the series of a recipe.

    Args:
        recipe: the source of the recipe, as in ``limner.paint``.
        name: the name of the recipe. Default: ``recipe`` if it is a name or path, otherwise the recipe's title.
        seed: the first seed. Default: the recipe's seed, or a random one if it has none.
        count: the number of consecutive seeds.
        seeds: the seeds, instead of ``seed`` and ``count``.
        choices: ``size``, ``set``, ``swap``, ``palette``, ``colors`` and ``backend``, as in ``limner.paint``.

    Raises:
        LimnerError: the recipe, a setting, the backend, the seed or the count is invalid.
    """
    if not 1 <= count <= MAX_COUNT:
        raise LimnerError(f"`count`: must be 1 to {MAX_COUNT}, got {count}")
    first = painting.paint(recipe, seed=seeds[0] if seeds else seed, **choices)
    untrained = has_trainer(first.recipe) and not recipe_sources.is_artwork(recipe)
    all_seeds = tuple(seeds) or tuple(first.seed + i for i in range(count))
    if len(set(all_seeds)) > 1:  # the other seeds draw θ again
        check_replaceable(recipe)
    recipe_name = name or (str(recipe) if isinstance(recipe, (str, Path)) else first.recipe.title)
    return Series(recipe_name, first, all_seeds, untrained)


def random_series(*, seed: int | None = None, count: int = 1, **choices: Any) -> Series:
    """Return the series of a random recipe.

    Args:
        seed: the seed of the recipe and the first seed of the series. Default: a random one.
        count: the number of consecutive seeds.
        choices: ``size``, ``set``, ``swap``, ``palette``, ``colors`` and ``backend``, as in ``limner.paint``.

    Raises:
        LimnerError: no presentable recipe was found for the seed, or a setting is invalid.
    """
    from limner.artworks import random_recipe

    seed = draw_seed() if seed is None else seed
    recipe = random_recipe.random_recipe(seed, registry())
    return series_of(recipe, name="random", seed=seed, count=count, **choices)


def picked_series(sheet: Path, seeds: Sequence[int], **choices: Any) -> Series:
    """Return the series of some of the seeds on a contact sheet.

    Args:
        sheet: a contact sheet that limner wrote.
        seeds: seeds shown on it.
        choices: ``size``, ``set``, ``swap``, ``palette``, ``colors`` and ``backend``, as in ``limner.paint``.

    Raises:
        LimnerError: the file is not a contact sheet, or does not show one of the seeds.
    """
    from limner.figures.contact_sheet import read_sheet

    record = read_sheet(sheet)
    known = record["seeds"]
    unknown = [str(seed) for seed in seeds if seed not in known]
    if unknown:
        raise LimnerError(f"`pick`: the sheet has no seed {', '.join(unknown)}; it has {known[0]} to {known[-1]}")
    return series_of(record["recipe"], name=record["name"], seeds=seeds, **choices)


def thumbnail(artwork: Artwork, backend: Backend, side: int = THUMBNAIL_SIDE) -> np.ndarray:
    """Return a small rendering of an artwork, ``(h, w, 3 or 4)``, uint8, whose longer side is ``side`` pixels."""
    width, height = artwork.recipe.size
    shrink = max(width, height) / side
    size = max(1, round(width / shrink)), max(1, round(height / shrink))
    return artwork.render(size, supersample=2, backend=backend)
