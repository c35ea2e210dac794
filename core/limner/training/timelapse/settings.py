"""The settings of a timelapse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from limner.errors import LimnerError, did_you_mean
from limner.stages.base import Stage
from limner.utils.validation import validate

STYLES: dict[str, dict[str, Any]] = {
    "portrait": {"frames": 250, "fps": 25.0, "width": 800, "height": 800, "hold": 2.0},
    "painting": {"frames": 10, "fps": 10.0, "hold": 0.1},
}
"""Ways that timelapses of this kind were shown before: 25 a second at 800 x 800, or ten frames of a tenth each."""


class Timelapse(Stage):
    """What a timelapse shows of a fit, and when."""

    frames: int = Field(
        default=100,
        ge=1,
        le=100_000,
        description="spread over the run, or what is left of it; fewer where it has fewer steps",
    )
    every: int = Field(default=0, ge=0, le=10**9, description="a frame every so many steps instead; 0 spreads them")
    spacing: Literal["even", "log"] = Field(
        default="even", description="spread evenly, or by the logarithm: most of them early, when most happens"
    )
    width: int = Field(default=0, ge=0, le=16_384, description="of the painted picture, pixels; 0 is the picture's own")
    height: int = Field(default=0, ge=0, le=16_384, description="likewise")
    fps: float = Field(default=25.0, ge=0.01, le=240, description="frames a second")
    hold: float = Field(default=1.0, ge=0, le=600, description="seconds that the last frame stands")
    caption: bool = Field(default=False, description="write the step and the PSNR on each frame")
    show_original: bool = Field(default=False, description="show the original on the left")

    def size(self, picture: tuple[int, int]) -> tuple[int, int]:
        """Width and height of the painted picture; where one is left out it follows from the aspect."""
        width, height = picture
        if self.width and self.height:
            return self.width, self.height
        if self.width or self.height:
            scale = self.width / width if self.width else self.height / height
            return self.width or max(1, round(width * scale)), self.height or max(1, round(height * scale))
        return width, height


def timelapse(settings: Mapping[str, Any], style: str = "") -> Timelapse:
    """Return a timelapse of a style, with settings laid over it.

    Raises:
        LimnerError: there is no such style or setting, or a value is wrong.
    """
    if style and style not in STYLES:
        raise LimnerError(f"`timelapse_style` {style!r}: there is none{did_you_mean(style, STYLES)}")
    base = STYLES.get(style, {})
    if bool(settings.get("width")) != bool(settings.get("height")):  # the other follows from the aspect
        base = {name: value for name, value in base.items() if name not in ("width", "height")}
    return validate(Timelapse, {**base, **settings}, "timelapse")
