"""The preview sheet of filters: some pictures, and a row with the output of each filter."""

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
IDENTITY = "identity"
"""The filter whose output is the pictures themselves, which the first row shows already."""
MIN_SHORT_SIDE, MAX_LONG_SIDE = 96, 512
"""The least pixels of a picture's shorter side, and the most of its longer side: smaller pictures are enlarged by an
integer factor, as far as both allow."""
MIN_ROW_HEIGHT = 72
"""The least height of a row in pixels, so that its label fits."""
GAP, MARGIN = 6, 16
LABEL, TEXT, SMALL = 132, 14, 11
BRIGHT = (224, 224, 228)
MAX_SHEET_PIXELS = 80_000_000  # above this, Pillow reports a decompression bomb when it reads the file
MAX_COLUMNS = 100


@dataclass(frozen=True)
class FilterRow:
    """A row of the sheet.

    Attributes:
        name: the registered name of the filter.
        stage: the filter with its settings.
        settings: the settings that differ from the defaults, as ``key=value``, separated by commas.
    """

    name: str
    stage: Encoder
    settings: str = ""


def filter_names() -> list[str]:
    """Return the names of all encoders that filter pictures, those of the image domain alone first.

    Encoders that fail to load are omitted.
    """
    known, domains_of = registry(), {}
    for name in known.names("encoder"):
        with suppress(LimnerError):
            domains_of[name] = known.load("encoder", name, Encoder).domains
    return sorted(
        (name for name, domains in domains_of.items() if "image" in domains), key=lambda name: len(domains_of[name])
    )


def filter_rows(names: Sequence[str] | None, settings: Mapping[str, Any]) -> list[FilterRow]:
    """Return a row for each filter, with its settings.

    Args:
        names: the names of the filters; None for all but ``identity``.
        settings: values by path, ``encoder.canny.sigma``.

    Raises:
        LimnerError: a name is unknown or not a filter, or a setting is invalid.
    """
    chosen = [name for name in filter_names() if name != IDENTITY] if names is None else list(names)
    if not chosen:
        raise LimnerError("`encoders`: no filter is named; omit it to show all filters")
    unknown = next((path for path in settings if not path.startswith("encoder.")), None)
    if unknown is not None:
        raise LimnerError(f"setting {unknown!r}: not a setting of a filter; write encoder.{chosen[0]}.field=value")
    tables = apply({"encoder": []}, settings, {"encoder": chosen})["encoder"]
    kinds = [table["kind"] for table in tables]
    positions = [place if kinds.count(kind) > 1 else kind for place, kind in enumerate(kinds)]
    return [_filter_row(*one) for one in zip(tables, positions, strict=True)]


def check_filter_sheet(path: Path, rows: int, count: int, size: tuple[int, int], *, force: bool) -> None:
    """Check that a sheet can be written.

    Raises:
        LimnerError: the file cannot be written or its suffix is not .png, or the sheet would be too large.
    """
    if path.suffix.lower() != ".png":
        raise LimnerError(f"{path}: the sheet is a PNG file; use the ending .png")
    check_target(path, force=force)
    width, height = sheet_size(rows, count, size)
    if width * height > MAX_SHEET_PIXELS:
        raise LimnerError(f"{path}: a sheet of {width}x{height} pixels is too large; reduce `size` or `count`")
    need = 3 * width * height + 400 * count * size[0] * size[1]
    require_memory(need, f"{path}: the sheet takes", "reduce `size` or `count`")


def sheet_size(rows: int, count: int, size: tuple[int, int]) -> tuple[int, int]:
    """Return width and height of a sheet with ``rows`` filters and ``count`` pictures of a size."""
    right, bottom = _grid(rows, count, size).end
    return right + MARGIN, bottom + MARGIN


def _grid(rows: int, count: int, size: tuple[int, int]) -> GridLayout:
    """Return the grid of the pictures and the filters' outputs, to the right of the labels."""
    width, height = enlarged_size(size, MIN_SHORT_SIDE, MAX_LONG_SIDE)
    return GridLayout((width, max(height, MIN_ROW_HEIGHT)), count, rows + 1, gap=GAP, left=MARGIN + LABEL, top=MARGIN)


def write_filter_sheet(
    path: Path, rows: Sequence[FilterRow], dataset: ImageDataset, *, seed: int = 0, force: bool = False
) -> None:
    """Write a PNG with the pictures in the first row and the output of each filter in the rows below.

    Random numbers of a filter depend on the seed and the picture's index. A filter that needs a second picture gets the
    next one of the set.

    Raises:
        LimnerError: the file cannot be written.
    """
    page = _page(rows, dataset, seed)
    with atomic_write(path, force=force) as file:
        page.save(file, format="PNG", optimize=True)


def _filter_row(table: Mapping[str, Any], position: str | int) -> FilterRow:
    """Return the row of an encoder's table.

    Raises:
        LimnerError: the encoder is not a filter, or a setting is invalid.
    """
    name = str(table["kind"])
    cls = registry().load("encoder", name, Encoder)
    if "image" not in cls.domains:
        domains = " or ".join(f"{domain}s" for domain in sorted(cls.domains))
        raise LimnerError(f"encoder {name!r} takes {domains}, not pictures; choose one of {', '.join(filter_names())}")
    fields = {key: value for key, value in table.items() if key != "kind"}
    stage = validate(cls, fill_kinds(cls, fields), f"encoder.{position}")
    defaults = StageSpec("encoder", name, cls()).table()
    changed = {key: value for key, value in StageSpec("encoder", name, stage).table().items() if value != defaults[key]}
    return FilterRow(name, stage, ", ".join(f"{key}={show_value(value)}" for key, value in changed.items()))


def _page(rows: Sequence[FilterRow], dataset: ImageDataset, seed: int) -> Image:
    from PIL import Image, ImageDraw

    images = np.moveaxis(dataset.planes, 1, 0).astype(np.float32) / np.float32(255)
    other_images = np.roll(images, -1, axis=1) if len(dataset) > 1 else None
    samples = Samples(images=images, other_images=other_images, index=np.arange(len(dataset)))
    size, grid = (
        enlarged_size(dataset.size, MIN_SHORT_SIDE, MAX_LONG_SIDE),
        _grid(len(rows), len(dataset), dataset.size),
    )
    page = Image.new("RGB", sheet_size(len(rows), len(dataset), dataset.size), PAPER)
    pen = ImageDraw.Draw(page)
    ctx = Context(size=dataset.size, seed=seed)
    for place, row in enumerate([None, *rows]):
        pictures = images if row is None else _apply_filter(row.stage, samples, ctx)
        middle = grid.cell_origin(0, place)[1] + grid.cell[1] // 2
        _label(pen, middle, ORIGINALS if row is None else row.name, "" if row is None else row.settings)
        for i in range(len(dataset)):
            picture = enlarge_pixels(pictures[:, i].transpose(1, 2, 0), size)
            page.paste(picture, (grid.cell_origin(i, place)[0], middle - size[1] // 2))
    return page


def _apply_filter(stage: Encoder, samples: Samples, ctx: Context) -> np.ndarray:
    """Return the output of a filter as RGB ``(3, n, h, w)``, on the host."""
    resolved = stage.resolved(child_rng(ctx.seed, "sheet"))
    layout = resolved.param_layout()
    params = Params(layout, layout.pack(resolved.init_params(child_rng(ctx.seed, "encoder"))))
    features = resolved.forward(params, samples, ctx)
    return to_host(resolved.to_rgb(features) if isinstance(resolved, ImageFilter) else channels_to_rgb(features))


def _label(pen: Any, middle: int, name: str, settings: str) -> None:
    """Draw a filter's name next to its row, and its settings below the name."""
    lines = wrap_text(settings, LABEL - 2 * GAP, SMALL) if settings else []
    offset = -8 * len(lines)
    pen.text((MARGIN, middle + offset), name, fill=BRIGHT, font=label_font(TEXT), anchor="lm")
    for i, line in enumerate(lines):
        at = (MARGIN, middle + offset + 18 + 15 * i)
        pen.text(at, line, fill=INK, font=label_font(SMALL), anchor="lm")
