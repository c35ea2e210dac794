"""Renditions: artworks of files, rendered again at other sizes into files named after them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.artworks.loader import open_artwork
from limner.errors import LimnerError
from limner.formats.container import SUFFIX
from limner.formats.image_files import image_format_for

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork


@dataclass(frozen=True, eq=False)
class Rendition:
    """An artwork that is rendered again.

    Attributes:
        source: its file.
        artwork: what the file holds.
        size: width and height of the whole picture.
        dpi: pixels per inch; 0 for none.
    """

    source: Path
    artwork: Artwork
    size: tuple[int, int]
    dpi: float = 0.0

    def press(self, weights: str | Sequence[float]) -> Rendition:
        """Return the rendition with other buttons pressed.

        Raises:
            LimnerError: the artwork has no buttons, or not these.
        """
        return replace(self, artwork=self.artwork.press(weights))

    @property
    def resampled_from(self) -> tuple[int, int] | None:
        """The size of the raster that is resampled: it has no detail between its pixels; None if nothing is."""
        own = self.artwork.model.raster_size
        return own if own and own != self.size else None

    def for_file(self, path: Path, options: Mapping[str, Any] | None = None) -> Rendition:
        """Return the rendition without its resolution if the format of a file does not store one.

        Args:
            path: the file.
            options: parameters of its format.

        Raises:
            LimnerError: no format has the ending.
        """
        lost = self.dpi and path.suffix != SUFFIX and not image_format_for(path, options).stage.supports_dpi
        return replace(self, dpi=0.0) if lost else self

    def name(self, region: tuple[int, int, int, int] | None = None) -> str:
        """Return the name of its file: ``ART-WxH.png``, and the region if there is one."""
        ending = "-" + ".".join(map(str, region)) if region else ""
        return f"{self.source.stem}-{self.size[0]}x{self.size[1]}{ending}.png"


def open_renditions(paths: Sequence[Path], *, size: tuple[int, int] | None = None, dpi: float = 0.0) -> list[Rendition]:
    """Return renditions of the artworks in files, by default at the size and density that each file has.

    Raises:
        LimnerError: a file holds no artwork.
    """
    out = []
    for path in paths:
        artwork = open_artwork(path)
        shown = artwork.render_settings
        own = shown.size if shown else artwork.recipe.size
        kept = shown.dpi if shown and not size else 0.0
        out.append(Rendition(path, artwork, size or own, dpi or kept))
    return out


def file_paths(
    renditions: Sequence[Rendition], folder: Path, region: tuple[int, int, int, int] | None = None
) -> list[Path]:
    """Return a file in a folder for each rendition.

    Raises:
        LimnerError: two would go into one file.
    """
    names = [one.name(region) for one in renditions]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise LimnerError(f"{folder / twice}: two pictures would go into this file; render them one at a time")
    return [folder / name for name in names]


def save_renditions(
    renditions: Sequence[Rendition], paths: Sequence[Path], **finish: Any
) -> Iterator[tuple[Rendition, Path]]:
    """Render each into its file, and yield both as soon as the file is complete.

    Args:
        renditions: what is rendered.
        paths: a file for each.
        finish: how the pictures are written, as in ``Artwork.save``.

    Raises:
        LimnerError: a file cannot be written.
    """
    for one, path in zip(renditions, paths, strict=True):
        one.artwork.save(path, size=one.size, dpi=one.dpi, **finish)
        yield one, path
