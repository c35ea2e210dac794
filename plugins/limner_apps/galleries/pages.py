"""The pages of a site, rendered from a theme's templates: the start page, and one for each piece and each sweep.

All text from recipes is escaped.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from limner.app import reason
from limner_apps.galleries.records import GalleryEntry, Piece
from limner_apps.galleries.search_examples import search_examples
from limner_apps.galleries.site_folder import Site
from limner_apps.galleries.sweep_tables import SweepTablePage
from limner_apps.galleries.theme_loader import Theme, load_theme


class Pages:
    """The templates and static files of a theme.

    Raises:
        LimnerError: Jinja2 is not installed, or the theme does not exist.
    """

    def __init__(self, theme: str | Path | Theme | None = None) -> None:
        self._theme = load_theme(theme)
        self._environment = self._theme.environment()

    def render(self, template: str, **values: Any) -> bytes:
        """Render a page.

        Raises:
            LimnerError: the template is invalid.
        """
        from jinja2 import TemplateSyntaxError

        try:
            return self._environment.get_template(template).render(**values).encode("utf-8", "replace")
        except Exception as error:  # templates are programs, and may raise anything
            where = (
                f"{error.name or template}, line {error.lineno}" if isinstance(error, TemplateSyntaxError) else template
            )
            message = f"{self._theme.name}: {where}: the template is invalid: {reason(error)}"
            raise self._theme.error(message) from error

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield names and contents of the static files.

        Raises:
            LimnerError: a file cannot be read.
        """
        yield from self._theme.files()


def write_pages(
    pages: Pages, site: Site, entries: Sequence[GalleryEntry], tables: Sequence[SweepTablePage], title: str
) -> None:
    """Write every page into a site.

    Raises:
        LimnerError: a template is invalid.
    """
    common = {"token": site.token, "gallery": title}
    for name, content in pages.files():
        site.write(name, content)
    for i, entry in enumerate(entries):
        values: dict[str, Any] = {"entry": entry, "piece": entry.piece}
        values["previous"] = entries[i - 1].piece if i else None
        values["next"] = entries[i + 1].piece if i + 1 < len(entries) else None
        site.write(entry.piece.page, pages.render("piece.html", root="../", **values, **common))
    by_id = {entry.piece.id: entry.piece for entry in entries}
    for table in tables:
        data = {"axes": table.axes, "trials": [_trial_row(trial, by_id[trial["piece"]]) for trial in table.trials]}
        site.write(f"sweeps/{table.id}.js", data_script("limnerSweep", data))
        site.write(table.page, pages.render("sweep.html", root="../", table=table, pieces=by_id, **common))
    site.write("pieces.js", data_script("limnerPieces", [_piece_row(entry) for entry in entries]))
    stages = Counter(stage for entry in entries for stage in entry.piece.stages)
    start: dict[str, Any] = {"entries": entries, "tables": tables, "stages": stages, "pieces": by_id}
    start |= {"examples": search_examples(entries), "scored": any(entry.scores for entry in entries)}
    site.write("index.html", pages.render("index.html", root="", **start, **common))


def data_script(name: str, value: Any) -> bytes:
    """Return a script that assigns data to a global variable, as pages that are opened from disk cannot fetch JSON."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f"window.{name}={text};\n".encode("ascii")


def _piece_row(entry: GalleryEntry) -> dict[str, Any]:
    """Return the data of a piece for the script of the start page."""
    piece = entry.piece
    return {
        "id": piece.id,
        "title": piece.title,
        "seed": str(piece.seed),  # seeds exceed JavaScript's safe integers
        "size": [piece.width, piece.height],
        "stages": piece.stages,
        "color": piece.color,
        "alt": piece.alt,
        "tags": [*entry.tags, *entry.sweeps.values()],
        "related": entry.related,
        "palettes": piece.palettes,
        "scores": entry.scores,
        "step": entry.step,
        "caption": entry.caption,
        "changed": entry.changed,
        "mean_color": piece.mean_color,
        "thumbnails": piece.thumbnails,
        "video": piece.video,
        "movie": piece.view if piece.video and piece.view == piece.file else "",
        "file": piece.file,
    }


def _trial_row(trial: dict[str, Any], piece: Piece) -> dict[str, Any]:
    """Return the data of a trial for the script of a sweep's page."""
    size = [piece.width, piece.height]
    shown = {"alt": piece.alt, "thumbnails": piece.thumbnails, "view": piece.view, "size": size}
    return {**trial, **shown, "mean_color": piece.mean_color}
