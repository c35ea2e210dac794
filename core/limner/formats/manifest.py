"""The manifest: what a picture says of itself, besides its pixels and θ. It is JSON inside the file."""

from __future__ import annotations

import hashlib
import json
from math import prod
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from limner._version import __version__
from limner.errors import ArtworkError
from limner.imaging.canvas import Canvas
from limner.imaging.dithering import Dither
from limner.stages.base import Stage
from limner.utils.limits import MAX_SIDE, MAX_SUPERSAMPLE
from limner.utils.validation import validate

Side = Annotated[int, Field(ge=1, le=MAX_SIDE)]
Place = Annotated[int, Field(ge=0, le=MAX_SIDE)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Version = Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9.+!_?-]*$")]
ClassName = Annotated[str, Field(max_length=400, pattern=r"^[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z0-9_.<>]+$")]
"""``module:Class``, shown to people and never imported."""
ParameterName = Annotated[str, Field(min_length=1, max_length=400)]
Sides = Annotated[tuple[Annotated[int, Field(ge=0, le=2**40)], ...], Field(max_length=8)]
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]


class RenderSettings(Stage):
    """How the pixels in a file were painted."""

    size: tuple[Side, Side] = Field(description="the whole picture's width and height, pixels")
    region: tuple[Place, Place, Side, Side] = Field(description="left, top, width, height of the part that was painted")
    supersample: int = Field(default=1, ge=1, le=MAX_SUPERSAMPLE, description="samples a pixel along each side")
    bits: Literal[8, 16] = Field(default=8, description="bits a channel")
    dither: Dither = Field(default="none", description="the grain that hides the steps between levels")
    dpi: float = Field(default=0.0, ge=0, le=1_000_000, description="pixels an inch; 0 where nothing is said")
    time: float = Field(default=0.0, ge=0, le=1, description="the moment of an animation")
    image_format: dict[str, Any] = Field(default_factory=dict, description="the file's writer, as a table")

    def canvas(self) -> Canvas:
        """Return the canvas that renders these pixels again."""
        return Canvas(self.size, self.region, self.supersample, self.time)


class StoredParameters(Stage):
    """Where θ holds the parameters of a third-party stage, so that a later revision of it can translate them."""

    start: int = Field(ge=0, le=2**40, description="the index of the first number in θ")
    shapes: dict[ParameterName, Sides] = Field(description="the shape of each parameter by name, in the order of θ")

    @property
    def size(self) -> int:
        """How many numbers the parameters have together."""
        return sum(prod(shape) for shape in self.shapes.values())


class Manifest(Stage):
    """What stands in a file. A format number that this limner does not know is refused."""

    format: Literal[1] = Field(default=1, description="the version of this record")
    limner: Version = Field(default=__version__, description="the version that wrote the file")
    packages: dict[Name, Version] = Field(default_factory=dict, description="whose stages the recipe uses")
    classes: dict[str, ClassName] = Field(default_factory=dict, description="classes without a package that it needs")
    recipe: dict[str, Any] = Field(description="the filled-in recipe")
    parameters: dict[str, StoredParameters] = Field(
        default_factory=dict, description="the parameters of third-party stages, by the path of the stage"
    )
    theta_size: int = Field(ge=0, le=2**40, description="the length of θ")
    theta_external: bool = Field(default=False, description="does θ lie in NAME.limner, beside the picture")
    theta_digest: Digest = Field(description="of θ as little-endian float32")
    render_settings: RenderSettings | None = Field(
        default=None, description="how the pixels beside it were painted; none in a file of θ"
    )

    def to_json(self) -> str:
        """The record as ASCII; entries for third-party stages are omitted if there are none."""
        table = self.model_dump(mode="json")
        table = {key: value for key, value in table.items() if value or key not in ("classes", "parameters")}
        return json.dumps(table, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def read_manifest(text: str) -> Manifest:
    """The record in a text from outside.

    Raises:
        ArtworkError: it is not such a record.
    """
    try:
        table = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ArtworkError("the limner record in it is not JSON; the file is damaged or forged") from error
    if not isinstance(table, dict):
        raise ArtworkError("the limner record in it is not a table; the file is damaged or forged")
    if table.get("format") not in (None, 1):
        raise ArtworkError(f"it was written by a newer limner (format {str(table['format'])[:20]!r}); upgrade limner")
    return validate(Manifest, table, "", source="the limner record in it is wrong", error=ArtworkError)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def theta_bytes(theta: np.ndarray) -> bytes:
    """Return θ as files store it: little-endian float32."""
    return np.ascontiguousarray(theta, dtype="<f4").tobytes()


def digest_of(data: bytes) -> str:
    """A digest of bytes. It says "unchanged", not "by whom"."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
