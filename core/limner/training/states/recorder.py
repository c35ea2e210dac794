"""The recorder of states: it keeps the θ of a fit whenever one is due."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from limner.errors import LimnerError
from limner.training.states.settings import MAX_STATES
from limner.training.states.state_file import KeptState, StateFile
from limner.training.timelapse.marks import Marks

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.training.results.fit_snapshot import FitSnapshot
    from limner.training.states.settings import StateSettings


class StatesRecorder:
    """Keeps a state of a fit whenever one is due; it is a callback of the fit.

    A state whose numbers are not all finite is omitted.

    Args:
        settings: which states are kept.
        open_file: opens the file for the first state; called once.
        last_step: the step of the last state that a resumed run has kept; None if it has none.

    Attributes:
        problem: the error that stopped the recording; None while all is well.
    """

    def __init__(
        self, settings: StateSettings, open_file: Callable[[Artwork], StateFile], last_step: int | None = None
    ) -> None:
        self.problem: LimnerError | None = None
        self.file: StateFile | None = None
        self._marks = Marks(settings.count, settings.every, settings.spacing, whole_run=True)
        self._open_file, self._last_step = open_file, last_step

    def __call__(self, snapshot: FitSnapshot) -> None:
        """Keep the state if one is due."""
        due = self._marks.is_due(snapshot.run.step, snapshot.progress)
        if self._last_step is not None:  # the states up to here are kept, but the end of a run has the best θ
            due, self._last_step = snapshot.run.step == self._last_step, None
        if self.problem or not (due or snapshot.last):
            return
        try:
            self._keep(snapshot)
        except LimnerError as error:
            self.problem = error
        except MemoryError:
            self.problem = LimnerError("the states cannot be written: not enough memory for a state")

    def _keep(self, snapshot: FitSnapshot) -> None:
        artwork, evaluation = snapshot.state()
        if not np.isfinite(artwork.theta).all() or not math.isfinite(evaluation.loss) or math.isnan(evaluation.psnr):
            return
        if self.file is None:
            self.file = self._open_file(artwork)
        if len(self.file) >= MAX_STATES and self.file.last and self.file.last.step < snapshot.run.step:
            raise LimnerError(f"{self.file.path}: contains {MAX_STATES:,} states, the most; use a larger states.every")
        self.file.append(KeptState(snapshot.run.step, evaluation.psnr, evaluation.loss), artwork.theta)
