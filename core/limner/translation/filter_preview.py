"""The sheet of filters: some pictures, and what each filter makes of them, a row for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.arrays.namespace import to_host
from limner.arrays.parameters import Params
from limner.composition.nested import fill_kinds
from limner.composition.overrides import apply, show_value
from limner.composition.stage_spec import StageSpec
from limner.errors import LimnerError
from limner.figures.mosaic import GridLayout, enlarge_pixels, enlarged_size
from limner.figures.text import INK, PAPER, label_font, wrap_text
from limner.registry.registry import registry
from limner.stages.context import Context, Samples
from limner.stages.encoder import Encoder
from limner.stages.image_filter import ImageFilter, channels_to_rgb
from limner.utils.atomic_files import atomic_write, check_target
from limner.utils.resources import require_memory
from limner.utils.seeding import child_rng
from limner.utils.validation import validate

if TYPE_CHECKING:
    from PIL.Image import Image

    from limner.translation.datasets.images import ImageDataset

ORIGINALS = "pictures"
UNCHANGED = "identity"
"""What it makes of pictures is the pictures, which stand above."""
SIDE, LONGEST = 96, 512
"""Pixels that a picture's shorter side is to have, and its longer one may have: smaller ones are enlarged by whole
numbers, as far as both allow."""
LEAST = 72
"""Pixels of a row's height, for the words beside it."""
GAP, MARGIN = 6, 16
LABEL, TEXT, SMALL = 132, 14, 11
BRIGHT = (224, 224, 228)
MOST_PIXELS = 80_000_000  # beyond, Pillow takes a page for a decompression bomb when it is read
MOST_COLUMNS = 100


@dataclass(frozen=True)
class FilterRow:
    """A filter of the sheet.

    Attributes:
        name: as it is registered.
        stage: it, in its settings.
        said: the settings that are not its defaults, as they are written on a command line.
    """

    name: str
    stage: Encoder
    said: str = ""


def filters() -> list[str]:
    """The names of all encoders that make something of pictures, first those that do nothing else; no broken ones."""
    known, speaks = registry(), {}
    for name in known.names("encoder"):
        with suppress(LimnerError):
            speaks[name] = known.load("encoder", name, Encoder).domains
    return sorted((name for name, domains in speaks.items() if "image" in domains), key=lambda name: len(speaks[name]))


def rows_of(names: Sequence[str] | None, settings: Mapping[str, Any]) -> list[FilterRow]:
    """Filters by their names, all but ``identity`` where None is given, in settings by path: ``encoder.canny.sigma``.

    Raises:
        LimnerError: a name is unknown or no filter's, or a setting is wrong.
    """
    chosen = [name for name in filters() if name != UNCHANGED] if names is None else list(names)
    if not chosen:
        raise LimnerError("`encoders`: names no filter; leave it out for all of them")
    stray = next((path for path in settings if not path.startswith("encoder.")), None)
    if stray is not None:
        raise LimnerError(f"setting {stray!r}: is no filter's; write it as encoder.{chosen[0]}.field=value")
    tables = apply({"encoder": []}, settings, {"encoder": chosen})["encoder"]
    kinds = [table["kind"] for table in tables]
    which = [place if kinds.count(kind) > 1 else kind for place, kind in enumerate(kinds)]
    return [_row(*one) for one in zip(tables, which, strict=True)]


def check_filter_sheet(path: Path, rows: int, count: int, size: tuple[int, int], *, force: bool) -> None:
    """Refuse early what could not be written in the end.

    Raises:
        LimnerError: the file cannot be written or is no .png, or the sheet would be too large.
    """
    if path.suffix.lower() != ".png":
        raise LimnerError(f"{path}: a sheet is written as .png")
    check_target(path, force=force)
    width, height = sheet_size(rows, count, size)
    if width * height > MOST_PIXELS:
        raise LimnerError(f"{path}: a sheet of {width}x{height} pixels is too large; lower `size` or `count`")
    need = 3 * width * height + 400 * count * size[0] * size[1]
    require_memory(need, f"{path}: the sheet takes", "lower `size` or `count`")


def sheet_size(rows: int, count: int, size: tuple[int, int]) -> tuple[int, int]:
    """Width and height of the page of so many filters and pictures of a size."""
    right, bottom = _grid(rows, count, size).end
    return right + MARGIN, bottom + MARGIN


def _grid(rows: int, count: int, size: tuple[int, int]) -> GridLayout:
    """Return the cells of the pictures and of so many filters, to the right of their names."""
    width, height = enlarged_size(size, SIDE, LONGEST)
    return GridLayout((width, max(height, LEAST)), count, rows + 1, gap=GAP, left=MARGIN + LABEL, top=MARGIN)


def write_filter_sheet(
    path: Path, rows: Sequence[FilterRow], collection: ImageDataset, *, seed: int = 0, force: bool = False
) -> None:
    """Lay the pictures out in a row, and under them what each filter makes of them, and write a PNG.

    What a filter draws follows from the seed and the picture's place; the other picture of the set, for a filter that
    looks at one, is the next.

    Raises:
        LimnerError: the file cannot be written.
    """
    page = _page(rows, collection, seed)
    with atomic_write(path, force=force) as file:
        page.save(file, format="PNG", optimize=True)


def _row(table: Mapping[str, Any], which: str | int) -> FilterRow:
    """The filter of a recipe's table."""
    name = str(table["kind"])
    cls = registry().load("encoder", name, Encoder)
    if "image" not in cls.domains:
        speaks = " or ".join(f"{domain}s" for domain in sorted(cls.domains))
        raise LimnerError(
            f"encoder {name!r} speaks {speaks} and makes nothing of pictures; choose among {', '.join(filters())}"
        )
    fields = {key: value for key, value in table.items() if key != "kind"}
    stage = validate(cls, fill_kinds(cls, fields), f"encoder.{which}")
    plain = StageSpec("encoder", name, cls()).table()
    said = {key: value for key, value in StageSpec("encoder", name, stage).table().items() if value != plain[key]}
    return FilterRow(name, stage, ", ".join(f"{key}={show_value(value)}" for key, value in said.items()))


def _page(rows: Sequence[FilterRow], collection: ImageDataset, seed: int) -> Image:
    from PIL import Image, ImageDraw

    images = np.moveaxis(collection.planes, 1, 0).astype(np.float32) / np.float32(255)
    others = np.roll(images, -1, axis=1) if len(collection) > 1 else None
    samples = Samples(images=images, other_images=others, index=np.arange(len(collection)))
    size, grid = enlarged_size(collection.size, SIDE, LONGEST), _grid(len(rows), len(collection), collection.size)
    page = Image.new("RGB", sheet_size(len(rows), len(collection), collection.size), PAPER)
    pen = ImageDraw.Draw(page)
    ctx = Context(size=collection.size, seed=seed)
    for place, row in enumerate([None, *rows]):
        shown = images if row is None else _made(row.stage, samples, ctx)
        middle = grid.cell_origin(0, place)[1] + grid.cell[1] // 2
        _label(pen, middle, ORIGINALS if row is None else row.name, "" if row is None else row.said)
        for i in range(len(collection)):
            picture = enlarge_pixels(shown[:, i].transpose(1, 2, 0), size)
            page.paste(picture, (grid.cell_origin(i, place)[0], middle - size[1] // 2))
    return page


def _made(stage: Encoder, samples: Samples, ctx: Context) -> np.ndarray:
    """What a filter makes of the pictures, as pictures to look at."""
    settled = stage.resolved(child_rng(ctx.seed, "sheet"))
    layout = settled.param_layout()
    params = Params(layout, layout.pack(settled.init_params(child_rng(ctx.seed, "encoder"))))
    features = settled.forward(params, samples, ctx)
    return to_host(settled.to_rgb(features) if isinstance(settled, ImageFilter) else channels_to_rgb(features))


def _label(pen: Any, middle: int, name: str, said: str) -> None:
    """A filter's name beside its row, and what was set below it."""
    lines = wrap_text(said, LABEL - 2 * GAP, SMALL) if said else []
    above = -8 * len(lines)
    pen.text((MARGIN, middle + above), name, fill=BRIGHT, font=label_font(TEXT), anchor="lm")
    for i, line in enumerate(lines):
        at = (MARGIN, middle + above + 18 + 15 * i)
        pen.text(at, line, fill=INK, font=label_font(SMALL), anchor="lm")
