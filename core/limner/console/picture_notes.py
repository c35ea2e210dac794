"""Notes about pictures that a command writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.console.output import print_note_above_bar

if TYPE_CHECKING:
    from limner.registry.events import Event


class SingleColors:
    """The pictures of a single colour that a command has written, by path."""

    def __init__(self) -> None:
        self._colors: dict[Path, str] = {}

    def add(self, path: Path, color: str, *, quiet: bool) -> None:
        """Add a picture, and print a note about it."""
        self._colors[path] = color
        look = "is fully transparent" if color == "transparent" else f"has a single colour, {color}"
        print_note_above_bar(f"{path}: the picture {look}", quiet=quiet)

    def record(self, path: Path) -> dict[str, Any]:
        """Return the field ``single_color`` of a picture's JSON record; no field if it has several colours."""
        return {"single_color": self._colors[path]} if path in self._colors else {}


@contextmanager
def noting_single_colors(*, quiet: bool) -> Iterator[SingleColors]:
    """Print a note about each picture of a single colour that is written while the block runs."""
    from limner.registry.events import FileSaved
    from limner.registry.hookspecs import hookimpl
    from limner.registry.registry import registry

    found = SingleColors()

    class Listener:
        @hookimpl
        def limner_event(self, event: Event) -> None:
            if isinstance(event, FileSaved) and event.single_color:
                found.add(event.path, event.single_color, quiet=quiet)

    listener = Listener()
    registry().listen(listener)
    try:
        yield found
    finally:
        registry().unlisten(listener)
