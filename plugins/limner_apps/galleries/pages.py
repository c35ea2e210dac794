"""The pages of a site, from a theme's templates: one for each piece and each sweep, and the first page.

Whatever comes out of a recipe is escaped.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from limner.app import reason
from limner_apps.galleries.records import GalleryEntry, Piece
from limner_apps.galleries.site_folder import Site
from limner_apps.galleries.sweep_tables import SweepTablePage
from limner_apps.galleries.theme_loader import Theme, theme_of


class Pages:
    """The templates of a theme, and its files that are copied as they are.

    Raises:
        LimnerError: Jinja2 is not installed, or there is no such theme.
    """

    def __init__(self, theme: str | Path | Theme | None = None) -> None:
        self._theme = theme_of(theme)
        self._environment = self._theme.environment()

    def render(self, template: str, **values: Any) -> bytes:
        """A page.

        Raises:
            LimnerError: a theme's template is wrong.
        """
        from jinja2 import TemplateSyntaxError

        try:
            return self._environment.get_template(template).render(**values).encode("utf-8", "replace")
        except Exception as error:  # a template is a program, and may raise anything
            where = (
                f"{error.name or template}, line {error.lineno}" if isinstance(error, TemplateSyntaxError) else template
            )
            message = f"{self._theme.name}: {where}: the template is wrong: {reason(error)}"
            raise self._theme.error(message) from error

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Names and contents of what every page uses.

        Raises:
            LimnerError: one cannot be read.
        """
        yield from self._theme.files()


def write(
    pages: Pages, site: Site, order: Sequence[GalleryEntry], tables: Sequence[SweepTablePage], title: str
) -> None:
    """Write every page into a site.

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


def script_of(name: str, value: Any) -> bytes:
    """A script that sets one global to plain data: pages that are opened from disk cannot fetch."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f"window.{name}={text};\n".encode("ascii")


def _row(entry: GalleryEntry) -> dict[str, Any]:
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
        "kin": entry.related,
        "scores": entry.scores,
        "changed": entry.changed,
        "tone": piece.tone,
        "thumbs": piece.thumbs,
        "video": piece.video,
        "file": piece.file,
    }


def _cell(cell: dict[str, Any], piece: Piece) -> dict[str, Any]:
    said = {"alt": piece.alt, "thumbs": piece.thumbs, "view": piece.view, "size": [piece.width, piece.height]}
    return {**cell, **said, "tone": piece.tone}
