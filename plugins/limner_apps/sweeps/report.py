"""The pages of a sweep: a sheet of its pictures, rows and columns by its axes, and all its movies as one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from limner.app import LimnerError, did_you_mean
from limner.app.artworks import open_artwork
from limner.app.figures import PAPER, SHOWN, check_sheet, layout, mosaic, movie_for, recording, wrapped, write_sheet
from limner.app.pictures import over_white, read_target, shrunk
from limner.app.recipes import show_value
from limner.app.registry import Saved, registry
from limner.plugin import Reel
from limner_apps.sweeps import trial as cells

if TYPE_CHECKING:
    from limner.plugin import Backend
    from limner_apps.sweeps.sweep import Cell, Sweep

SIDE = 160
LINES = 3
"""Of a label, at the most."""
WIDE = 8
"""Pictures of a row, at the most, where nobody says by what it goes."""
SEED, IMAGE, STEP = "seed", "image", "step"


class Piece(NamedTuple):
    """A picture of a sheet: where it lies, and what it is by each axis."""

    file: Path
    point: Mapping[str, Any]
    psnr: float | None


def check_pages(sweep: Sweep, sheet: Path, rows: str, columns: str, *, force: bool) -> None:
    """Refuse early what could not be drawn in the end.

    Raises:
        LimnerError: an axis is not the sweep's, the page would hold too much, or the file cannot be written.
    """
    known = _names(sweep)
    for name in (rows, columns):
        if name and name not in known:
            raise LimnerError(f"--rows and --columns: {name!r} is not varied{did_you_mean(name, known)}")
    if rows and rows == columns:
        raise LimnerError(f"--columns {columns}: is what --rows goes by already")
    check_sheet(sheet, _most(sweep, rows, columns), force=force)


def _most(sweep: Sweep, rows: str, columns: str) -> int:
    """Pictures that a sheet has at the most."""
    steps = 1 + len(sweep.fitting.at_steps)
    if not rows and not columns:
        return len(sweep) * steps + len(sweep.images)
    return (_length(sweep, rows, steps) + 1) * _length(sweep, columns, steps)


def _length(sweep: Sweep, name: str, steps: int) -> int:
    """Values that an axis has at the most."""
    known = {SEED: len(sweep.seeds), IMAGE: len(sweep.images), STEP: steps, "": 1}
    if name in known:
        return known[name]
    axis = next(axis for axis in sweep.axes if axis.path == name)
    return (
        min(len(axis.values), sweep.samples) if sweep.samples and not axis.span else sweep.samples or len(axis.values)
    )


def draw_sheet(
    path: Path,
    sweep: Sweep,
    pieces: Sequence[Piece],
    backend: Backend,
    *,
    rows: str = "",
    columns: str = "",
    force: bool = False,
) -> None:
    """A labelled picture for each piece, the originals before theirs.

    Without axes, each original begins a row, and what was made of it follows; with them, a piece stands in the row and
    column of its values, the first of those that have both.

    Raises:
        LimnerError: there are too many, or the file cannot be written.
    """
    size = _size(pieces)
    table = _table(sweep, pieces, rows, columns)
    more = [name for name in (IMAGE, SEED, STEP) if len({piece.point[name] for piece in pieces}) > 1]
    drawn: list[tuple[str, np.ndarray]] = []
    for row in table:
        for item in row:
            drawn.append(("", _blank(size)) if item is None else _cell(item, size, more, backend))
    check_sheet(path, len(drawn), force=force)
    record = {"name": sweep.name, "sweep": sweep.identity}
    lines = max(len(wrapped(label, size[0], most=LINES)) for label, _ in drawn)
    write_sheet(path, drawn, record, columns=len(table[0]), lines=max(lines, 1), force=force)
    registry().emit(Saved(path))


def draw_animation(path: Path, tasks: Sequence[cells.Task], *, rate: float, force: bool) -> None:
    """All movies of a sweep side by side, frame by frame; one that is shorter stands still at its end.

    Raises:
        LimnerError: the movie cannot be written.
    """
    shots = [_frames(cells.movie_of(task)) for task in tasks[:SHOWN]]
    frames = [next(one) for one in shots]
    columns, rows = layout(len(frames))
    height, width = (max(frame.shape[i] for frame in frames) for i in (0, 1))
    reel = Reel(width=columns * width, height=rows * height, rate=rate, hold=1.0)
    with recording(path, reel, force=force) as recorder:
        moving = True
        while moving:
            recorder.add(mosaic([_padded(frame, width, height) for frame in frames]))
            later = [next(one, None) for one in shots]
            moving = any(frame is not None for frame in later)
            frames = [now if then is None else then for now, then in zip(frames, later, strict=True)]


def pieces_of(sweep: Sweep, folder: Path, records: Mapping[str, Mapping[str, Any]]) -> list[Piece]:
    """The pictures that there are, in the order of the cells."""
    out = []
    for one in sweep.cells:
        for row in records.get(one.name, {}).get("rows", ()):
            out.append(Piece(folder / row["file"], _point(one, row), row.get("psnr")))
    return out


def _point(one: Cell, row: Mapping[str, Any]) -> dict[str, Any]:
    return {IMAGE: one.image, SEED: one.seed, **one.point, STEP: row["step"]}


def _names(sweep: Sweep) -> list[str]:
    return [*(axis.path for axis in sweep.axes), SEED, *([IMAGE, STEP] if sweep.images else [])]


def _table(sweep: Sweep, pieces: Sequence[Piece], rows: str, columns: str) -> list[list[Piece | str | None]]:
    """Pieces, names of originals, and gaps, row by row, all rows as long."""
    if rows or columns:
        across = _values(pieces, columns)
        lines: list[list[Piece | str | None]] = [
            [_found(pieces, {rows: r, columns: c}) for c in across] for r in _values(pieces, rows)
        ]
        if len(sweep.images) == 1:
            lines = [[sweep.images[0] if i == 0 else None, *line] for i, line in enumerate(lines)]
        return lines
    if not sweep.images:
        wide = max(1, round(len(pieces) ** 0.5))
        lines = [list(pieces[i : i + wide]) for i in range(0, len(pieces), wide)]
    else:
        lines = [[image, *(p for p in pieces if p.point[IMAGE] == image)] for image in sweep.images]
        if len(sweep.images) == 1:
            wide = -(-len(lines[0]) // -(-len(lines[0]) // WIDE))  # rows as long as one another
            lines = [lines[0][i : i + wide] for i in range(0, len(lines[0]), wide)]
    most = max(map(len, lines), default=1)
    return [line + [None] * (most - len(line)) for line in lines]


def _values(pieces: Sequence[Piece], name: str) -> list[Any]:
    """What an axis's pieces have, in their order; one value for no axis."""
    if not name:
        return [None]
    out: list[Any] = []
    for piece in pieces:
        if name in piece.point and piece.point[name] not in out:
            out.append(piece.point[name])
    return out


def _found(pieces: Sequence[Piece], wanted: Mapping[str, Any]) -> Piece | None:
    asked = {name: value for name, value in wanted.items() if name}
    return next((p for p in pieces if all(p.point.get(name) == value for name, value in asked.items())), None)


def _size(pieces: Sequence[Piece]) -> tuple[int, int]:
    """Of a sheet's cells: the first picture's, shrunk."""
    if not pieces:
        raise LimnerError("the sweep has no whole cell to draw a sheet of")
    width, height = open_artwork(pieces[0].file).recipe.size
    scale = SIDE / max(width, height)  # tiny ones are painted larger: words must stand below them
    return max(1, round(width * scale)), max(1, round(height * scale))


def _cell(item: Piece | str, size: tuple[int, int], more: Sequence[str], backend: Backend) -> tuple[str, np.ndarray]:
    """A picture and its label: what it is by each axis, and by ``more``."""
    if isinstance(item, str):
        try:
            return "original", over_white(read_target(item, size=size, cover=True).pixels())
        except LimnerError:  # it was there when the sweep began
            return "gone", _blank(size)
    art = open_artwork(item.file)
    own = {name: value for name, value in item.point.items() if name not in (IMAGE, SEED, STEP)}
    words = [f"{_short(name)}={value if isinstance(value, str) else show_value(value)}" for name, value in own.items()]
    words += [f"{name} {Path(str(item.point[name])).stem}" for name in more]
    words += [f"{item.psnr:.1f} dB"] if item.psnr is not None else []
    pixels = art.render(size, supersample=1 if art.model.plate else 2, backend=backend)
    return " ".join(words) or f"seed {item.point[SEED]}", over_white(pixels)


def _blank(size: tuple[int, int]) -> np.ndarray:
    return np.full((size[1], size[0], 3), PAPER, np.uint8)


def _short(path: str) -> str:
    return path.rpartition(".")[2]


def _frames(path: Path) -> Iterator[np.ndarray]:
    movie = movie_for(path).stage
    for shot in movie.shots(path):
        yield _small(over_white(shot.pixels))


def _small(frame: np.ndarray) -> np.ndarray:
    from PIL import Image

    image = Image.fromarray(frame)
    return np.asarray(image.resize(shrunk(image.size, SIDE), Image.Resampling.LANCZOS))


def _padded(frame: np.ndarray, width: int, height: int) -> np.ndarray:
    if frame.shape[:2] == (height, width):
        return frame
    page = np.zeros((height, width, 3), np.uint8)
    page[: frame.shape[0], : frame.shape[1]] = frame
    return page
