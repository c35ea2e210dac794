"""The board: what lies between the buttons, as sheets of pairs, as walks, and as codes that were never learned."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from pydantic import Field

from limner.errors import LimnerError
from limner.figures.contact_sheet import check_sheet, write_sheet
from limner.formats.video_files import check_reel, movie_for, recording
from limner.formats.video_format import Reel
from limner.imaging.planes import over_white
from limner.imaging.target import shrunk
from limner.recipes.conditioning import labels_of, stations_of, weights_of
from limner.registry.events import Saved
from limner.registry.registry import registry
from limner.stages.base import Stage
from limner.utils.resources import available_memory
from limner.utils.seeding import child_rng
from limner.utils.validation import validate

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.stages.backend import Backend

Code = tuple[float, ...]

CELL = 128
"""Pixels of the longer side of a sheet's cells, where no size is given."""
KINDS = ("pair", "triple", "half", "negative", "random")
TRIES = 50


class Walk(Stage):
    """A walk from each picture that was learned to the next, and back to the first."""

    between: int = Field(default=24, ge=1, le=10_000, description="frames from one button to the next")
    stay: int = Field(default=6, ge=0, le=10_000, description="frames that stand still at each button")
    rate: float = Field(default=25.0, ge=0.01, le=240, description="frames a second")
    back: bool = Field(default=True, description="go back from the last button to the first")


class Sample(NamedTuple):
    """A code that was never learned, and what it is."""

    kind: str
    code: Code


def walk_of(settings: Mapping[str, Any]) -> Walk:
    """A walk with settings.

    Raises:
        LimnerError: there is no such setting, or a value is wrong.
    """
    return validate(Walk, settings, "walk")


def pair_codes(count: int) -> list[Code]:
    """All pairs of so many buttons, row by row: pressed together right of the diagonal, halves of both left of it."""
    eye = np.eye(count)

    def code(i: int, j: int) -> Code:
        return _code(eye[i] if i == j else (1.0 if i < j else 0.5) * (eye[i] + eye[j]))

    return [code(i, j) for i in range(count) for j in range(count)]


def walk_codes(stations: Sequence[Code], walk: Walk) -> Iterator[Code]:
    """The codes of a walk, frame by frame; it starts and stops gently at each station."""
    places, count = np.asarray(stations), len(stations)
    steps = np.arange(walk.between) / walk.between
    for i in range(count if walk.back and count > 1 else count - 1):
        yield from walk.stay * [_code(places[i])]
        for t in steps * steps * (3 - 2 * steps):
            yield _code((1 - t) * places[i] + t * places[(i + 1) % count])
    if not walk.back or count == 1:
        yield from max(1, walk.stay) * [_code(places[count - 1])]


def unseen_codes(number: int, stations: Sequence[Code], seed: int) -> list[Sample]:
    """So many codes that are none of those that were learned, the stations, each another.

    They are pairs, triples, halves, negatives and random ones, in turn.

    Raises:
        LimnerError: there are not so many.
    """
    rng = child_rng(seed, "unseen")
    known, count = set(stations), len(stations[0])
    out: list[Sample] = []
    for kind in (KINDS[i % len(KINDS)] for i in range(number)):
        code = next((c for c in (_drawn(kind, count, rng) for _ in range(TRIES)) if c not in known), None)
        if code is None:  # so few buttons have no more of this kind
            kind = "random"
            code = next((c for c in (_drawn(kind, count, rng) for _ in range(TRIES)) if c not in known), None)
        if code is None:
            raise LimnerError(f"--samples {number}: {count} buttons have no more than {len(out)} unseen codes")
        known.add(code)
        out.append(Sample(kind, code))
    return out


def spelled(code: Sequence[float]) -> str:
    """A code as a file's name, which a fit would read again: ``1,0,0.5``."""
    return ",".join(f"{weight:.6g}" for weight in code)


def check_press_sheet(path: Path, art: Artwork, *, size: tuple[int, int] | None, force: bool) -> None:
    """Refuse early what could not be drawn in the end.

    Raises:
        LimnerError: the artwork has no buttons, or too many for a page; or the file cannot be written.
    """
    count = len(labels_of(art.recipe))
    check_sheet(path, count * count, force=force)
    width, height = size or shrunk(art.recipe.size, CELL)
    if 4 * count * count * width * height > available_memory():
        raise LimnerError(f"{path}: memory does not hold {count * count} pictures of {width}x{height}; lower --size")


def check_walk(
    path: str,
    art: Artwork,
    walk: Walk,
    *,
    size: tuple[int, int] | None,
    options: Mapping[str, Any] | None,
    force: bool,
) -> None:
    """Likewise, of a walk.

    Raises:
        LimnerError: the movie cannot be written.
    """
    width, height = size or art.recipe.size
    movie = movie_for(path, options).stage
    check_reel(path, movie, Reel(width=width, height=height, rate=walk.rate), force=force)


def write_press_sheet(
    path: Path, art: Artwork, backend: Backend, *, size: tuple[int, int] | None = None, force: bool = False
) -> None:
    """All pairs of an artwork's buttons on one page.

    Raises:
        LimnerError: the artwork has no buttons, or too many for a page; or the file cannot be written.
    """
    labels = labels_of(art.recipe)
    codes = pair_codes(len(labels))
    check_sheet(path, len(codes), force=force)
    size = size or shrunk(art.recipe.size, CELL)
    raster = art.model.raster_size
    finer = 1 if raster and raster[0] <= size[0] else 2  # a raster has nothing between its pixels
    cells = []
    for place, code in enumerate(codes):
        i, j = divmod(place, len(labels))
        words = labels[i] if i == j else f"{labels[i]} + {labels[j]}" if i < j else f"{labels[j]} | {labels[i]}"
        cells.append((words, art.press(code).render(size, supersample=finer, backend=backend)))
    record = {"press": codes, "recipe": art.recipe.table()}
    write_sheet(path, cells, record, columns=len(labels), force=force)
    registry().emit(Saved(path))


def write_walk(
    path: str | Path,
    art: Artwork,
    walk: Walk,
    backend: Backend,
    *,
    size: tuple[int, int] | None = None,
    options: Mapping[str, Any] | None = None,
    force: bool = False,
) -> int:
    """A walk from picture to picture as a movie, whose format the path's ending names; how many frames it has.

    Raises:
        LimnerError: the artwork has no buttons, or the movie cannot be written.
    """
    width, height = size or art.recipe.size
    manifest = json.dumps({"recipe": art.recipe.table(), "walk": walk.model_dump(mode="json")})
    frames = 0
    reel = Reel(width=width, height=height, rate=walk.rate, manifest=manifest)
    with recording(path, reel, options, force=force, option="--press-walk") as recorder:
        for code in walk_codes(stations_of(art.recipe), walk):
            recorder.add(over_white(art.press(code).render((width, height), backend=backend)))
            frames += 1
    return frames


def board_of(art: Artwork) -> dict[str, Any]:
    """What ``info`` tells of the buttons: their names, and what is pressed."""
    return {"labels": list(labels_of(art.recipe)), "press": list(weights_of(art.recipe))}


def _drawn(kind: str, count: int, rng: np.random.Generator) -> Code:
    """A code of a kind; where there are too few buttons for it, of as many as there are."""
    code = np.zeros(count)
    many = {"pair": 2, "triple": 3, "half": int(rng.integers(1, 3)), "negative": 2}.get(kind, count)
    chosen = rng.choice(count, min(many, count), replace=False)
    if kind == "random":
        code = rng.uniform(-0.5, 1.5, count).round(2)
    elif kind == "negative":
        code[chosen] = 1.0
        code[chosen[-1]] = -1.0
    else:
        code[chosen] = 0.5 if kind == "half" else 1.0
    return _code(code)


def _code(weights: np.ndarray) -> Code:
    return tuple(float(weight) + 0.0 for weight in weights)
