"""The checkpoint of a run: one safetensors file from which training resumes exactly where it stopped."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field, ValidationError

from limner.errors import ArtworkError, LimnerError
from limner.registry.events import CheckpointSaved
from limner.registry.registry import registry
from limner.stages.base import Stage
from limner.stages.optimization.state import State
from limner.training.history import History
from limner.training.run import Run
from limner.utils.atomic_files import atomic_write
from limner.utils.limits import MAX_SEED
from limner.utils.paths import os_reason

if TYPE_CHECKING:
    from limner.stages.backend import Backend

METADATA_KEY = "limner-checkpoint"
STATE_PREFIX = "state."


class CheckpointHeader(Stage):
    """The metadata of a checkpoint, besides its arrays."""

    recipe: dict[str, Any] = Field(description="the resolved recipe, with its seed")
    target: str = Field(max_length=200, description="the digest of the targets")
    step: int = Field(ge=0, le=2**53, description="number of steps done")
    evaluated_at: int = Field(ge=-1, le=2**53, description="step of the last evaluation")
    seconds: float = Field(ge=0, description="training time in seconds")
    best_loss: float = Field(description="loss of the best θ")
    psnr: float = Field(description="PSNR of the last evaluation, dB; 1e9 for an exact match")
    numbers: dict[str, float] = Field(description="numbers of the trainer's state")
    history: list[dict[str, float | str]] = Field(description="rows of the history")
    metrics: dict[str, float] = Field(default_factory=dict, description="metrics of the last step; empty if unknown")


@dataclass(frozen=True)
class SavedRun:
    """A checkpoint read from a file: its header, and its arrays by name, on the host."""

    header: CheckpointHeader
    arrays: Mapping[str, np.ndarray]

    def run(self, backend: Backend) -> Run:
        """Return the saved run, with its arrays on a backend."""
        arrays = {name: backend.asarray(array) for name, array in self.arrays.items()}
        state = {
            name.removeprefix(STATE_PREFIX): array for name, array in arrays.items() if name.startswith(STATE_PREFIX)
        }
        header = self.header
        return Run(
            arrays["theta"],
            State(state, dict(header.numbers)),
            arrays["best"],
            header.best_loss,
            header.step,
            header.seconds,
            header.psnr,
            header.evaluated_at,
            History.from_list(header.history),
            dict(header.metrics),
        )


def checkpoint_path_of(out: Path) -> Path:
    """Return the path of an output file's checkpoint, in the same folder: ``photo.png.ckpt``."""
    return out.with_name(out.name + ".ckpt")


def write_checkpoint(path: Path, run: Run, recipe: Mapping[str, Any], target: str, backend: Backend) -> bool:
    """Save a run, unless some of its numbers are not finite, and return whether it was saved.

    A run with such numbers has diverged. The previous checkpoint remains the one to resume from, because
    ``read_checkpoint`` refuses numbers that are not finite.

    Raises:
        LimnerError: the file cannot be written; the previous one is unchanged.
    """
    from safetensors.numpy import save

    arrays = {"theta": run.theta, "best": run.best}
    arrays |= {STATE_PREFIX + name: array for name, array in run.state.arrays.items()}
    header = CheckpointHeader.model_construct(
        recipe=dict(recipe),
        target=target,
        step=run.step,
        seconds=run.seconds,
        best_loss=run.best_loss,
        psnr=min(run.psnr, 1e9),
        evaluated_at=run.evaluated_at,
        numbers={name: float(value) for name, value in run.state.numbers.items()},
        history=run.history.to_list(),
        metrics={name: float(value) for name, value in run.metrics.items() if math.isfinite(value)},
    )
    host = {name: np.ascontiguousarray(backend.to_host(array)) for name, array in arrays.items()}
    scalars = [header.best_loss, header.psnr, header.seconds, *header.numbers.values()]
    if not (_finite(host) and all(map(math.isfinite, scalars))):
        return False
    text = json.dumps(header.model_dump(mode="json"), allow_nan=False, separators=(",", ":"))
    with atomic_write(path, force=True) as file:
        file.write(save(host, {METADATA_KEY: text}))
    registry().emit(CheckpointSaved(path, run.step))
    return True


def read_checkpoint(path: Path) -> SavedRun:
    """Read a checkpoint; everything in the file is validated.

    Raises:
        ArtworkError: the file cannot be read, is not a checkpoint, or is damaged.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), framework="numpy") as tensors:
            text = (tensors.metadata() or {}).get(METADATA_KEY)
            if text is None:
                raise ArtworkError("not a checkpoint of limner")
            arrays = {name: tensors.get_tensor(name) for name in tensors.keys()}  # noqa: SIM118 - no mapping
        table = json.loads(text)
        header = CheckpointHeader.model_validate({**table, "history": list(table["history"])})
        History.from_list(header.history)
        check_seed(header.recipe.get("seed", 0))
    except OSError as error:
        raise ArtworkError(f"{path}: cannot be read: {os_reason(error)}") from error
    except LimnerError as error:
        raise ArtworkError(f"{path}: {error}" if isinstance(error, ArtworkError) else damaged_message(path)) from error
    except (SafetensorError, ValidationError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise ArtworkError(damaged_message(path)) from error
    shapes = [arrays[name].shape for name in ("theta", "best") if name in arrays]
    if len(shapes) != 2 or shapes[0] != shapes[1] or len(shapes[0]) != 1:
        raise ArtworkError(damaged_message(path))
    if not _finite(arrays):
        raise ArtworkError(damaged_message(path))
    return SavedRun(header, arrays)


def _finite(arrays: Mapping[str, np.ndarray]) -> bool:
    """Return whether all floating-point arrays are finite."""
    return all(np.isfinite(array).all() for array in arrays.values() if array.dtype.kind == "f")


def remove_checkpoint(path: Path) -> None:
    """Remove the checkpoint of a complete run, if there is one.

    Raises:
        LimnerError: the file cannot be removed.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise LimnerError(f"{path}: cannot be removed: {os_reason(error)}") from error


def damaged_message(path: Path) -> str:
    """Return the error message for a damaged checkpoint."""
    return f"{path}: the checkpoint is damaged; start over with `force` instead of `resume`"


def check_seed(seed: Any) -> None:
    """Check that a value is a valid seed.

    Raises:
        LimnerError: it is not an integer, or out of range.
    """
    if type(seed) is not int or not 0 <= seed <= MAX_SEED:
        raise LimnerError("the recipe's seed is invalid")


def check_state(path: Path, run: Run, fresh: Run) -> None:
    """Check that a resumed run has the structure of a fresh run.

    Raises:
        ArtworkError: names, shapes or dtypes of θ or of the trainer's state differ.
    """

    def structure(run: Run) -> Any:
        arrays = {"theta": run.theta, "best": run.best, **{STATE_PREFIX + k: a for k, a in run.state.arrays.items()}}
        return {k: (tuple(a.shape), str(a.dtype)) for k, a in arrays.items()}, set(run.state.numbers)

    if structure(run) != structure(fresh):
        raise ArtworkError(damaged_message(path))
