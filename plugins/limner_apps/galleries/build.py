"""Building a site: pieces are gathered, made side by side and shown on pages; what has not changed stays as it is."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limner.app import LimnerError
from limner.app.registry import Progress, registry
from limner.app.values import arguments
from limner_apps.galleries.describe import describe, key_of, known, signature
from limner_apps.galleries.discover import FoundFile, GallerySources, collect
from limner_apps.galleries.pages import Pages, write
from limner_apps.galleries.records import GalleryEntry, Piece
from limner_apps.galleries.related.match import relate
from limner_apps.galleries.site_folder import RECORD, Site, opened
from limner_apps.galleries.sweep_tables import SweepTablePage, table_of
from limner_apps.galleries.theme_loader import Theme

MAX_TITLE = 200
"""Characters of a title."""


@dataclass(frozen=True)
class GalleryResult:
    """The result of building a gallery.

    Attributes:
        index: the page to open.
        pieces: the number of pieces.
        made: how many of them are new.
        touched: the number of files of the site that are new or changed.
        sweeps: the number of tables of sweeps.
        skipped: files that are no pieces, each with the reason.
    """

    index: Path
    pieces: int
    made: int
    touched: int
    sweeps: int
    skipped: tuple[tuple[Path, str], ...]


def gallery(
    sources: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str] = "site",
    *,
    title: str = "Gallery",
    theme: str | os.PathLike[str] | Theme | None = None,
    force: bool = False,
) -> GalleryResult:
    """Build a site of the artworks in folders and files, or update the site that is there.

        limner.gallery(["pictures/", "marbling-sweep"], "site", title="What the networks saw")

    Args:
        sources: folders, artworks and sweeps, one or several.
        out: the folder of the site.
        title: the title of its first page.
        theme: the name of a registered theme, or a folder whose templates and style.css replace limner's own.
        force: build in a folder that is no site, and overwrite files of the same names.

    Raises:
        LimnerError: there is no artwork, the title is empty or too long, or the folder holds something else or cannot
            be written.
    """
    if not arguments.check_str("title", title).strip():
        raise LimnerError("`title`: is empty; give the gallery a name, or leave it out")
    if len(title) > MAX_TITLE:
        raise LimnerError(f"`title`: has {len(title)} characters; it may have {MAX_TITLE}")
    given = arguments.check_paths("sources", sources)
    folder = arguments.check_path("out", out)
    pages = Pages(Path(theme) if isinstance(theme, os.PathLike) else theme)
    found = collect([Path(source) for source in given])
    with opened(folder, force=force) as site:
        entries, made = _gather(found, site)
        if not entries:
            raise LimnerError(_nothing(given, found))
        tables = _tables(found, dict(_places(found, site)), entries)
        order = sorted(entries.values(), key=lambda one: (-one.changed, *_natural(one.piece)))
        relate(order)
        write(pages, site, order, tables, title)
        site.record["pieces"] = {one.piece.id: one.piece.table() for one in order}
    return GalleryResult(folder / "index.html", len(order), made, site.touched, len(tables), tuple(found.skipped))


def _gather(found: GallerySources, site: Site) -> tuple[dict[str, GalleryEntry], int]:
    """The entries by their pieces' names, and how many pieces are new; what is none goes to those that are skipped."""
    entries: dict[str, GalleryEntry] = {}
    sources: dict[str, Any] = {}
    site.record["sources"] = sources
    fresh = 0

    def work(one: FoundFile) -> tuple[FoundFile, list[int], Piece | LimnerError, bool]:
        sign: list[int] = []
        with suppress(OSError):
            sign = signature(one.path)
        piece = known(one, sign, site)
        try:
            return one, sign, piece or describe(one.path, site), piece is None
        except LimnerError as error:
            return one, sign, error, True

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool, _stopping(pool):
        for done, (one, sign, piece, new) in enumerate(pool.map(work, found.files), 1):
            registry().emit(Progress("gallery", done, len(found.files)))
            if isinstance(piece, LimnerError):
                found.skipped.append((one.path, str(piece)))
                continue
            fresh += new and piece.id not in entries and piece.id not in site.old.get("pieces", {})
            sources[key_of(one)] = [sign, piece.id]
            entry = entries.setdefault(piece.id, GalleryEntry(piece, 0))
            entry.changed = max(entry.changed, sign[1] // 10**9 if len(sign) > 1 else 0)
            entry.tags = list(dict.fromkeys((*entry.tags, *(tag for tag in one.tags if tag != "trials"))))
            for name in piece.files:
                site.keep(name)
    return entries, fresh


def _natural(piece: Piece) -> tuple[list[tuple[int, str]], int, str]:
    """By the title, numbers in it by their size; then by the seed."""
    parts = re.split(r"([0-9]+)", piece.title.casefold())  # words and numbers by turns
    return [(int(part) if i % 2 else 0, part) for i, part in enumerate(parts)], piece.seed, piece.id


@contextmanager
def _stopping(pool: ThreadPoolExecutor) -> Iterator[None]:
    """After an error or an interrupt, what has not begun is not waited for."""
    try:
        yield
    except BaseException:
        pool.shutdown(cancel_futures=True)
        raise


def _places(found: GallerySources, site: Site) -> Iterable[tuple[str, str]]:
    for one in found.files:
        said = site.record["sources"].get(key_of(one))
        if said:
            yield one.real, said[1]


def _nothing(sources: Sequence[str | os.PathLike[str]], found: GallerySources) -> str:
    where = ", ".join(str(source) for source in sources[:3]) + (", ..." if len(sources) > 3 else "")
    if all((Path(source) / RECORD).is_file() for source in sources):
        return f"{where}: is a gallery itself; name the folders that it was built of"
    if not found.skipped:
        return f"{where}: holds no picture; name folders or files that limner painted"
    first = found.skipped[0][1]
    looked = "1 file was" if len(found.skipped) == 1 else f"{len(found.skipped)} files were"
    return f"{where}: holds no artwork; {looked} looked at, the first: {first}"


def _tables(found: GallerySources, places: dict[str, str], entries: dict[str, GalleryEntry]) -> list[SweepTablePage]:
    """The sweeps that have whole cells; their figures go to the pieces."""
    tables: dict[str, SweepTablePage] = {}
    for folder in found.sweeps:
        try:
            table = table_of(folder, places)
        except LimnerError as error:
            found.skipped.append((folder, str(error)))
            continue
        if table.id in tables:
            continue
        tables[table.id] = table
        for cell in table.cells:
            entry = entries[cell["piece"]]
            entry.scores = {**entry.scores, **cell["scores"]}
            entry.step = max(entry.step, cell.pop("step"))
            entry.sweeps[table.page] = table.name
    return list(tables.values())
