"""Checks of a registered theme: a gallery can be built with it, and its pages are safe, accessible and complete."""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from unittest import SkipTest

from limner.app import LimnerError
from limner.app.artworks import paint
from limner.plugin import Registry
from limner.testing import require
from limner_apps.galleries.build import gallery as build
from limner_apps.galleries.theme_loader import BASE_STYLE, SCRIPT, STYLE, Theme

HOSTILE = "<script>alert('é')</script>"
FETCHING_ATTRIBUTES = ("src", "srcset", "poster", "data")


class ParsedPage(HTMLParser):
    """The content of a page that the checks need."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.inline: list[str] = []
        self.external: list[str] = []
        self.pictures: list[str | None] = []
        self.policy = ""
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record the attributes of an element."""
        attributes = dict(attrs)
        self.ids.add(attributes.get("id") or "")
        self.inline += [name for name in attributes if name == "style" or name.startswith("on")]
        self.inline += [tag] if tag == "style" or (tag == "script" and "src" not in attributes) else []
        fetched = [attributes.get(name) or "" for name in FETCHING_ATTRIBUTES] + (
            [attributes.get("href") or ""] if tag == "link" else []
        )
        self.external += [address for address in fetched if re.match(r"\s*(https?:)?//", address)]
        self.pictures += [attributes.get("alt")] if tag == "img" else []
        if (attributes.get("http-equiv") or "").lower() == "content-security-policy":
            self.policy = attributes.get("content") or ""

    def handle_data(self, data: str) -> None:
        """Record text between elements."""
        self.text += data


@dataclass(frozen=True)
class BuiltGallery:
    """A gallery of three pieces and a sweep: pages by type (start, piece, sweep), and the static files."""

    pages: dict[str, ParsedPage]
    files: dict[str, bytes] = field(default_factory=dict)


def check_theme(registry: Registry, name: str) -> None:
    """Check that the theme has a summary and a folder, and that a gallery can be built with it."""
    summary = registry.entry("theme", name).summary.strip()
    require(summary, f"theme {name!r}: has no summary; describe its look in a few words")
    build_gallery(registry, name)


def check_theme_escapes(registry: Registry, name: str) -> None:
    """Check that text of recipes is escaped, and that pages have a strict policy and no inline script or style."""
    for kind, page in build_gallery(registry, name).pages.items():
        inside = ", ".join(dict.fromkeys(page.inline))
        require(not inside, f"theme {name!r}: a {kind} page contains {inside}; move it to {STYLE} or {SCRIPT}")
        require(
            "default-src 'none'" in page.policy and "unsafe" not in page.policy,
            f"theme {name!r}: a {kind} page has no strict Content-Security-Policy; extend limner/base.html",
        )


def check_theme_fetches_nothing(registry: Registry, name: str) -> None:
    """Check that pages and styles load nothing from the network."""
    built = build_gallery(registry, name)
    for kind, page in built.pages.items():
        external = "".join(page.external[:1])
        require(not external, f"theme {name!r}: a {kind} page fetches {external}; put it into assets/")
    style = built.files[STYLE].decode("utf-8", "replace")
    fetched = re.findall(r"(?:url\(|@import)\s*[\"']?\s*((?:https?:)?//[^\s\"')]+)", style)
    require(not fetched, f"theme {name!r}: {STYLE} fetches {''.join(fetched[:1])}; put it into assets/")


def check_theme_is_reachable(registry: Registry, name: str) -> None:
    """Check that pictures have alternative text, and pages the elements that limner's script needs, if it is used."""
    built, default = build_gallery(registry, name), build_gallery(registry, "")
    if built.files[SCRIPT] == default.files[SCRIPT]:
        needed = set(re.findall(r'\$\("([\w-]+)"\)(?!\?)', default.files[SCRIPT].decode("utf-8")))
        for kind, page in built.pages.items():
            missing = ", ".join(sorted((needed & default.pages[kind].ids) - page.ids))
            require(not missing, f"theme {name!r}: a {kind} page lacks the ids {missing}, which {SCRIPT} needs")
    for kind, page in built.pages.items():
        require(
            all(alt is not None for alt in page.pictures),
            f"theme {name!r}: a {kind} page has a picture without alt; write alt=" + '"{{ piece.alt }}"',
        )


@lru_cache(maxsize=8)
def build_gallery(registry: Registry, name: str) -> BuiltGallery:
    """Build a small gallery with a theme, or with the default templates if the name is empty.

    Raises:
        AssertionError: it cannot be built.
        SkipTest: Jinja2 is not installed.
    """
    if find_spec("jinja2") is None:
        raise SkipTest("Jinja2 is not installed; pip install 'limner[gallery]'")
    with tempfile.TemporaryDirectory(prefix="limner-theme-") as folder:
        art, site = Path(folder, "art"), Path(folder, "site")
        _write_artworks(art)
        try:
            folder_of_theme = registry.folder("theme", name) if name else Theme.default_folder()
            build([art], site, theme=Theme(f"theme {name!r}", folder_of_theme))
        except LimnerError as error:
            raise AssertionError(str(error)) from error
        piece = next(page for page in sorted((site / "pieces").iterdir()) if page.name.startswith("script"))
        kinds = {"start": site / "index.html", "piece": piece, "sweep": next((site / "sweeps").glob("*.html"))}
        pages = {kind: ParsedPage(path.read_text("utf-8")) for kind, path in kinds.items()}
        names = [file for file in (STYLE, SCRIPT, BASE_STYLE) if (site / file).is_file()]
        return BuiltGallery(pages, {file: (site / file).read_bytes() for file in names})


def _write_artworks(folder: Path) -> None:
    """Write three artworks, one with a malicious title, and the record of a sweep of two."""
    folder.mkdir()
    paint("ink", seed=1, size=(16, 12), set={"title": HOSTILE, "summary": HOSTILE}).save(folder / "hostile.png")
    rows = []
    for seed in (1, 2):
        paint("marbling", seed=seed, size=(12, 16)).save(folder / f"{seed}.png")
        rows.append(json.dumps({"file": f"{seed}.png", "seed": seed, "psnr": 20.0 + seed}))
    record = {"name": HOSTILE, "command": f"limner sweep {HOSTILE}", "identity": "kit"}
    Path(folder, "sweep.json").write_text(json.dumps(record), "utf-8")
    Path(folder, "results.jsonl").write_text("\n".join(rows), "utf-8")


CHECKS = (check_theme, check_theme_escapes, check_theme_fetches_nothing, check_theme_is_reachable)
