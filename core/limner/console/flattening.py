"""Notes about the option ``--background``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from limner.console.output import print_note

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork


def note_unused_background(options: Mapping[str, Any], artworks: Iterable[Artwork], *, quiet: bool) -> None:
    """Print a note if a background is set and no artwork has transparent areas that would show it."""
    from limner.imaging.background import TRANSPARENT

    unused = options.get("background", TRANSPARENT) not in ("", TRANSPARENT)
    if unused and not any(artwork.model.alpha for artwork in artworks):
        print_note("`background` has no effect: without transparency, nothing behind the picture is seen", quiet=quiet)
