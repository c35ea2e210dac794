"""Curves of a fit, over its steps and over time, drawn with matplotlib."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.errors import LimnerError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLOT_SUFFIXES = (".png", ".svg", ".pdf")
LOSS_COLOR = "#c4512d"
PSNR_COLOR = "#22628f"
TEXT_COLOR = "#3a3a3e"
GRID_COLOR = "#e4e4e8"
TIME_UNITS = ((3 * 3600.0, 3600.0, "hours"), (180.0, 60.0, "minutes"), (0.0, 1.0, "seconds"))
MAX_MARKED_POINTS = 40  # points; so many are marked
PLAIN_DECIMAL_RANGE = (
    1e-4,
    1e6,
)  # losses between these are written as plain decimals on an axis of less than two decades
MIN_LOSS = 1e-40  # beyond float32, a loss is 0 or infinite; a logarithmic axis has neither
FIXED_METADATA: Mapping[str, dict[str, Any]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}
"""What keeps a file the same from day to day."""


def check_plotting() -> None:
    """Refuse early what could not be drawn in the end.

    Raises:
        LimnerError: matplotlib is not installed.
    """
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise LimnerError(
            "a plot needs matplotlib; install it with: pip install 'limner[plot]', or name a .csv file"
        ) from error


def draw_curves(
    rows: Sequence[Mapping[str, float]], title: str, kind: str, curves: Sequence[Mapping[str, str]] = ()
) -> bytes:
    """Loss, on a logarithmic axis, and PSNR_COLOR: on the left over steps, on the right over time; a trainer's own below.

    Numbers that are not finite are left out, and losses that float32 has no positive number for.

    Args:
        rows: each with ``step``, ``seconds``, ``loss`` and perhaps ``psnr`` and others.
        title: stands above, as it is.
        kind: ``png``, ``svg`` or ``pdf``.
        curves: panels of others, a trainer's ``plot_panels``; one that no row has a number for is left out.

    Raises:
        LimnerError: matplotlib is not installed.
    """
    check_plotting()
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    steps, seconds, loss, psnr = (_column(rows, name) for name in ("step", "seconds", "loss", "psnr"))
    loss[(loss < MIN_LOSS) | (loss > 1 / MIN_LOSS)] = np.nan
    unit, word = _unit(seconds)
    file = BytesIO()
    with warnings.catch_warnings(), rc_context({"svg.hashsalt": "limner", "font.size": 10}):
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # a title may be in any script
        own = [labels for labels in curves if any(np.isfinite(_column(rows, name)).any() for name in labels)]
        more = (len(own) + 1) // 2
        figure = Figure(figsize=(11, 4.2 + 3.4 * more), layout=ConstrainedLayoutEngine(wspace=0.08))
        left, right, *below = figure.subplots(1 + more, 2).ravel()
        figure.suptitle(
            "".join(c if c.isprintable() else " " for c in title), parse_math=False, color=TEXT_COLOR, fontsize=12
        )
        rated = bool(np.isfinite(psnr).any())
        for panel, x, label in ((left, steps, "step"), (right, seconds / unit, word)):
            _draw_panel(panel, x, label, loss, psnr if rated else None)
        for panel, labels in zip(below, own, strict=False):
            _draw_trainer_panel(panel, steps, rows, labels)
        for panel in below[len(own) :]:
            panel.set_axis_off()
        figure.savefig(file, format=kind, dpi=150, metadata=FIXED_METADATA[kind])
    return file.getvalue()


def _column(rows: Sequence[Mapping[str, float]], name: str) -> np.ndarray:
    """One number of each row, NaN where it is missing or not finite."""
    column = np.array([row.get(name, np.nan) for row in rows], dtype=np.float64)
    return np.where(np.isfinite(column), column, np.nan)


def _unit(seconds: np.ndarray) -> tuple[float, str]:
    """A unit of time that suits the longest, in seconds, and its name."""
    longest = max(seconds[np.isfinite(seconds)], default=0.0)
    return next((unit, word) for least, unit, word in TIME_UNITS if longest >= least)


def _draw_panel(panel: Axes, x: np.ndarray, label: str, loss: np.ndarray, psnr: np.ndarray | None) -> None:
    """Both curves over ``x``, each with its own axis in its own colour."""
    _draw_axis(panel, label)
    if np.isfinite(loss).any():
        panel.set_yscale("log")
    _draw_curve(panel, x, loss, "loss", LOSS_COLOR)
    _use_plain_decimals(panel)
    if psnr is not None:
        _draw_curve(panel.twinx(), x, psnr, "PSNR, dB", PSNR_COLOR)
    panel.set_xlim(0.0, 1.02 * max(x[np.isfinite(x)], default=0.0) or 1.0)


def _use_plain_decimals(panel: Axes) -> None:
    """Plain decimals on a logarithmic axis that few powers of ten lie on: 0.3 and 0.4 for 3 x 10⁻¹ and 4 x 10⁻¹."""
    from matplotlib.ticker import LogFormatter, MaxNLocator, NullLocator

    class Decimals(LogFormatter):
        def __call__(self, x: float, pos: int | None = None) -> str:
            chosen = super().__call__(x, pos)
            return np.format_float_positional(x, precision=6, fractional=False, trim="-") if chosen else ""

    low, high = panel.get_ylim()
    if panel.get_yscale() == "log" and PLAIN_DECIMAL_RANGE[0] <= low < high <= min(PLAIN_DECIMAL_RANGE[1], 100 * low):
        if high < 4 * low:  # so few whole multiples of a power are there that steps of a plain axis say more
            panel.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
            panel.yaxis.set_minor_locator(NullLocator())
        panel.yaxis.set_major_formatter(Decimals(minor_thresholds=(2, 0.4)))
        panel.yaxis.set_minor_formatter(Decimals(minor_thresholds=(2, 0.4)))


def _draw_trainer_panel(
    panel: Axes, steps: np.ndarray, rows: Sequence[Mapping[str, float]], labels: Mapping[str, str]
) -> None:
    """One or two curves that a trainer tells of, each with its own axis in its own colour."""
    _draw_axis(panel, "step")
    for axes, colour, (name, label) in zip((panel, None), (PSNR_COLOR, LOSS_COLOR), labels.items(), strict=False):
        axes, y = axes or panel.twinx(), _column(rows, name)
        if label.endswith("%"):
            y = 100 * y
            axes.axhline(50, color=GRID_COLOR, linewidth=1.6)
            axes.set_ylim(-2, 102)
        _draw_curve(axes, steps, y, label, colour)
    panel.set_xlim(0.0, 1.02 * max(steps[np.isfinite(steps)], default=0.0) or 1.0)


def _draw_axis(panel: Axes, label: str) -> None:
    """The axis below, and the grid."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    panel.set_xlabel(label, color=TEXT_COLOR)
    panel.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10], integer=label == "step", min_n_ticks=1))
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    panel.grid(visible=True, color=GRID_COLOR, linewidth=0.8)
    panel.grid(visible=True, which="minor", axis="y", color=GRID_COLOR, linewidth=0.4)
    panel.set_axisbelow(True)
    panel.tick_params(axis="x", colors=TEXT_COLOR)


def _draw_curve(axes: Axes, x: np.ndarray, y: np.ndarray, label: str, colour: str) -> None:
    """A line through the points that there are."""
    there = np.isfinite(x) & np.isfinite(y)
    if there.any():
        marker = "o" if there.sum() <= MAX_MARKED_POINTS else ""
        axes.plot(x[there], y[there], color=colour, linewidth=1.2, marker=marker, markersize=3.5, clip_on=not marker)
    axes.set_ylabel(label, color=colour)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.tick_params(which="both", length=0, labelsize=9)
    axes.tick_params(axis="y", which="both", colors=colour)
