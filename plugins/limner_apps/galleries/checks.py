"""Checks of a registered theme: a gallery is built with it, and its pages stay safe, reachable and in working order."""

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
from limner_apps.galleries.theme_loader import OURS, SCRIPT, STYLE, Theme

HOSTILE = "<script>alert('é')</script>"
FETCHED = ("src", "srcset", "poster", "data")


class ParsedPage(HTMLParser):
    """What a page holds, as a browser would find it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.inline: list[str] = []
        self.elsewhere: list[str] = []
        self.pictures: list[str | None] = []
        self.policy = ""
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        said = dict(attrs)
        self.ids.add(said.get("id") or "")
        self.inline += [name for name in said if name == "style" or name.startswith("on")]
        self.inline += [tag] if tag == "style" or (tag == "script" and "src" not in said) else []
        fetched = [said.get(name) or "" for name in FETCHED] + ([said.get("href") or ""] if tag == "link" else [])
        self.elsewhere += [address for address in fetched if re.match(r"\s*(https?:)?//", address)]
        self.pictures += [said.get("alt")] if tag == "img" else []
        if (said.get("http-equiv") or "").lower() == "content-security-policy":
            self.policy = said.get("content") or ""

    def handle_data(self, data: str) -> None:
        """Text between elements."""
        self.text += data


@dataclass(frozen=True)
class Tried:
    """A gallery of three pieces and a sweep, built with a theme: a page of each sort, and the other files."""

    pages: dict[str, ParsedPage]
    files: dict[str, bytes] = field(default_factory=dict)


def check_theme(registry: Registry, name: str) -> None:
    """The theme was registered with a summary, its folder is there, and a gallery is built with it."""
    summary = registry.entry("theme", name).summary.strip()
    require(summary, f"theme {name!r} is registered without a summary; say in a few words how it looks")
    tried(registry, name)


def check_theme_escapes(registry: Registry, name: str) -> None:
    """What a recipe says is text, no script or style stands in a page, and a policy says so."""
    for sort, page in tried(registry, name).pages.items():
        inside = ", ".join(dict.fromkeys(page.inline))
        require(not inside, f"theme {name!r}: a {sort} page holds {inside}; put it into {STYLE} or {SCRIPT}")
        require(
            "default-src 'none'" in page.policy and "unsafe" not in page.policy,
            f"theme {name!r}: a {sort} page has no strict Content-Security-Policy; extend limner/base.html",
        )


def check_theme_fetches_nothing(registry: Registry, name: str) -> None:
    """No page, and no style, asks for anything from elsewhere."""
    built = tried(registry, name)
    for sort, page in built.pages.items():
        far = "".join(page.elsewhere[:1])
        require(not far, f"theme {name!r}: a {sort} page fetches {far}; put it into assets/")
    style = built.files[STYLE].decode("utf-8", "replace")
    fetched = re.findall(r"(?:url\(|@import)\s*[\"']?\s*((?:https?:)?//[^\s\"')]+)", style)
    require(not fetched, f"theme {name!r}: {STYLE} fetches {''.join(fetched[:1])}; put it into assets/")


def check_theme_is_reachable(registry: Registry, name: str) -> None:
    """Every picture has a text, and the pages have the elements that limner's script asks for, where that is used."""
    built, ours = tried(registry, name), tried(registry, "")
    if built.files[SCRIPT] == ours.files[SCRIPT]:
        asked = set(re.findall(r'\$\("([\w-]+)"\)(?!\?)', ours.files[SCRIPT].decode("utf-8")))
        for sort, page in built.pages.items():
            gone = ", ".join(sorted((asked & ours.pages[sort].ids) - page.ids))
            require(not gone, f"theme {name!r}: a {sort} page lacks the ids {gone}, which {SCRIPT} asks for")
    for sort, page in built.pages.items():
        require(
            all(alt is not None for alt in page.pictures),
            f"theme {name!r}: a {sort} page has a picture without alt; write alt=" + '"{{ piece.alt }}"',
        )


@lru_cache(maxsize=8)
def tried(registry: Registry, name: str) -> Tried:
    """A small gallery with a theme; with limner's own templates where no name is given.

    Raises:
        AssertionError: it cannot be built.
        SkipTest: Jinja2 is not installed.
    """
    if find_spec("jinja2") is None:
        raise SkipTest("Jinja2 is not installed; pip install 'limner[gallery]'")
    with tempfile.TemporaryDirectory(prefix="limner-theme-") as folder:
        art, site = Path(folder, "art"), Path(folder, "site")
        _pieces(art)
        try:
            built_with = Theme(f"theme {name!r}", registry.folder("theme", name) if name else Theme.ours())
            build([art], site, theme=built_with)
        except LimnerError as error:
            raise AssertionError(str(error)) from error
        piece = next(page for page in sorted((site / "pieces").iterdir()) if page.name.startswith("script"))
        sorts = {"first": site / "index.html", "piece": piece, "sweep": next((site / "sweeps").glob("*.html"))}
        pages = {sort: ParsedPage(path.read_text("utf-8")) for sort, path in sorts.items()}
        names = [one for one in (STYLE, SCRIPT, OURS) if (site / one).is_file()]
        return Tried(pages, {one: (site / one).read_bytes() for one in names})


def _pieces(folder: Path) -> None:
    """Three pictures, one of which says what a page must not believe, and a sweep of two."""
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
