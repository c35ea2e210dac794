"""The recorder of a timelapse: it adds a frame to a movie whenever one is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from limner.errors import LimnerError
from limner.figures.captions import draw_caption
from limner.formats.video_format import FrameRecorder
from limner.imaging.planes import composite_on_white
from limner.registry.attribution import attributing
from limner.training.timelapse.marks import Marks
from limner.training.timelapse.recording_cost import RecordingCost
from limner.training.timelapse.settings import Timelapse
from limner.utils.paths import os_reason

if TYPE_CHECKING:
    from limner.training.results.fit_snapshot import FitSnapshot


class TimelapseRecorder:
    """Adds a frame of a fit to a movie whenever one is due; it is a callback of the fit.

    Args:
        lapse: the settings of the timelapse.
        recorder: the movie.
        size: width and height of the rendered picture, in pixels.
        original: the pictures to show on the left, RGB; None for none.
        cost: measures the time that the frames take; None to report nothing about it.

    Attributes:
        problem: the error that stopped the recording; None while all is well.
    """

    def __init__(
        self,
        lapse: Timelapse,
        recorder: FrameRecorder,
        size: tuple[int, int],
        original: np.ndarray | None = None,
        cost: RecordingCost | None = None,
    ) -> None:
        self.problem: LimnerError | None = None
        self._cost = cost or RecordingCost(lapse)
        self._lapse, self._recorder, self._size = lapse, recorder, size
        self._original = original
        self._marks = Marks(lapse.frames, lapse.every, lapse.spacing)

    def __call__(self, snapshot: FitSnapshot) -> None:
        """Add a frame if one is due."""
        if self.problem or not (snapshot.last or self._marks.is_due(snapshot.run.step, snapshot.progress)):
            return
        try:
            with self._cost.measuring(snapshot), attributing():
                self._recorder.add(self._frame(snapshot))
        except LimnerError as error:
            self.problem = error
        except (OSError, ValueError) as error:
            self.problem = LimnerError(f"the timelapse cannot be written: {os_reason(error)}")
        except MemoryError:
            self.problem = LimnerError("the timelapse cannot be written: not enough memory for a frame")

    def _frame(self, snapshot: FitSnapshot) -> np.ndarray:
        rendered = composite_on_white(snapshot.render(self._size))
        if self._lapse.caption:
            rendered = draw_caption(rendered, f"step {snapshot.run.step:,}   {snapshot.psnr():.1f} dB")
        frame = rendered if self._original is None else np.concatenate([self._original, rendered], axis=1)
        return np.ascontiguousarray(frame)
