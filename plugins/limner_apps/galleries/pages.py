"""The pages of a site, from a theme's templates. Whatever comes out of a recipe is escaped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from limner.app import LimnerError
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
            reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
            raise LimnerError(f"{self._theme.name}: {where}: the template is wrong: {reason}") from error

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Names and contents of what every page uses.

        Raises:
            LimnerError: one cannot be read.
        """
        yield from self._theme.files()


def script_of(name: str, value: Any) -> bytes:
    """A script that sets one global to plain data: pages that are opened from disk cannot fetch."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f"window.{name}={text};\n".encode("ascii")
