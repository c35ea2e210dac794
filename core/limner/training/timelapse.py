"""The timelapse: a movie of a fit, frame by frame while it learns."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from limner.errors import LimnerError, did_you_mean
from limner.figures.mosaic import layout, mosaic
from limner.figures.text import label_font
from limner.formats.video_files import recording
from limner.formats.video_format import Recorder, Reel
from limner.imaging.planes import over_white
from limner.stages.base import Stage
from limner.utils.paths import os_reason
from limner.utils.validation import validate

if TYPE_CHECKING:
    from limner.recipes.recipe import Recipe
    from limner.training.budget import Budget
    from limner.training.fit import Moment
    from limner.training.plan import Job

FIRST = 1e-3
"""Of the run: when the second of frames that are spread by the logarithm is due."""
ROUNDING = 1e-9
"""Of what is left of the run: a mark that is missed by no more is reached."""
STYLES: dict[str, dict[str, Any]] = {
    "portrait": {"frames": 250, "rate": 25.0, "width": 800, "height": 800, "hold": 2.0},
    "painting": {"frames": 10, "rate": 10.0, "hold": 0.1},
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
    rate: float = Field(default=25.0, ge=0.01, le=240, description="frames a second")
    hold: float = Field(default=1.0, ge=0, le=600, description="seconds that the last frame stands")
    caption: bool = Field(default=False, description="write the step and the PSNR on each frame")
    beside: bool = Field(default=False, description="show the original on the left")

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
    """A timelapse of a style, with settings laid over it.

    Raises:
        LimnerError: there is no such style or setting, or a value is wrong.
    """
    if style and style not in STYLES:
        raise LimnerError(f"--timelapse-style {style!r}: there is none{did_you_mean(style, STYLES)}")
    base = STYLES.get(style, {})
    if bool(settings.get("width")) != bool(settings.get("height")):  # the other follows from the aspect
        base = {name: value for name, value in base.items() if name not in ("width", "height")}
    return validate(Timelapse, {**base, **settings}, "timelapse")


@contextmanager
def filming(
    path: str | Path, lapse: Timelapse, job: Job, options: Mapping[str, Any] | None = None, *, force: bool = False
) -> Iterator[Camera]:
    """A camera to watch a fit with; the movie is whole when the block ends without an error.

    A frame that cannot be written does not stop the fit: the error is raised when the block ends.

    Raises:
        LimnerError: the place or the format takes no such movie.
    """
    width, height = _cell(lapse, job)
    columns, rows = layout(len(job.album))
    frame = (columns * width * (1 + lapse.beside), rows * height)
    original = _original(job, (width, height)) if lapse.beside else None
    cell = (width, height)
    with shooting(
        path, lapse, job.recipe, job.budget, frame, options, cell=cell, original=original, force=force
    ) as one:
        yield one


@contextmanager
def shooting(
    path: str | Path,
    lapse: Timelapse,
    recipe: Recipe,
    budget: Budget,
    frame: tuple[int, int],
    options: Mapping[str, Any] | None = None,
    *,
    cell: tuple[int, int] | None = None,
    original: np.ndarray | None = None,
    force: bool = False,
) -> Iterator[Camera]:
    """A camera whose frames are of a size; each picture in them is painted at ``cell``, the original on its left.

    Raises:
        LimnerError: the place or the format takes no such movie.
    """
    if not (lapse.every or budget.steps or budget.seconds):
        raise LimnerError("a timelapse of a fit that only a PSNR ends: say -s timelapse.every=N, or bound it by steps")
    manifest = json.dumps({"recipe": recipe.table()})
    reel = Reel(width=frame[0], height=frame[1], rate=lapse.rate, hold=lapse.hold, manifest=manifest)
    with recording(path, reel, options, force=force, option="--timelapse") as recorder:
        camera = Camera(lapse, recorder, cell or frame, original)
        yield camera
        if camera.problem:
            raise camera.problem


class Camera:
    """Takes a frame of a fit whenever one is due."""

    def __init__(
        self, lapse: Timelapse, recorder: Recorder, size: tuple[int, int], original: np.ndarray | None = None
    ) -> None:
        self.problem: LimnerError | None = None
        self._lapse, self._recorder, self._size = lapse, recorder, size
        self._original = original
        self._marks = _marks(lapse)
        self._passed = 0
        self._start: float | None = None

    def __call__(self, moment: Moment) -> None:
        """Look, and take a frame where one is due."""
        if self.problem or not (moment.last or self._is_due(moment)):
            return
        try:
            self._recorder.add(self._frame(moment))
        except LimnerError as error:
            self.problem = error
        except (OSError, ValueError) as error:
            self.problem = LimnerError(f"the timelapse cannot be written: {os_reason(error)}")
        except MemoryError:
            self.problem = LimnerError("the timelapse cannot be written: a frame takes more memory than there is")

    def _is_due(self, moment: Moment) -> bool:
        """Is a mark reached? Several at once are one frame: none is made up for later."""
        if self._lapse.every:
            return moment.run.step % self._lapse.every == 0
        if self._start is None:  # a resumed run begins later
            self._start = moment.progress
        passed, left = self._passed, 1 - self._start
        share = (moment.progress - self._start) / left if left > 0 else 1.0
        self._passed = bisect_right(self._marks, share + ROUNDING)
        return self._passed > passed

    def _frame(self, moment: Moment) -> np.ndarray:
        painted = over_white(moment.paint(self._size))
        if self._lapse.caption:
            painted = _captioned(painted, f"step {moment.run.step:,}   {moment.psnr():.1f} dB")
        frame = painted if self._original is None else np.concatenate([self._original, painted], axis=1)
        return np.ascontiguousarray(frame)


def _marks(lapse: Timelapse) -> list[float]:
    """When frames are due, in parts of what the run has before it; the last frame is that of the end, and has none."""
    marks = [k / (lapse.frames - 1) for k in range(lapse.frames - 1)]
    return marks if lapse.spacing == "even" else [FIRST ** (1 - mark) if mark else 0.0 for mark in marks]


def _cell(lapse: Timelapse, job: Job) -> tuple[int, int]:
    """Width and height of each picture that is painted: of several, a share of what was asked for."""
    width, height = lapse.size(job.recipe.size)
    if not (lapse.width or lapse.height):
        return width, height
    columns, rows = layout(len(job.album))
    return max(1, width // columns), max(1, height // rows)


def _original(job: Job, size: tuple[int, int]) -> np.ndarray:
    """The pictures that are learned, RGB, as a frame shows them."""
    targets = job.album.at(size, gray=job.target.gray, background=job.background).targets
    return over_white(mosaic([_coloured(target.pixels()) for target in targets]))


def _coloured(pixels: np.ndarray) -> np.ndarray:
    """RGB or RGBA, of gray too."""
    if pixels.shape[2] > 2:
        return pixels
    return np.concatenate([np.repeat(pixels[..., :1], 3, axis=2), pixels[..., 1:]], axis=2)


def _captioned(pixels: np.ndarray, words: str) -> np.ndarray:
    """The words in the lower left corner, on a darkened band; as small as the width wants them."""
    from PIL import Image, ImageDraw

    page = Image.fromarray(pixels)
    size = max(10, round(page.height / 30))
    while size > 1 and label_font(size).getlength(words) + 4 * size // 3 > page.width:
        size -= 1
    pen, font = ImageDraw.Draw(page, "RGBA"), label_font(size)
    pen.rectangle((0, page.height - 2 * size, page.width, page.height), fill=(0, 0, 0, 130))
    pen.text((size * 2 // 3, page.height - size), words, fill=(255, 255, 255), font=font, anchor="lm")
    return np.asarray(page)
