"""The series of pictures that ``limner paint`` paints: of a recipe, of a random one, or picked from a sheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.artworks.series import Series


def check_series_options(
    recipe: str | None,
    *,
    seed: int | None,
    count: int,
    pick: str | None,
    random_: bool,
    sheet: Path | None,
    only_sheet: bool,
    preview: bool | None,
) -> None:
    """Check that the options that choose pictures can be combined.

    Raises:
        LimnerError: two of them contradict each other, or one needs a contact sheet.
    """
    if only_sheet and not sheet:
        raise LimnerError("--only-sheet: needs a contact sheet; add --sheet FILE")
    excluded = {recipe or "RECIPE": recipe, "--seed": seed is not None, "--count": count > 1}
    excluded |= {"--random": random_, "--only-sheet": only_sheet}
    if pick is not None and any(excluded.values()):
        names = ", ".join(name for name, is_set in excluded.items() if is_set)
        raise LimnerError(f"--pick: cannot be combined with {names}; the sheet determines recipe and seeds")
    if random_ and recipe:
        raise LimnerError(f"--random: cannot be combined with the recipe {recipe!r}; omit one of them")
    if preview and (sheet or count > 1):
        raise LimnerError("--preview: shows a single picture; omit it, or --count and --sheet")


def chosen_series(
    recipe: str | None,
    *,
    seed: int | None,
    count: int,
    pick: str | None,
    random_: bool,
    sheet: Path | None,
    choices: dict[str, Any],
) -> Series:
    """Return the series that the options choose; ``choices`` are those of ``limner.paint``.

    Raises:
        LimnerError: the recipe, the seeds or another choice is invalid, or the file is no contact sheet.
    """
    from limner.artworks.recipe_sources import DEFAULT_RECIPE
    from limner.artworks.series import picked_series, random_series, series_of

    if pick is not None:
        if sheet is None:
            raise LimnerError("--pick: needs the contact sheet to pick from; add --sheet FILE")
        return picked_series(sheet, _seeds(pick), **choices)
    if random_:
        return random_series(seed=seed, count=count, **choices)
    return series_of(recipe or DEFAULT_RECIPE, seed=seed, count=count, **choices)


def _seeds(text: str) -> list[int]:
    """Return the seeds in a text such as ``3,7,12``, without repetitions.

    Raises:
        LimnerError: the text contains something else than seeds.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(part.isdecimal() and len(part) < 20 for part in parts):
        raise LimnerError(f"--pick: invalid seeds {text!r}; use the numbers below the pictures, such as 3,7,12")
    return list(dict.fromkeys(int(part) for part in parts))
