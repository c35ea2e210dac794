"""Themes: folders of templates and a style, by the name that a plugin registered or by a path."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from limner.app import LimnerError, PluginError
from limner.app.files import os_reason
from limner.app.registry import registry
from limner_apps.galleries.site_folder import NAME

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    import jinja2

TEMPLATES = ("base.html", "index.html", "piece.html", "sweep.html")
STYLE, SCRIPT = "style.css", "gallery.js"
ASSETS = "assets"
"""A folder of a theme's fonts and pictures, copied as it is."""
OURS = "limner.css"
"""Our style under a theme's own, which may import it."""
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_IMPORT = re.compile(rf"""@import\s+(?:url\(\s*)?["']?(?:\./)?{re.escape(OURS)}""", re.IGNORECASE)
_STATEMENT = re.compile(r"@(?:charset|import|layer)\b[^;{}]*;", re.IGNORECASE)
"""What may stand before an import."""


class Theme:
    """A theme: what its folder lacks is ours.

    Args:
        name: how messages call it.
        folder: where it lies; in a package, that may be inside an archive.
        third_party: whether a plugin brings it.

    Raises:
        LimnerError: the folder cannot be read, or holds nothing that a theme brings.
    """

    def __init__(self, name: str, folder: Traversable, *, third_party: bool = False) -> None:
        self.name = name
        self.error = PluginError if third_party else LimnerError
        self._folder = folder
        self._ours = self.ours()
        try:
            there = {one.name for one in folder.iterdir()}
        except OSError as error:
            raise self._unreadable(error) from error
        if not there & {*TEMPLATES, STYLE, SCRIPT, ASSETS}:
            raise self.error(f"{name}: holds nothing of a theme; put {STYLE} or {', '.join(TEMPLATES)} into it")
        for one in (*TEMPLATES, STYLE, SCRIPT):
            if one in there:
                self._check(one)

    def _check(self, file: str) -> None:
        """Refuse what a browser or Jinja2 would take for nothing, in silence."""
        try:
            if not (self._folder / file).is_file():
                raise self.error(f"{self.name}: {file}: is no file; put one there, or take it away")
            text = (self._folder / file).read_text("utf-8")
        except OSError as error:
            raise self.error(f"{self.name}: {file}: cannot be read: {os_reason(error)}") from error
        except ValueError as error:
            raise self.error(f"{self.name}: {file}: is not UTF-8; save it as that") from error
        if file in TEMPLATES and not text.strip():
            raise self.error(f"{self.name}: {file}: is empty; take it away, and ours stands in its place")
        plain = _COMMENT.sub("", text)
        late = _IMPORT.search(plain) if file == STYLE else None
        if late and _STATEMENT.sub("", plain[: late.start()]).strip():
            raise self.error(f"{self.name}: {file}: a rule stands before @import, and undoes it; put @import first")

    @staticmethod
    def ours() -> Traversable:
        """Return the folder of the theme ``paper``, whose templates other themes fall back on."""
        return resources.files("limner_apps.galleries.themes") / "paper"

    def environment(self) -> jinja2.Environment:
        """Its templates before ours, which are ``limner/index.html`` and so on besides. All of them escape.

        Raises:
            LimnerError: Jinja2 is not installed.
        """
        try:
            import jinja2
        except ImportError as error:
            raise LimnerError("galleries need Jinja2; install it with: pip install 'limner[gallery]'") from error
        own, ours = (jinja2.FunctionLoader(_reader(folder)) for folder in (self._folder, self._ours))
        return jinja2.Environment(
            loader=jinja2.ChoiceLoader([own, ours, jinja2.PrefixLoader({"limner": ours})]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def files(self) -> Iterator[tuple[str, bytes]]:
        """What is copied as it is: the style, ours too where a theme has one; the script; its assets.

        Raises:
            LimnerError: a file cannot be read, or has a name that is none in an address.
        """
        try:
            styled = (self._folder / STYLE).is_file()
            yield STYLE, ((self._folder if styled else self._ours) / STYLE).read_bytes()
            if styled and self._folder != self._ours:
                yield OURS, (self._ours / STYLE).read_bytes()
            scripted = (self._folder / SCRIPT).is_file()
            yield SCRIPT, ((self._folder if scripted else self._ours) / SCRIPT).read_bytes()
            assets = self._folder / ASSETS
            for one in sorted(assets.iterdir(), key=lambda each: each.name) if assets.is_dir() else ():
                if not one.is_file() or one.name.startswith("."):
                    continue  # what a desktop leaves behind is no asset
                name = f"{ASSETS}/{one.name}"
                if not NAME.fullmatch(name):
                    raise self.error(f"{self.name}: {name!r} must be letters, digits, dots and dashes; rename it")
                yield name, one.read_bytes()
        except OSError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: OSError) -> LimnerError:
        return self.error(f"{self.name}: cannot be read: {os_reason(error)}")


def theme_of(asked: str | Path | Theme | None) -> Theme:
    """Return the theme of a name or of a folder; the first that is registered if none is asked for.

    What is a folder, or has a separator in it, is a path; all else is a name. An empty folder does not shadow a name.

    Raises:
        LimnerError: there is no such folder and no such name, or the theme is damaged.
    """
    known = registry()
    if isinstance(asked, Theme):
        return asked
    if asked is None:
        asked = known.names("theme")[0]
    elif is_path(asked) and not (_is_registered(asked) and _is_empty(Path(asked))):
        folder = Path(asked)
        if not folder.is_dir():
            raise LimnerError(f"--theme {folder}: is no folder; put templates or style.css into one")
        return Theme(f"--theme {folder}", folder)
    name = str(asked)
    if not known.has("theme", name):
        broken = [f"{one.package} ({one.problem})" for one in known.plugins if one.problem]
        aside = f"; broken plugins that might have brought it: {', '.join(broken)}" if broken else ""
        themes = ", ".join(known.names("theme"))
        raise LimnerError(f"--theme {name!r}: there is no such theme and no such folder; there are {themes}{aside}")
    entry = known.entry("theme", name)
    third_party = entry.package != "limner"
    owner = f"{entry.owner}, theme {name!r}" if third_party else f"theme {name!r} of limner"
    return Theme(owner, known.folder("theme", name), third_party=third_party)


def _is_registered(asked: str | Path) -> bool:
    return isinstance(asked, str) and registry().has("theme", asked)


def _is_empty(folder: Path) -> bool:
    """Whether a folder holds nothing, or is not there."""
    try:
        return next(folder.iterdir(), None) is None
    except FileNotFoundError:
        return True
    except OSError:  # it is there and cannot be read, which is reported when it is opened
        return False


def is_path(asked: str | Path) -> bool:
    """Is a folder meant, not a name?"""
    separators = {"/", os.sep, os.altsep or os.sep}
    if not asked:
        return False
    try:
        return isinstance(asked, Path) or any(sign in asked for sign in separators) or Path(asked).is_dir()
    except (OSError, ValueError):  # a name that no folder can have
        return False


def _reader(folder: Traversable) -> Callable[[str], str | None]:
    """What gives a template's text, and None where there is none; it never leaves the folder."""

    def read(name: str) -> str | None:
        parts = name.split("/")
        if any(part in ("", ".", "..") or os.sep in part or (os.altsep and os.altsep in part) for part in parts):
            return None
        file = folder.joinpath(*parts)
        return file.read_text("utf-8") if file.is_file() else None

    return read
