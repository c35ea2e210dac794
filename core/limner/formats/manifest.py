"""The manifest: the JSON record in a file that describes its artwork and how its pixels were rendered."""

from __future__ import annotations

import hashlib
import json
from math import prod
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, Field

from limner._version import __version__
from limner.errors import ArtworkError, LimnerError
from limner.formats.untrusted_json import read_json
from limner.imaging.background import parse_background
from limner.imaging.canvas import Canvas
from limner.imaging.dithering import Dither
from limner.stages.base import Stage
from limner.utils.limits import MAX_SIDE, MAX_SUPERSAMPLE
from limner.utils.validation import validate

Side = Annotated[int, Field(ge=1, le=MAX_SIDE)]
Offset = Annotated[int, Field(ge=0, le=MAX_SIDE)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Version = Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9.+!_?-]*$")]
ClassName = Annotated[str, Field(max_length=400, pattern=r"^[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z0-9_.<>]+$")]
"""``module:Class``, shown in messages and never imported."""
MAX_PSNR = 200.0
"""The largest PSNR in a record, in dB, far above the precision of float32; it stands for an exact match."""
MAX_STEPS = 2**53
"""The largest number of steps in a record, which JSON readers still represent exactly."""
OMITTED_IF_EMPTY = ("classes", "parameters", "training")
OMITTED_SETTINGS = ("background", "bleed", "mirrored")  # render settings that are omitted if they are empty or 0
ParameterName = Annotated[str, Field(min_length=1, max_length=400)]
Shape = Annotated[tuple[Annotated[int, Field(ge=0, le=2**40)], ...], Field(max_length=8)]
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]


def _checked_background(text: str) -> str:
    if text:
        try:
            parse_background(text)
        except LimnerError as error:
            raise ValueError(str(error)) from error
    return text


def _is_background(text: str) -> bool:
    try:
        return bool(_checked_background(text))
    except ValueError:
        return False


class RenderSettings(Stage):
    """The settings that the pixels in a file were rendered with."""

    size: tuple[Side, Side] = Field(description="width and height of the whole picture, in pixels")
    region: tuple[Offset, Offset, Side, Side] = Field(
        description="left, top, width and height of the rendered part, in pixels"
    )
    supersample: int = Field(default=1, ge=1, le=MAX_SUPERSAMPLE, description="samples per pixel along each side")
    bits: Literal[8, 16] = Field(default=8, description="bits per channel")
    dither: Dither = Field(default="none", description="the dither pattern")
    dpi: float = Field(default=0.0, ge=0, le=1_000_000, description="pixels per inch; 0 if not recorded")
    time: float = Field(default=0.0, ge=0, le=1, description="the time in an animation, 0 to 1")
    background: Annotated[str, Field(max_length=60), AfterValidator(_checked_background)] = Field(
        default="", description="the colour behind transparent areas; empty if they are transparent"
    )
    bleed: int = Field(default=0, ge=0, le=MAX_SIDE, description="pixels rendered beyond each edge of the picture")
    mirrored: bool = Field(default=False, description="whether the bleed mirrors the picture at its edges")
    image_format: dict[str, Any] = Field(default_factory=dict, description="the image format, as a table")

    @property
    def recorded_background(self) -> str:
        """The colour behind transparent areas; files made before limner's first release have it in the format."""
        older = self.image_format.get("background", "")
        return self.background or (older if isinstance(older, str) and _is_background(older) else "")

    def canvas(self) -> Canvas:
        """Return the canvas that reproduces these pixels."""
        region = None if self.bleed else self.region
        return Canvas(self.size, region, self.supersample, self.time, self.bleed, self.mirrored)


class StoredParameters(Stage):
    """The location of a third-party stage's parameters in θ, so that a later revision of the stage can convert them."""

    start: int = Field(ge=0, le=2**40, description="the index of the first parameter in θ")
    shapes: dict[ParameterName, Shape] = Field(description="the shape of each parameter by name, in the order of θ")

    @property
    def size(self) -> int:
        """The total number of values in all parameters."""
        return sum(prod(shape) for shape in self.shapes.values())


class TrainingRecord(Stage):
    """How well the parameters of a fit reproduce its image.

    It has no time, so that the same fit writes the same file.
    """

    steps: int = Field(ge=0, le=MAX_STEPS, description="the number of steps of the trainer")
    loss: float = Field(description="the loss of the parameters")
    psnr: float = Field(
        ge=-MAX_PSNR, le=MAX_PSNR, description=f"the PSNR of the parameters, in dB; {MAX_PSNR:g} for an exact match"
    )


class Manifest(Stage):
    """The record that limner embeds in every file it writes."""

    format: Literal[1] = Field(default=1, description="the version of the manifest format")
    limner: Version = Field(default=__version__, description="the limner version that wrote the file")
    packages: dict[Name, Version] = Field(
        default_factory=dict, description="versions of the packages whose stages the recipe uses"
    )
    classes: dict[str, ClassName] = Field(
        default_factory=dict, description="stage classes without a package that the recipe uses"
    )
    recipe: dict[str, Any] = Field(description="the complete recipe, with all settings filled in")
    parameters: dict[str, StoredParameters] = Field(
        default_factory=dict, description="the parameters of third-party stages, by the path of the stage"
    )
    theta_size: int = Field(ge=0, le=2**40, description="the length of θ")
    theta_external: bool = Field(
        default=False, description="whether θ is stored in NAME.limner, in the folder of the picture"
    )
    theta_digest: Digest = Field(description="the SHA-256 digest of θ as little-endian float32")
    training: TrainingRecord | None = Field(
        default=None, description="the quality of a fit; none for artworks that were not fitted, or changed since"
    )
    render_settings: RenderSettings | None = Field(
        default=None, description="how the pixels in the file were rendered; none in a .limner file"
    )

    def table(self) -> dict[str, Any]:
        """Return the manifest as a table for JSON; entries that few files have are omitted if empty."""
        table = self.model_dump(mode="json")
        if settings := table["render_settings"]:
            table["render_settings"] = {k: v for k, v in settings.items() if v or k not in OMITTED_SETTINGS}
        return {key: value for key, value in table.items() if value or key not in OMITTED_IF_EMPTY}

    def to_json(self) -> str:
        """Return the manifest as ASCII JSON."""
        return json.dumps(self.table(), ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def read_manifest(text: str) -> Manifest:
    """Return the manifest in an untrusted JSON text.

    Raises:
        ArtworkError: the text is not a valid manifest, or a newer limner wrote it.
    """
    try:
        table = read_json(text)
    except ValueError as error:
        raise ArtworkError("the limner manifest is not JSON; the file is damaged or forged") from error
    if not isinstance(table, dict):
        raise ArtworkError("the limner manifest is not a JSON object; the file is damaged or forged")
    if table.get("format") not in (None, 1):
        raise ArtworkError(f"written by a newer limner (format {str(table['format'])[:20]!r}); upgrade limner")
    return validate(Manifest, table, "", source="the limner manifest is invalid", error=ArtworkError)


def theta_bytes(theta: np.ndarray) -> bytes:
    """Return θ as files store it: little-endian float32."""
    return np.ascontiguousarray(theta, dtype="<f4").tobytes()


def digest_of(data: bytes) -> str:
    """Return the SHA-256 digest of bytes. It proves that data are unchanged, not who wrote them."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
