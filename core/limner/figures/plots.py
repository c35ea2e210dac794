"""Plots of the history of a fit over steps and time, drawn with matplotlib."""

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
MAX_MARKED_POINTS = 40  # curves with at most this many points show markers
PLAIN_DECIMAL_RANGE = (
    1e-4,
    1e6,
)  # losses between these are written as plain decimals on an axis of less than two decades
MIN_LOSS = 1e-40  # outside float32, a loss is 0 or infinite, which a log axis cannot show
FIXED_METADATA: Mapping[str, dict[str, Any]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}
"""Metadata by format that omits the date, so that the same data gives the same file."""


def check_plotting() -> None:
    """Raise an error if plots cannot be drawn, before long work begins.

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
    """Return a plot of loss (log scale) and PSNR, left over steps, right over time, and a trainer's panels below.

    Numbers that are not finite are omitted, and so are losses outside the positive range of float32.

    Args:
        rows: the history: each row has ``step``, ``seconds``, ``loss``, and optionally ``psnr`` and further metrics.
        title: the title of the figure.
        kind: ``png``, ``svg`` or ``pdf``.
        curves: the ``plot_panels`` of a trainer; panels without any finite number are omitted.

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
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # the font may lack characters of the title
        panels = [labels for labels in curves if any(np.isfinite(_column(rows, name)).any() for name in labels)]
        more = (len(panels) + 1) // 2
        figure = Figure(figsize=(11, 4.2 + 3.4 * more), layout=ConstrainedLayoutEngine(wspace=0.08))
        left, right, *below = figure.subplots(1 + more, 2).ravel()
        figure.suptitle(
            "".join(c if c.isprintable() else " " for c in title), parse_math=False, color=TEXT_COLOR, fontsize=12
        )
        has_psnr = bool(np.isfinite(psnr).any())
        for panel, x, label in ((left, steps, "step"), (right, seconds / unit, word)):
            _draw_panel(panel, x, label, loss, psnr if has_psnr else None)
        for panel, labels in zip(below, panels, strict=False):
            _draw_trainer_panel(panel, steps, rows, labels)
        for panel in below[len(panels) :]:
            panel.set_axis_off()
        figure.savefig(file, format=kind, dpi=150, metadata=FIXED_METADATA[kind])
    return file.getvalue()


def _column(rows: Sequence[Mapping[str, float]], name: str) -> np.ndarray:
    """Return one metric of each row, NaN where it is missing or not finite."""
    column = np.array([row.get(name, np.nan) for row in rows], dtype=np.float64)
    return np.where(np.isfinite(column), column, np.nan)


def _unit(seconds: np.ndarray) -> tuple[float, str]:
    """Return a suitable unit of time, in seconds, and its name."""
    longest = max(seconds[np.isfinite(seconds)], default=0.0)
    return next((unit, word) for least, unit, word in TIME_UNITS if longest >= least)


def _draw_panel(panel: Axes, x: np.ndarray, label: str, loss: np.ndarray, psnr: np.ndarray | None) -> None:
    """Draw loss and PSNR over ``x``, each with its own axis in its own colour."""
    _draw_axis(panel, label)
    if np.isfinite(loss).any():
        panel.set_yscale("log")
    _draw_curve(panel, x, loss, "loss", LOSS_COLOR)
    _use_plain_decimals(panel)
    if psnr is not None:
        _draw_curve(panel.twinx(), x, psnr, "PSNR, dB", PSNR_COLOR)
    panel.set_xlim(0.0, 1.02 * max(x[np.isfinite(x)], default=0.0) or 1.0)


def _use_plain_decimals(panel: Axes) -> None:
    """Label a log axis of few decades with plain decimals: 0.3 and 0.4 instead of 3 x 10⁻¹ and 4 x 10⁻¹."""
    from matplotlib.ticker import LogFormatter, MaxNLocator, NullLocator

    class Decimals(LogFormatter):
        def __call__(self, x: float, pos: int | None = None) -> str:
            label = super().__call__(x, pos)
            return np.format_float_positional(x, precision=6, fractional=False, trim="-") if label else ""

    low, high = panel.get_ylim()
    if panel.get_yscale() == "log" and PLAIN_DECIMAL_RANGE[0] <= low < high <= min(PLAIN_DECIMAL_RANGE[1], 100 * low):
        if high < 4 * low:  # a log axis would have too few labels; use the steps of a linear one
            panel.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
            panel.yaxis.set_minor_locator(NullLocator())
        panel.yaxis.set_major_formatter(Decimals(minor_thresholds=(2, 0.4)))
        panel.yaxis.set_minor_formatter(Decimals(minor_thresholds=(2, 0.4)))


def _draw_trainer_panel(
    panel: Axes, steps: np.ndarray, rows: Sequence[Mapping[str, float]], labels: Mapping[str, str]
) -> None:
    """Draw a panel of a trainer: one or two metrics, each with its own axis in its own colour."""
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
    """Draw the horizontal axis and the grid."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    panel.set_xlabel(label, color=TEXT_COLOR)
    panel.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10], integer=label == "step", min_n_ticks=1))
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    panel.grid(visible=True, color=GRID_COLOR, linewidth=0.8)
    panel.grid(visible=True, which="minor", axis="y", color=GRID_COLOR, linewidth=0.4)
    panel.set_axisbelow(True)
    panel.tick_params(axis="x", colors=TEXT_COLOR)


def _draw_curve(axes: Axes, x: np.ndarray, y: np.ndarray, label: str, colour: str) -> None:
    """Draw a line through the finite points."""
    finite = np.isfinite(x) & np.isfinite(y)
    if finite.any():
        marker = "o" if finite.sum() <= MAX_MARKED_POINTS else ""
        axes.plot(x[finite], y[finite], color=colour, linewidth=1.2, marker=marker, markersize=3.5, clip_on=not marker)
    axes.set_ylabel(label, color=colour)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.tick_params(which="both", length=0, labelsize=9)
    axes.tick_params(axis="y", which="both", colors=colour)
