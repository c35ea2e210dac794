"""Themes: folders of templates and styles, found by the name of a registered theme or by a path."""

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
"""The folder of a theme's fonts and pictures, which are copied unchanged."""
BASE_STYLE = "limner.css"
"""The style of the default theme, as a copy that the style of another theme can import."""
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_IMPORT = re.compile(rf"""@import\s+(?:url\(\s*)?["']?(?:\./)?{re.escape(BASE_STYLE)}""", re.IGNORECASE)
_STATEMENT = re.compile(r"@(?:charset|import|layer)\b[^;{}]*;", re.IGNORECASE)
"""Statements that CSS allows before an import."""


class Theme:
    """A theme; files that its folder lacks come from the default theme.

    Args:
        name: name of the theme in messages.
        folder: folder of the theme, which may be inside an archive.
        third_party: whether it belongs to a plugin.

    Raises:
        LimnerError: the folder cannot be read, contains no file of a theme, or contains an invalid one.
    """

    def __init__(self, name: str, folder: Traversable, *, third_party: bool = False) -> None:
        self.name = name
        self.error = PluginError if third_party else LimnerError
        self._folder = folder
        self._default = self.default_folder()
        try:
            present = {file.name for file in folder.iterdir()}
        except OSError as error:
            raise self._unreadable(error) from error
        if not present & {*TEMPLATES, STYLE, SCRIPT, ASSETS}:
            raise self.error(f"{name}: contains no file of a theme; add {STYLE} or {', '.join(TEMPLATES)}")
        for file in (*TEMPLATES, STYLE, SCRIPT):
            if file in present:
                self._check(file)

    def _check(self, file: str) -> None:
        """Raise an error for a file that browsers or Jinja2 would silently ignore."""
        try:
            if not (self._folder / file).is_file():
                raise self.error(f"{self.name}: {file}: is not a file; replace or delete it")
            text = (self._folder / file).read_text("utf-8")
        except OSError as error:
            raise self.error(f"{self.name}: {file}: cannot be read: {os_reason(error)}") from error
        except ValueError as error:
            raise self.error(f"{self.name}: {file}: is not UTF-8; save it in that encoding") from error
        if file in TEMPLATES and not text.strip():
            raise self.error(f"{self.name}: {file}: is empty; delete it to use the default")
        plain = _COMMENT.sub("", text)
        late = _IMPORT.search(plain) if file == STYLE else None
        if late and _STATEMENT.sub("", plain[: late.start()]).strip():
            raise self.error(f"{self.name}: {file}: a rule before @import disables the import; put @import first")

    @staticmethod
    def default_folder() -> Traversable:
        """Return the folder of the default theme, ``paper``, whose files complete other themes."""
        return resources.files("limner_apps.galleries.themes") / "paper"

    def environment(self) -> jinja2.Environment:
        """Return an environment with the theme's templates, and the default ones as ``limner/index.html`` and so on.

        All templates escape by default.

        Raises:
            LimnerError: Jinja2 is not installed.
        """
        try:
            import jinja2
        except ImportError as error:
            raise LimnerError("galleries need Jinja2; install it with: pip install 'limner[gallery]'") from error
        own, default = (jinja2.FunctionLoader(_reader(folder)) for folder in (self._folder, self._default))
        return jinja2.Environment(
            loader=jinja2.ChoiceLoader([own, default, jinja2.PrefixLoader({"limner": default})]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield the style, the default style if the theme has its own, the script, and the assets.

        Raises:
            LimnerError: a file cannot be read, or has a name that is not allowed in URLs.
        """
        try:
            styled = (self._folder / STYLE).is_file()
            yield STYLE, ((self._folder if styled else self._default) / STYLE).read_bytes()
            if styled and self._folder != self._default:
                yield BASE_STYLE, (self._default / STYLE).read_bytes()
            scripted = (self._folder / SCRIPT).is_file()
            yield SCRIPT, ((self._folder if scripted else self._default) / SCRIPT).read_bytes()
            assets = self._folder / ASSETS
            for file in sorted(assets.iterdir(), key=lambda file: file.name) if assets.is_dir() else ():
                if not file.is_file() or file.name.startswith("."):
                    continue  # such as .DS_Store
                name = f"{ASSETS}/{file.name}"
                if not NAME.fullmatch(name):
                    raise self.error(
                        f"{self.name}: {name!r} must be letters, digits, dots, dashes and underscores; rename it"
                    )
                yield name, file.read_bytes()
        except OSError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: OSError) -> LimnerError:
        return self.error(f"{self.name}: cannot be read: {os_reason(error)}")


def load_theme(theme: str | Path | Theme | None) -> Theme:
    """Return the theme with a name or in a folder; the first registered theme if ``theme`` is None.

    An existing folder, or a text with a separator, is a path; other texts are names. An empty folder does not shadow a
    registered name.

    Raises:
        LimnerError: there is no such folder or name, or the theme is invalid.
    """
    known = registry()
    if isinstance(theme, Theme):
        return theme
    if theme is None:
        theme = known.names("theme")[0]
    elif is_path(theme) and not (_is_registered(theme) and _is_empty(Path(theme))):
        folder = Path(theme)
        if not folder.is_dir():
            raise LimnerError(f"`theme` {folder}: is not a folder; name a folder with templates or style.css")
        return Theme(f"`theme` {folder}", folder)
    name = str(theme)
    if not known.has("theme", name):
        broken = [f"{plugin.package} ({plugin.problem})" for plugin in known.plugins if plugin.problem]
        hint = f"; broken plugins, which may contain it: {', '.join(broken)}" if broken else ""
        themes = ", ".join(known.names("theme"))
        raise LimnerError(f"`theme` {name!r}: there is no such theme or folder; available: {themes}{hint}")
    entry = known.entry("theme", name)
    third_party = entry.package != "limner"
    owner = f"{entry.owner}, theme {name!r}" if third_party else f"theme {name!r} of limner"
    return Theme(owner, known.folder("theme", name), third_party=third_party)


def _is_registered(theme: str | Path) -> bool:
    return isinstance(theme, str) and registry().has("theme", theme)


def _is_empty(folder: Path) -> bool:
    """Return whether a folder is empty or missing."""
    try:
        return next(folder.iterdir(), None) is None
    except FileNotFoundError:
        return True
    except OSError:  # it exists but cannot be read, which is reported later
        return False


def is_path(theme: str | Path) -> bool:
    """Return whether a text denotes a folder rather than the name of a theme."""
    separators = {"/", os.sep, os.altsep or os.sep}
    if not theme:
        return False
    try:
        return isinstance(theme, Path) or any(sign in theme for sign in separators) or Path(theme).is_dir()
    except (OSError, ValueError):  # not a valid name of a folder
        return False


def _reader(folder: Traversable) -> Callable[[str], str | None]:
    """Return a function that reads templates, returns None for missing ones, and never leaves the folder."""

    def read(name: str) -> str | None:
        parts = name.split("/")
        if any(part in ("", ".", "..") or os.sep in part or (os.altsep and os.altsep in part) for part in parts):
            return None
        file = folder.joinpath(*parts)
        return file.read_text("utf-8") if file.is_file() else None

    return read
