"""Find palettes by what a user names: a palette, a picture or an artwork."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from limner.app import ArtworkError, ForeignError, LimnerError, did_you_mean
from limner.app.artworks import SUFFIX, Artwork, open_artwork, swatches_of
from limner.app.files import exists
from limner.app.pictures import SAMPLE_PREFIX
from limner_apps.palettes.palette import Palette, named_palette, palette_modes, picture_palette

UNREADABLE_SUFFIXES = (SUFFIX, ".pdf", ".svg")
"""Artworks whose pixels cannot be read as those of a picture."""


def find_palettes(sources: Sequence[str] = (), count: int | None = None, seed: int | None = None) -> list[Palette]:
    """Return the palettes of sources, or all named ones if there are no sources.

    Args:
        sources: names of palettes, pictures (files or ``skimage:NAME``) and artworks.
        count: the number of colours that are taken from a picture, or drawn.
        seed: the seed of colours that are drawn.

    Raises:
        LimnerError: a source is unknown or cannot be read, or an option has no effect on any source.
    """
    modes = palette_modes()
    found = [_find(source, modes, count, seed) for source in sources or modes]
    for option, value, used in (
        ("seed", seed, [one for one in found if one.seed is not None]),
        ("count", count, [one for one in found if one.seed is not None or one.source == "picture"]),
    ):
        if value is not None and not used:
            fixed = ", ".join(one.name for one in found[:3])
            raise LimnerError(f"`{option}`: has no effect, because the colours of {fixed} are fixed; omit it")
    return found


def _find(source: str, modes: Mapping[str, str], count: int | None, seed: int | None) -> Palette:
    """Return the palette of a source.

    Raises:
        LimnerError: the source is unknown or cannot be read.
    """
    if source in modes:
        return named_palette(source, modes[source], seed, count)
    path = Path(source)
    if source.startswith(SAMPLE_PREFIX):
        return picture_palette(source, count)
    if not source.strip() or not (path.suffix or path.name != source or exists(path)):
        raise LimnerError(f"unknown palette or file {source[:80]!r}{did_you_mean(source, modes)}")
    artwork = _open(path)
    if artwork and len(colours := swatches_of(artwork.model, artwork.theta)):
        return Palette(source, colours, "artwork")
    if artwork and path.suffix.lower() in UNREADABLE_SUFFIXES:
        raise LimnerError(f"{source}: mixes no fixed set of colours; render it, and name the picture")
    return picture_palette(source, count)


def _open(path: Path) -> Artwork | None:
    """Return the artwork in a file; None if the file is another picture, or cannot be opened as an artwork."""
    try:
        return open_artwork(path)
    except ForeignError:
        return None
    except ArtworkError:
        if path.suffix.lower() == SUFFIX:
            raise
        return None
