"""The pages of a site, from templates. Whatever comes out of a recipe is escaped."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.errors import LimnerError

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = ("index.html", "piece.html", "sweep.html")
STATIC = ("style.css", "gallery.js")


class Pages:
    """The templates of a theme, and its files that are copied as they are.

    Raises:
        LimnerError: Jinja2 is not installed, or the theme is no folder.
    """

    def __init__(self, theme: Path | None = None) -> None:
        if theme is not None and not theme.is_dir():
            raise LimnerError(f"--theme {theme}: is no folder; put templates or style.css into one")
        self._theme = theme
        self._environment = _environment(theme)

    def render(self, template: str, **values: Any) -> bytes:
        """A page.

        Raises:
            LimnerError: a theme's template is wrong.
        """
        from jinja2 import TemplateError

        try:
            return self._environment.get_template(template).render(**values).encode("utf-8", "replace")
        except TemplateError as error:
            raise LimnerError(f"{template}: the template is wrong: {type(error).__name__}: {error}") from error

    def static(self, name: str) -> bytes:
        """A file that is copied: the theme's own, or ours."""
        own = self._theme / name if self._theme else None
        if own and own.is_file():
            return own.read_bytes()
        return (resources.files("limner.gallery") / "templates" / name).read_bytes()


def script_of(name: str, value: Any) -> bytes:
    """A script that sets one global to plain data: pages that are opened from disk cannot fetch."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f"window.{name}={text};\n".encode("ascii")


def srcset(thumbs: Sequence[Sequence[Any]], up: str = "") -> str:
    """Thumbnails as a browser chooses among them."""
    return ", ".join(f"{up}{file} {width}w" for width, _, file in thumbs)


def _environment(theme: Path | None) -> Environment:
    try:
        import jinja2
    except ImportError as error:
        raise LimnerError("galleries need Jinja2; install it with: pip install 'limner[gallery]'") from error
    ours = (resources.files("limner.gallery") / "templates").iterdir()
    built_in = jinja2.DictLoader({one.name: one.read_text("utf-8") for one in ours if one.name.endswith(".html")})
    loaders: list[jinja2.BaseLoader] = [built_in, jinja2.PrefixLoader({"limner": built_in})]
    if theme is not None:
        loaders.insert(0, jinja2.FileSystemLoader(theme))
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(loaders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: Mapping[str, Any] = {"srcset": srcset}
    environment.filters.update(filters)
    return environment
