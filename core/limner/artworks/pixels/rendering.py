"""The settings that pixels are rendered with before they are saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from limner.artworks import renderer
from limner.errors import LimnerError
from limner.formats.image_format import ImageInfo
from limner.formats.manifest import RenderSettings
from limner.imaging.background import TRANSPARENT, flatten, parse_background
from limner.imaging.canvas import Canvas
from limner.imaging.dithering import Dither
from limner.models.base import Model
from limner.utils import arguments

if TYPE_CHECKING:
    from limner.stages.backend import Backend


@dataclass(frozen=True)
class Rendering:
    """The settings that pixels are rendered with.

    Attributes:
        canvas: size, region, samples and time.
        backend: the array backend.
        bits: bits per channel.
        dither: the dither pattern.
        dpi: pixels per inch to record; 0 for none.
        background: the colour to put behind transparent areas; empty to keep them transparent.

    Raises:
        LimnerError: bit depth or dither pattern are not supported.
    """

    canvas: Canvas
    backend: Backend
    bits: int = 8
    dither: Dither = "none"
    dpi: float = 0.0
    background: str = ""

    def __post_init__(self) -> None:
        check_levels(self.bits, self.dither)

    def info(self, model: Model) -> ImageInfo:
        """Return the shape and resolution of the rendered picture."""
        channels = 4 if model.alpha and not self.background else 3
        return ImageInfo(*self.canvas.output_size, channels, self.bits, self.dpi, self.canvas.bleed)

    def with_options(self, path: Path, options: Mapping[str, Any] | None) -> tuple[Rendering, dict[str, Any]]:
        """Return this rendering with the background among the settings of a file's format, and the other settings.

        Raises:
            LimnerError: the settings are not a table, or the background is not an opaque colour.
        """
        table = dict(arguments.check_mapping("options", options, "{'quality': 90}"))
        if "background" not in table:
            return self, table
        background = table.pop("background")
        if background in ("", TRANSPARENT):
            return replace(self, background=""), table
        try:
            parse_background(background)
        except LimnerError as error:
            raise LimnerError(f"{path}: {error}") from error
        return replace(self, background=background), table

    def settings(self, image_format: Mapping[str, Any]) -> RenderSettings:
        """Return the settings as a file records them, given its format as a table."""
        canvas = self.canvas
        return RenderSettings.model_validate(
            {"size": canvas.size, "region": canvas.region or (0, 0, *canvas.size), "supersample": canvas.supersample}
            | {"bleed": canvas.bleed, "mirrored": canvas.mirrored}
            | {"bits": self.bits, "dpi": self.dpi, "dither": self.dither, "time": canvas.time}
            | {"background": self.background, "image_format": dict(image_format)}
        )


def flattened_bands(bands: Iterator[np.ndarray], background: str) -> Iterator[np.ndarray]:
    """Yield bands over a background colour; unchanged if it is empty."""
    if not background:
        return bands
    colour = parse_background(background)
    return (flatten(band, colour) for band in bands)


def check_levels(bits: int, dither: Dither) -> None:
    """Raise an error unless bit depth and dither pattern are supported.

    Raises:
        LimnerError: one of them is unknown.
    """
    arguments.check_choice("bits", bits, tuple(renderer.DTYPES))
    arguments.check_choice("dither", dither, get_args(Dither))
