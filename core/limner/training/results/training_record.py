"""The record of a fit's quality, which its artwork holds and files store."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from limner.errors import LimnerError
from limner.formats.manifest import MAX_PSNR, TrainingRecord
from limner.training import evaluation

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.stages.backend import Backend
    from limner.training.plan import FitPlan
    from limner.training.run import Run


def with_training_record(artwork: Artwork, run: Run, plan: FitPlan, backend: Backend) -> Artwork:
    """Return a fitted artwork with a record of its quality; without one if the loss was never a number.

    The PSNR is that of the run, which costs nothing. After a training at a smaller size it would say little about the
    picture, so it is measured at the picture's own size.
    """
    psnr = run.psnr
    if len(plan.target_set) == 1 and plan.target.size != plan.target.original_size:
        try:
            psnr = evaluation.measure(None, plan, artwork, backend).quality.psnr
        except LimnerError:  # the image is gone, or memory is too small: the fit itself is not lost
            return artwork
    if not math.isfinite(run.best_loss) or math.isnan(psnr):
        return artwork
    limited = min(max(psnr, -MAX_PSNR), MAX_PSNR)
    record = TrainingRecord(steps=run.step, loss=float(run.best_loss), psnr=float(limited))
    return replace(artwork, training=record)
