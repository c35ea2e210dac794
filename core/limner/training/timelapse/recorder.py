"""The camera of a timelapse: it takes a frame whenever one is due."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

from limner.errors import LimnerError
from limner.figures.text import label_font
from limner.formats.video_format import FrameRecorder
from limner.imaging.planes import composite_on_white
from limner.registry.attribution import attributing
from limner.training.timelapse.settings import Timelapse
from limner.utils.paths import os_reason

if TYPE_CHECKING:
    from limner.training.fit import FitSnapshot

FIRST = 1e-3
"""Of the run: when the second of frames that are spread by the logarithm is due."""
ROUNDING = 1e-9
"""Of what is left of the run: a mark that is missed by no more is reached."""


class TimelapseRecorder:
    """Takes a frame of a fit whenever one is due."""

    def __init__(
        self, lapse: Timelapse, recorder: FrameRecorder, size: tuple[int, int], original: np.ndarray | None = None
    ) -> None:
        self.problem: LimnerError | None = None
        self._lapse, self._recorder, self._size = lapse, recorder, size
        self._original = original
        self._marks = _marks(lapse)
        self._passed = 0
        self._start: float | None = None

    def __call__(self, snapshot: FitSnapshot) -> None:
        """Look, and take a frame where one is due."""
        if self.problem or not (snapshot.last or self._is_due(snapshot)):
            return
        try:
            with attributing():
                self._recorder.add(self._frame(snapshot))
        except LimnerError as error:
            self.problem = error
        except (OSError, ValueError) as error:
            self.problem = LimnerError(f"the timelapse cannot be written: {os_reason(error)}")
        except MemoryError:
            self.problem = LimnerError("the timelapse cannot be written: a frame takes more memory than there is")

    def _is_due(self, snapshot: FitSnapshot) -> bool:
        """Is a mark reached? Several at once are one frame: none is made up for later."""
        if self._lapse.every:
            return snapshot.run.step % self._lapse.every == 0
        if self._start is None:  # a resumed run begins later
            self._start = snapshot.progress
        passed, left = self._passed, 1 - self._start
        share = (snapshot.progress - self._start) / left if left > 0 else 1.0
        self._passed = bisect_right(self._marks, share + ROUNDING)
        return self._passed > passed

    def _frame(self, snapshot: FitSnapshot) -> np.ndarray:
        painted = composite_on_white(snapshot.render(self._size))
        if self._lapse.caption:
            painted = _captioned(painted, f"step {snapshot.run.step:,}   {snapshot.psnr():.1f} dB")
        frame = painted if self._original is None else np.concatenate([self._original, painted], axis=1)
        return np.ascontiguousarray(frame)


def _marks(lapse: Timelapse) -> list[float]:
    """When frames are due, in parts of what the run has before it; the last frame is that of the end, and has none."""
    marks = [k / (lapse.frames - 1) for k in range(lapse.frames - 1)]
    return marks if lapse.spacing == "even" else [FIRST ** (1 - mark) if mark else 0.0 for mark in marks]


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
