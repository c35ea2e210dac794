"""Renditions: artworks from files, rendered at other sizes to files named after them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.artworks.loader import open_artwork
from limner.artworks.movies.movie import open_movie
from limner.formats.container import SUFFIX
from limner.formats.image_files import image_format_for
from limner.imaging.canvas import Canvas

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork


@dataclass(frozen=True, eq=False)
class Rendition:
    """A new rendering of an artwork that was read from a file.

    Attributes:
        source: the file of the artwork.
        artwork: the artwork in that file.
        size: width and height of the whole picture, in pixels.
        dpi: pixels per inch to record; 0 for none.
        bleed: pixels to render beyond each edge, which are cut off after printing.
        background: the colour that the file has behind transparent areas; empty if they are transparent.
        time: the time in an animation, 0 to 1; None for the time that all renditions have. A still of a movie has its
            own.
        position: the position of a still in its movie, 0 to 1.
        frame_artworks: the number of artworks that the frame of a movie shows; the rendition is of the first.
    """

    source: Path
    artwork: Artwork
    size: tuple[int, int]
    dpi: float = 0.0
    bleed: int = 0
    background: str = ""
    time: float | None = None
    position: float = 0.0
    frame_artworks: int = 1

    def press(self, weights: str | Sequence[float]) -> Rendition:
        """Return the rendition of the artwork with other button weights; see ``Artwork.press``.

        Raises:
            LimnerError: the artwork has no buttons, a button is unknown, or the number of weights is wrong.
        """
        return replace(self, artwork=self.artwork.press(weights))

    @property
    def own_time(self) -> dict[str, float]:
        """The argument ``time`` of ``Artwork.save``, if the rendition has a time of its own; otherwise empty."""
        return {} if self.time is None else {"time": self.time}

    @property
    def resampled_from(self) -> tuple[int, int] | None:
        """Width and height of the raster that this rendition resamples, or None if it does not resample one.

        Resampling adds no detail, whereas a network is evaluated at every pixel.
        """
        raster_size = self.artwork.model.raster_size
        return raster_size if raster_size and raster_size != self.size else None

    def for_file(self, path: Path, options: Mapping[str, Any] | None = None) -> Rendition:
        """Return the rendition to save to a file: without a resolution if the file's format does not store one.

        Args:
            path: the output file.
            options: settings of its format by name.

        Raises:
            LimnerError: no format has the suffix.
        """
        format_options = {name: value for name, value in (options or {}).items() if name != "background"}
        lost = self.dpi and path.suffix != SUFFIX and not image_format_for(path, format_options).stage.supports_dpi
        return replace(self, dpi=0.0) if lost else self

    def format_options(self, path: Path, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the settings of a file's format: those given and, unless one is among them, the own background."""
        own = {"background": self.background} if self.background and path.suffix != SUFFIX else {}
        return own | dict(given or {})

    def name(self, region: tuple[int, int, int, int] | None = None) -> str:
        """Return the file name of the rendition: ``NAME-WxH.png``, or ``NAME-WxH-REGION.png`` for a region.

        A still that is not at the start of its movie is ``NAME-POSITION-WxH.png``.
        """
        position = f"-{self.position:g}" if self.position else ""
        suffix = "-" + ".".join(map(str, region)) if region else ""
        return f"{self.source.stem}{position}-{self.size[0]}x{self.size[1]}{suffix}.png"


def open_renditions(
    paths: Sequence[Path], *, size: tuple[int, int] | None = None, dpi: float = 0.0, time: float = 0.0
) -> list[Rendition]:
    """Return renditions of the artworks in files, and of frames of movies.

    Args:
        paths: files of artworks, and movies.
        size: width and height, in pixels. Default: the size of the picture in each file.
        dpi: pixels per inch. Default: the resolution of each file if ``size`` is omitted, otherwise none.
        time: which frame of each movie, 0 for its start to 1 for its end.

    Raises:
        LimnerError: a file contains no artwork or cannot be read, or the time is not 0 to 1.
    """
    renditions = []
    for path in paths:
        movie = open_movie(path)
        still = movie.still(Canvas((1, 1), time=time).time) if movie else None
        artwork = still.artwork if still else open_artwork(path)
        settings = movie.artwork.render_settings if movie else artwork.render_settings
        file_size = settings.size if settings else artwork.recipe.size
        file_dpi = settings.dpi if settings and not size else 0.0
        one = Rendition(path, artwork, size or file_size, dpi or file_dpi)
        one = replace(one, background=settings.recorded_background if settings else "")
        if still:
            one = replace(one, time=still.time, position=time, frame_artworks=1 + len(still.others))
        renditions.append(one)
    return renditions


def save_renditions(
    renditions: Sequence[Rendition], paths: Sequence[Path], **finish: Any
) -> Iterator[tuple[Rendition, Path]]:
    """Save renditions to files, and yield each with its path as soon as the file is complete.

    Args:
        renditions: the renditions to save.
        paths: the output file of each rendition.
        finish: further arguments of ``Artwork.save``; unless ``options`` has a background, each keeps its own.

    Raises:
        LimnerError: a file cannot be written.
    """
    for rendition, path in zip(renditions, paths, strict=True):
        options = rendition.format_options(path, finish.get("options"))
        own_settings: dict[str, Any] = {"size": rendition.size, "dpi": rendition.dpi, "bleed": rendition.bleed}
        own_settings |= {"options": options} | rendition.own_time
        rendition.artwork.save(path, **finish | own_settings)
        yield rendition, path
