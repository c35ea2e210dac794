"""``limner.sweep``: the sweep as a function, with the options of the command."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limner.app.artworks import Artwork
from limner.app.recipes import Recipe, Swap
from limner.app.registry import choose_backend, registry
from limner.app.values import arguments
from limner_apps.sweeps.executor_choice import get_executor
from limner_apps.sweeps.plan import plan_sweep
from limner_apps.sweeps.report import contact_sheet
from limner_apps.sweeps.report.results import failures
from limner_apps.sweeps.run import SweepRun


@dataclass(frozen=True)
class SweepResult:
    """The result of a sweep.

    Attributes:
        folder: contains the pictures, ``results.csv`` and ``results.jsonl``.
        rows: a dict for each picture: its ``path``, its settings by path, its ``seed``, ``image`` and metrics.
        failed: a line for each trial that failed, with the reason.
        reused: the number of trials that the folder contained before.
        sheet: the contact sheet; None without one.
        animation: the animation of all trials; None without one.
    """

    folder: Path
    rows: tuple[dict[str, Any], ...]
    failed: tuple[str, ...]
    reused: int
    sheet: Path | None = None
    animation: Path | None = None

    @property
    def paths(self) -> list[Path]:
        """The files of the pictures, in the order of the rows."""
        return [Path(row["path"]) for row in self.rows]


def sweep(
    recipe: str | os.PathLike[str] | Recipe | Artwork,
    *,
    on: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] = (),
    vary: Sequence[str] | Mapping[str, Any] = (),
    design: str | None = None,
    samples: int | None = None,
    seeds: Any = None,
    steps: int | None = None,
    epochs: int | None = None,
    seconds: float | None = None,
    psnr: float | None = None,
    train_size: int | None = None,
    gray: bool = False,
    at_steps: str | Iterable[int] = (),
    size: tuple[int, int] | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the same word as on the command line
    swap: Swap | None = None,
    palette: str | os.PathLike[str] | None = None,
    colors: str | Sequence[str] | None = None,
    sheet: str | os.PathLike[str] | None = None,
    rows: str = "",
    columns: str = "",
    animations: bool = False,
    executor: str = "local",
    executor_set: Mapping[str, Any] | None = None,
    yes: bool = False,
    out: str | os.PathLike[str] | None = None,
    backend: str = "auto",
    force: bool = False,
) -> SweepResult:
    """Paint or fit many variations of a recipe into a folder. Trials that are already complete are reused.

        result = limner.sweep("marbling", vary={"network.depth": [2, 4, 8]}, seeds=range(4), size=(160, 160))
        print(result.paths)

    Omitted arguments default to the ``[sweep]`` table of the recipe. The executor ``local`` starts worker processes: in
    a script, call this function below ``if __name__ == "__main__":``.

    Args:
        recipe: the name of a preset, a TOML file, a picture that limner made, a recipe, or an artwork.
        on: pictures to fit: files, folders, or ``skimage:NAME``.
        vary: values by path, ``{"network.depth": [2, 4]}``, or texts, ``["network.depth=2,4"]``.
        design: ``grid``, ``one-at-a-time``, ``random`` or ``latin-hypercube``.
        samples: number of combinations in a random design.
        seeds: seeds to try with every combination: ``"0..9"``, ``"3,5"``, a sequence, or a single seed.
        steps: stop each fit after this many steps.
        epochs: stop each fit after this many passes over the picture.
        seconds: stop each fit after this many seconds.
        psnr: stop each fit at this PSNR, dB.
        train_size: longer side of the copy that is fitted, pixels.
        gray: fit in black and white.
        at_steps: steps whose picture is also written.
        size: width and height of every picture, pixels.
        set: values by path, the same in all trials.
        swap: a stage by its role, the same in all trials: a name, a class or an instance. A class without a package
            must be in a module that worker processes can import.
        palette: the name of a palette, or a picture to take the colours from, the same in all trials.
        colors: the colours to mix, ``["navy", "orange", "#fff"]``, instead of ``palette``; in CSS syntax.
        sheet: write a labelled contact sheet of all pictures to this file, a .png.
        rows: the axis of the sheet's rows, ``network.depth`` or ``seed``.
        columns: the axis of the sheet's columns.
        animations: write a timelapse of each trial, and an animation of all of them.
        executor: where trials run: ``local``, ``dask``, or another registered executor.
        executor_set: the executor's settings by name, ``{"workers": 4}``.
        yes: allow more than 2,000 trials.
        out: the folder; ``RECIPE-sweep`` by default, of a recipe or an artwork ``TITLE-sweep``.
        backend: the name of an array backend.
        force: overwrite an existing sheet.

    Raises:
        LimnerError: a value is wrong, a picture cannot be read, or the folder holds something else. A trial that fails
            does not raise; it is listed in ``failed``.
    """
    planned = plan_sweep(
        recipe,
        vary=vary,
        design=design,
        samples=samples,
        seeds=list(seeds) if isinstance(seeds, range) else seeds,
        on=arguments.check_paths("on", on),
        steps=steps,
        epochs=epochs,
        seconds=seconds,
        psnr=psnr,
        train_size=train_size,
        gray=gray,
        at_steps=at_steps,
        animations=animations,
        size=size,
        set=set,
        swap=swap,
        palette=palette,
        colors=colors,
    )
    planned.check(allow_many=yes)
    folder = arguments.check_path("out", out or f"{planned.name}-sweep")
    settings = arguments.check_mapping("executor_set", executor_set, "{'workers': 4}")
    run = SweepRun(planned, folder, get_executor(arguments.check_str("executor", executor), settings), backend)
    page = arguments.check_path("sheet", sheet) if sheet else None
    if page:
        contact_sheet.check_contact_sheet(planned, page, rows, columns, force=force)
    outcome = run.run()
    if page and outcome.records:
        runner = choose_backend(backend if executor == "local" else "auto", registry())
        contact_sheet.draw_sheet(page, planned, folder, outcome, runner, rows=rows, columns=columns, force=force)
    return SweepResult(
        folder=folder,
        rows=tuple(run.rows(outcome)),
        failed=tuple(failures(planned, outcome)),
        reused=outcome.reused,
        sheet=page if outcome.records else None,
        animation=run.animate(outcome),
    )
