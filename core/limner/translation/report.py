"""The report of a training: one self-contained HTML page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from limner.artworks.diagrams.diagram import diagram
from limner.errors import LimnerError
from limner.figures.data_urls import data_url
from limner.figures.plots import check_plotting, draw_curves
from limner.stages.optimization.diagnostics import diagnostics_of
from limner.utils.atomic_files import atomic_write, check_target
from limner.utils.resources import format_bytes
from limner.utils.shell import quote
from limner.utils.text import decodable

if TYPE_CHECKING:
    from limner.translation.plan import TranslationPlan
    from limner.translation.train import TranslationResult


class ExampleSheet(NamedTuple):
    """An example sheet: the step, the validation PSNR in dB (None if outputs have no targets), and the PNG file."""

    step: int
    psnr: float | None
    png: bytes


def check_report(path: Path, *, force: bool) -> None:
    """Check before a training that its report can be written.

    Raises:
        LimnerError: the suffix is not .html, the file cannot be written, or a package is missing.
    """
    if path.suffix.lower() not in (".html", ".htm"):
        raise LimnerError(f"{path}: the report is an HTML page; use the ending .html")
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
    network_path: Path,
    plan: TranslationPlan,
    result: TranslationResult,
    sheets: Sequence[ExampleSheet],
    *,
    force: bool,
) -> None:
    """Write the page: metrics, sheets, history, results per validation image, network, usage and the recipe.

    Text from names and recipes is escaped, and the page forbids scripts.

    Raises:
        LimnerError: the file cannot be written.
    """
    from jinja2 import Environment

    template = (resources.files("limner.translation") / "report.html").read_text("utf-8")
    run, recipe, panels = result.training.run, plan.recipe, plan.trainer.traits().plot_panels
    name = quote(f"./{network_path.name}")
    drawn = diagram(recipe, transparent=True)
    *earlier, last = [_sheet_values(sheet) for sheet in sheets]
    values: dict[str, Any] = {
        "title": recipe.title,
        "summary": recipe.header.summary,
        "figures": _figures(plan, result),
        "trainer_summary": diagnostics_of(plan.trainer).summary(run.state),
        "last": last,
        "earlier": earlier,
        "plot": data_url(draw_curves(run.history.rows, recipe.title, "svg", panels), "image/svg+xml"),
        "diagram": data_url(drawn.svg.encode("utf-8"), "image/svg+xml"),
        "network": drawn.summary,
        "paired": result.baseline is not None,
        "pictures": [
            (name, _number(a.psnr), f"{a.ssim:.3f}", _number(b.psnr)) for name, a, b in result.outcome.per_image
        ],
        "show_baseline": result.baseline is not None and math.isfinite(result.baseline.psnr),
        "command": f"limner translate apply {name} PICTURE... -o translated"
        if result.baseline
        else f"limner translate sample {name} --count 16 -o new --sheet new.png",
        "recipe": recipe.to_toml(),
    }
    page = Environment(autoescape=True).from_string(template).render(**values)
    with atomic_write(path, force=force) as file:
        file.write(decodable(page).encode("utf-8"))


def _figures(plan: TranslationPlan, result: TranslationResult) -> list[tuple[str, str]]:
    run, pairs, size = result.training.run, plan.dataset, plan.dataset.size
    theta, statistics, set_distance = (
        result.training.artwork.theta,
        result.outcome.statistics,
        result.outcome.set_distance,
    )
    return [
        *_comparison_figures(result),
        ("sharpness", _percent(statistics.sharpness)),
        ("diversity", _percent(statistics.diversity)),
        *(
            [
                ("distance of generated images", f"{set_distance.generated:.3f}"),
                ("distance of training images", f"{set_distance.real:.3f}"),
            ]
            if set_distance
            else []
        ),
        ("training + validation images", f"{len(pairs.training)} + {len(pairs.validation)}"),
        ("size", f"{size[0]} × {size[1]}"),
        ("network", f"{theta.size:,} parameters, {format_bytes(theta.nbytes)}"),
        ("training", f"{run.step:,} steps, {_time(run.seconds)}"),
    ]


def _comparison_figures(result: TranslationResult) -> list[tuple[str, str]]:
    """Return the mean quality of outputs and unprocessed inputs; empty if outputs have no targets of their own."""
    if result.baseline is None:
        return []
    differs = math.isfinite(result.baseline.psnr)
    return [
        ("validation PSNR", format_psnr(result.evaluation.psnr)),
        *([("unprocessed input", format_psnr(result.baseline.psnr))] if differs else []),
        ("validation SSIM", f"{result.evaluation.ssim:.3f}"),
        *([("unprocessed input", f"{result.baseline.ssim:.3f}")] if differs else []),
    ]


def _percent(fraction: float | None) -> str:
    """Return a fraction as a percentage; a dash if it is unknown."""
    return "—" if fraction is None else f"{fraction:.0%}"


def _sheet_values(sheet: ExampleSheet) -> dict[str, str]:
    caption = f"step {sheet.step:,}" + (f", {format_psnr(sheet.psnr)}" if sheet.psnr is not None else "")
    alt = f"Validation images as input, output and target, after {caption}"
    return {"src": data_url(sheet.png, "image/png"), "caption": caption, "alt": alt}


def format_psnr(psnr: float) -> str:
    """Return a PSNR as text, with its unit if it is finite."""
    return f"{psnr:.2f} dB" if math.isfinite(psnr) else _number(psnr)


def _number(psnr: float) -> str:
    return f"{psnr:.2f}" if math.isfinite(psnr) else "exact" if psnr > 0 else "not a number"


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
