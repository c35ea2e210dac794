"""``limner.palettes``: palettes by name."""

from __future__ import annotations

import os
from collections.abc import Sequence

from limner.app.values import arguments
from limner_apps.palettes.find import find_palettes
from limner_apps.palettes.swatch_sheet import check_swatch_sheet, write_swatch_sheet


def palettes(
    sources: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] = (),
    *,
    count: int | None = None,
    seed: int | None = None,
    out: str | os.PathLike[str] | None = None,
    force: bool = False,
) -> dict[str, tuple[str, ...]]:
    """Return the colours of palettes, pictures and artworks, each as texts ``#rrggbb``.

        for name, colors in limner.palettes().items():
            print(f"{name}: {', '.join(colors)}")
        limner.paint("marbling", colors=limner.palettes("skimage:coffee")["skimage:coffee"])

    Args:
        sources: names of palettes, pictures (files or ``skimage:NAME``), and artworks. Default: all palettes of the
            installed colour modes.
        count: the number of colours that are taken from a picture, or drawn for a palette such as ``harmony``. Default:
            6.
        seed: the seed of palettes whose colours are drawn. Default: 1.
        out: write a picture of the colours to this file, a .png.
        force: overwrite an existing file.

    Returns:
        The colours by the name of the source.

    Raises:
        LimnerError: a source is unknown or cannot be read, or ``count`` or ``seed`` has no effect.
    """
    path = None if out is None else arguments.check_path("out", out)
    names = arguments.check_paths("sources", sources)
    if path:
        check_swatch_sheet(path, names, force=force)
    found = find_palettes(names, count, seed)
    if path:
        write_swatch_sheet(path, found, force=force)
    return {palette.name: palette.hex for palette in found}
