"""The report of a training: one HTML page that needs nothing beside it."""

from __future__ import annotations

import math
import shlex
from base64 import b64encode
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from limner.errors import LimnerError
from limner.figures.plots import check_plotting, draw_curves
from limner.stages.optimization.diagnostics import diagnostics_of
from limner.utils.atomic_files import atomic_write, check_target
from limner.utils.resources import format_bytes

if TYPE_CHECKING:
    from limner.translation.plan import TranslationPlan
    from limner.translation.train import TranslationResult


class ExampleSheet(NamedTuple):
    """A sheet as it was: the step, the PSNR of the held-out pictures in dB where that means anything, and the PNG."""

    step: int
    psnr: float | None
    png: bytes


def check_report(path: Path, *, force: bool) -> None:
    """Refuse early a report that could not be written in the end.

    Raises:
        LimnerError: its ending is another, it cannot be written, or a package is missing.
    """
    if path.suffix.lower() not in (".html", ".htm"):
        raise LimnerError(f"{path}: a report is written as .html; name it so")
    check_target(path, force=force)
    try:
        import jinja2  # noqa: F401
    except ImportError as error:
        raise LimnerError("a report needs Jinja2; install it with: pip install 'limner[report]'") from error
    try:
        check_plotting()
    except LimnerError as error:
        raise LimnerError("a report needs matplotlib; install it with: pip install 'limner[report]'") from error


def write_report(
    path: Path,
    art: Path,
    plan: TranslationPlan,
    done: TranslationResult,
    sheets: Sequence[ExampleSheet],
    *,
    force: bool,
) -> None:
    """Write the page: figures, sheets, history, each held-out picture, the recipe, and the command that makes more.

    Whatever comes from names and recipes is escaped, and the page allows no script.

    Raises:
        LimnerError: it cannot be written.
    """
    from jinja2 import Environment

    template = (resources.files("limner.translation") / "report.html").read_text("utf-8")
    run, recipe, panels = done.training.run, plan.recipe, plan.trainer.traits().plot_panels
    name = f"./{shlex.quote(art.name)}"
    *earlier, last = [_shown(sheet) for sheet in sheets]
    values: dict[str, Any] = {
        "title": recipe.title,
        "summary": recipe.header.summary,
        "figures": _figures(plan, done),
        "told": diagnostics_of(plan.trainer).summary(run.state),
        "last": last,
        "earlier": earlier,
        "plot": _data(draw_curves(run.history.rows, recipe.title, "svg", panels), "image/svg+xml"),
        "compared": done.baseline is not None,
        "pictures": [(name, _number(a.psnr), f"{a.ssim:.3f}", _number(b.psnr)) for name, a, b in done.outcome.each],
        "told_before": done.baseline is not None and math.isfinite(done.baseline.psnr),
        "command": f"limner translate apply {name} PICTURE... -o translated"
        if done.baseline
        else f"limner translate sample {name} --count 16 -o new --sheet new.png",
        "recipe": recipe.to_toml(),
    }
    page = Environment(autoescape=True).from_string(template).render(**values)
    with atomic_write(path, force=force) as file:
        file.write(page.encode("utf-8", "replace"))


def _figures(plan: TranslationPlan, done: TranslationResult) -> list[tuple[str, str]]:
    run, pairs, size = done.training.run, plan.dataset, plan.dataset.size
    theta, looks, apart = done.training.artwork.theta, done.outcome.statistics, done.outcome.set_distance
    return [
        *_compared(done),
        ("sharpness", _share(looks.sharpness)),
        ("variety", _share(looks.diversity)),
        *(
            [("distance of made ones", f"{apart.generated:.3f}"), ("of other real ones", f"{apart.real:.3f}")]
            if apart
            else []
        ),
        ("pictures", f"{len(pairs.training)} + {len(pairs.validation)}"),
        ("size", f"{size[0]} × {size[1]}"),
        ("network", f"{theta.size:,} numbers, {format_bytes(theta.nbytes)}"),
        ("training", f"{run.step:,} steps, {_time(run.seconds)}"),
    ]


def _compared(done: TranslationResult) -> list[tuple[str, str]]:
    """How good the outputs are, one by one, and the inputs themselves; nothing where they have no target."""
    if done.baseline is None:
        return []
    differs = math.isfinite(done.baseline.psnr)
    return [
        ("PSNR, held out", decibels(done.evaluation.psnr)),
        *([("the input itself", decibels(done.baseline.psnr))] if differs else []),
        ("SSIM, held out", f"{done.evaluation.ssim:.3f}"),
        *([("the input itself", f"{done.baseline.ssim:.3f}")] if differs else []),
    ]


def _share(part: float | None) -> str:
    """Of the targets'."""
    return "—" if part is None else f"{part:.0%}"


def _shown(sheet: ExampleSheet) -> dict[str, str]:
    caption = f"step {sheet.step:,}" + (f", {decibels(sheet.psnr)}" if sheet.psnr is not None else "")
    alt = f"Held-out pictures as input, output and target, after {caption}"
    return {"src": _data(sheet.png, "image/png"), "caption": caption, "alt": alt}


def _data(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{b64encode(content).decode('ascii')}"


def decibels(psnr: float) -> str:
    """A PSNR in words."""
    return f"{psnr:.2f} dB" if math.isfinite(psnr) else _number(psnr)


def _number(psnr: float) -> str:
    return f"{psnr:.2f}" if math.isfinite(psnr) else "exact" if psnr > 0 else "no number"


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
