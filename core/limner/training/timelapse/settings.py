"""The settings of a timelapse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from limner.errors import LimnerError, did_you_mean
from limner.formats.video_format import MIN_FPS
from limner.stages.base import Stage
from limner.utils.validation import validate

STYLES: dict[str, dict[str, Any]] = {
    "portrait": {"frames": 250, "fps": 25.0, "width": 800, "height": 800, "hold": 2.0},
    "painting": {"frames": 10, "fps": 10.0, "hold": 0.1},
}
"""Named styles, after earlier timelapses: 25 frames per second at 800 x 800, or ten frames of a tenth of a second."""


class Timelapse(Stage):
    """The settings of a timelapse: its frames, their spacing and their size."""

    frames: int = Field(
        default=100,
        ge=1,
        le=100_000,
        description="number of frames over the run, or over its rest if resumed; fewer if it has fewer steps",
    )
    every: int = Field(
        default=0, ge=0, le=10**9, description="steps between two frames; 0 uses frames and spacing instead"
    )
    spacing: Literal["even", "log"] = Field(
        default="even", description="spacing of the frames: even, or log for more frames early in the run"
    )
    width: int = Field(
        default=0,
        ge=0,
        le=16_384,
        description="width of the rendered picture, pixels; 0 to derive it from the height or the artwork",
    )
    height: int = Field(
        default=0,
        ge=0,
        le=16_384,
        description="height of the rendered picture, pixels; 0 to derive it from the width or the artwork",
    )
    fps: float = Field(default=25.0, ge=MIN_FPS, le=240, description="frames per second")
    hold: float = Field(default=1.0, ge=0, le=600, description="duration of the last frame, seconds")
    caption: bool = Field(default=False, description="write the step and the PSNR on each frame")
    show_original: bool = Field(default=False, description="show the original on the left")

    def size(self, picture: tuple[int, int]) -> tuple[int, int]:
        """Return width and height of the rendered picture; a side that is 0 is derived from the aspect ratio."""
        width, height = picture
        if self.width and self.height:
            return self.width, self.height
        if self.width or self.height:
            scale = self.width / width if self.width else self.height / height
            return self.width or max(1, round(width * scale)), self.height or max(1, round(height * scale))
        return width, height


def timelapse(settings: Mapping[str, Any], style: str = "") -> Timelapse:
    """Return the settings of a timelapse: those of a style, overridden by ``settings``.

    Raises:
        LimnerError: the style or a setting is unknown, or a value is invalid.
    """
    if style and style not in STYLES:
        raise LimnerError(f"`timelapse_style` {style!r}: unknown style{did_you_mean(style, STYLES)}")
    base = STYLES.get(style, {})
    if bool(settings.get("width")) != bool(settings.get("height")):  # the aspect ratio determines the other
        base = {name: value for name, value in base.items() if name not in ("width", "height")}
    return validate(Timelapse, {**base, **settings}, "timelapse")
