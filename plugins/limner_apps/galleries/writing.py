"""The files that a site's readers see: a page for each piece and each sweep, and the first page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from limner_apps.galleries.entry import Entry
from limner_apps.galleries.pages import Pages, script_of
from limner_apps.galleries.piece import Piece
from limner_apps.galleries.site_folder import Site
from limner_apps.galleries.sweep_tables import Table


def write(pages: Pages, site: Site, order: Sequence[Entry], tables: Sequence[Table], title: str) -> None:
    """Put every page into a site.

    Raises:
        LimnerError: a theme's template is wrong.
    """
    common = {"token": site.token, "gallery": title}
    for name, content in pages.files():
        site.put(name, content)
    for i, entry in enumerate(order):
        before = order[i - 1].piece if i else None
        after = order[i + 1].piece if i + 1 < len(order) else None
        shown = {"entry": entry, "piece": entry.piece, "before": before, "after": after}
        site.put(entry.piece.page, pages.render("piece.html", up="../", **shown, **common))
    by_id = {entry.piece.id: entry.piece for entry in order}
    for table in tables:
        data = {"axes": table.axes, "cells": [_cell(cell, by_id[cell["piece"]]) for cell in table.cells]}
        site.put(f"sweeps/{table.id}.js", script_of("limnerSweep", data))
        site.put(table.page, pages.render("sweep.html", up="../", table=table, pieces=by_id, **common))
    site.put("pieces.js", script_of("limnerPieces", [_row(entry) for entry in order]))
    stages = Counter(stage for entry in order for stage in entry.piece.stages)
    values = {"order": order, "tables": tables, "stages": stages, "pieces": by_id}
    site.put("index.html", pages.render("index.html", up="", **values, **common))


def _row(entry: Entry) -> dict[str, Any]:
    """What the first page's script knows of a piece."""
    piece = entry.piece
    return {
        "id": piece.id,
        "title": piece.title,
        "seed": str(piece.seed),  # JavaScript's numbers end before seeds do
        "size": [piece.width, piece.height],
        "stages": piece.stages,
        "color": piece.color,
        "alt": piece.alt,
        "tags": [*entry.tags, *entry.sweeps.values()],
        "kin": entry.kin,
        "scores": entry.scores,
        "changed": entry.changed,
        "tone": piece.tone,
        "thumbs": piece.thumbs,
        "movie": piece.movie,
        "file": piece.file,
    }


def _cell(cell: dict[str, Any], piece: Piece) -> dict[str, Any]:
    said = {"alt": piece.alt, "thumbs": piece.thumbs, "view": piece.view, "size": [piece.width, piece.height]}
    return {**cell, **said, "tone": piece.tone}
