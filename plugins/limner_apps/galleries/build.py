"""The build of a gallery: pieces are created in parallel and shown on pages; unchanged files are not written."""

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
from limner_apps.galleries.discover import FoundFile, GallerySources, collect
from limner_apps.galleries.pages import Pages, write_pages
from limner_apps.galleries.pieces.describe import describe, known_piece, signature, source_key
from limner_apps.galleries.records import GalleryEntry, Piece
from limner_apps.galleries.related.captions import add_captions
from limner_apps.galleries.related.match import relate
from limner_apps.galleries.related.nodes import RecipeSettings
from limner_apps.galleries.site_folder import RECORD, Site, open_site
from limner_apps.galleries.sweep_tables import SweepTablePage, read_sweep
from limner_apps.galleries.theme_loader import Theme

MAX_TITLE = 200
"""Maximum number of characters of a title."""


@dataclass(frozen=True)
class GalleryResult:
    """The result of building a gallery.

    Attributes:
        index: the page to open.
        pieces: the number of pieces, as the artworks in a gallery are called.
        new: the number of new pieces.
        changed_files: the number of files of the site that are new or changed.
        sweeps: the number of sweeps.
        skipped: files that were skipped, each with the reason.
    """

    index: Path
    pieces: int
    new: int
    changed_files: int
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
    """Build a site of the artworks in folders and files, or update an existing site.

        limner.gallery(["pictures/", "marbling-sweep"], "site", title="What the networks saw")

    Args:
        sources: folders, artworks and sweeps, one or several.
        out: the folder of the site.
        title: the title of the start page.
        theme: the name of a registered theme, or a folder whose templates and style.css override the default theme.
        force: build into a folder that is not a site, and overwrite files of the same names.

    Raises:
        LimnerError: no artwork was found, the title is empty or too long, or the folder holds other files or cannot be
            written.
    """
    if not arguments.check_str("title", title).strip():
        raise LimnerError("`title`: is empty; name the gallery, or omit the option")
    if len(title) > MAX_TITLE:
        raise LimnerError(f"`title`: has {len(title)} characters; the maximum is {MAX_TITLE}")
    names = arguments.check_paths("sources", sources)
    folder = arguments.check_path("out", out)
    pages = Pages(Path(theme) if isinstance(theme, os.PathLike) else theme)
    collected = collect([Path(source) for source in names])
    with open_site(folder, force=force) as site:
        entries, new = _gather(collected, site)
        if not entries:
            raise LimnerError(_nothing_found(names, collected))
        tables = _read_sweeps(collected, dict(_pieces_by_path(collected, site)), entries)
        order = sorted(entries.values(), key=lambda entry: (-entry.changed, *_natural_key(entry.piece)))
        settings: dict[str, RecipeSettings] = {}
        relate(order, settings)
        add_captions(order, settings)
        write_pages(pages, site, order, tables, title)
        site.record["pieces"] = {entry.piece.id: entry.piece.table() for entry in order}
    return GalleryResult(
        folder / "index.html", len(order), new, site.changed_files, len(tables), tuple(collected.skipped)
    )


def _gather(collected: GallerySources, site: Site) -> tuple[dict[str, GalleryEntry], int]:
    """Return entries by the id of their piece, and the number of new pieces; invalid files are added to ``skipped``."""
    entries: dict[str, GalleryEntry] = {}
    sources: dict[str, Any] = {}
    site.record["sources"] = sources
    new_pieces = 0

    def work(file: FoundFile) -> tuple[FoundFile, list[int], Piece | LimnerError, bool]:
        stamp: list[int] = []
        with suppress(OSError):
            stamp = signature(file.path)
        piece = known_piece(file, stamp, site)
        try:
            return file, stamp, piece or describe(file.path, site), piece is None
        except LimnerError as error:
            return file, stamp, error, True

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool, _cancel_on_error(pool):
        for done, (file, stamp, piece, new) in enumerate(pool.map(work, collected.files), 1):
            registry().emit(Progress("gallery", done, len(collected.files)))
            if isinstance(piece, LimnerError):
                collected.skipped.append((file.path, str(piece)))
                continue
            new_pieces += new and piece.id not in entries and piece.id not in site.old.get("pieces", {})
            sources[source_key(file)] = [stamp, piece.id]
            entry = entries.setdefault(piece.id, GalleryEntry(piece, 0, scores=dict(piece.scores), step=piece.step))
            entry.changed = max(entry.changed, stamp[1] // 10**9 if len(stamp) > 1 else 0)
            entry.tags = list(dict.fromkeys((*entry.tags, *(tag for tag in file.tags if tag != "trials"))))
            for name in piece.files:
                site.keep(name)
    return entries, new_pieces


def _natural_key(piece: Piece) -> tuple[list[tuple[int, str]], int, str]:
    """Return a key that sorts by title, with numbers in numerical order, then by seed."""
    parts = re.split(r"([0-9]+)", piece.title.casefold())  # alternating words and numbers
    return [(int(part) if i % 2 else 0, part) for i, part in enumerate(parts)], piece.seed, piece.id


@contextmanager
def _cancel_on_error(pool: ThreadPoolExecutor) -> Iterator[None]:
    """Cancel pending work of the pool after an error or an interrupt."""
    try:
        yield
    except BaseException:
        pool.shutdown(cancel_futures=True)
        raise


def _pieces_by_path(collected: GallerySources, site: Site) -> Iterable[tuple[str, str]]:
    """Yield the real path of each source and the id of its piece."""
    for file in collected.files:
        source = site.record["sources"].get(source_key(file))
        if source:
            yield file.real, source[1]


def _nothing_found(sources: Sequence[str | os.PathLike[str]], collected: GallerySources) -> str:
    """Return the error message for sources without artworks."""
    where = ", ".join(str(source) for source in sources[:3]) + (", ..." if len(sources) > 3 else "")
    if all((Path(source) / RECORD).is_file() for source in sources):
        return f"{where}: is a gallery; name the folders that it was built from"
    if not collected.skipped:
        return f"{where}: contains no pictures; name folders or files with artworks made by limner"
    first = collected.skipped[0][1]
    count = "1 file was" if len(collected.skipped) == 1 else f"{len(collected.skipped)} files were"
    return f"{where}: contains no artworks; {count} skipped, the first: {first}"


def _read_sweeps(
    collected: GallerySources, pieces: dict[str, str], entries: dict[str, GalleryEntry]
) -> list[SweepTablePage]:
    """Return the sweeps that have complete trials, and add their metrics to the entries."""
    tables: dict[str, SweepTablePage] = {}
    for folder in collected.sweeps:
        try:
            table = read_sweep(folder, pieces)
        except LimnerError as error:
            collected.skipped.append((folder, str(error)))
            continue
        if table.id in tables:
            continue
        tables[table.id] = table
        for trial in table.trials:
            entry = entries[trial["piece"]]
            entry.scores = {**entry.scores, **trial["scores"]}
            entry.step = max(entry.step, trial.pop("step"))
            entry.sweeps[table.page] = table.name
    return list(tables.values())
