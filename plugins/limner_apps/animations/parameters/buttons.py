"""The buttons of an artwork whose network has learned several pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limner.app.artworks import training_codes_of
from limner.plugin import LimnerError

if TYPE_CHECKING:
    from limner.app.artworks import Artwork


def has_buttons(art: Artwork) -> bool:
    """Return whether the network of an artwork has learned several pictures."""
    try:
        return len(training_codes_of(art.recipe)) > 1
    except LimnerError:
        return False


def learned_codes(art: Artwork) -> list[tuple[float, ...]]:
    """Return the codes of the pictures that the network of an artwork has learned.

    Raises:
        LimnerError: it has learned fewer than two.
    """
    try:
        codes = training_codes_of(art.recipe)
    except LimnerError as error:
        raise LimnerError(f"`motion` buttons: {error}") from error
    if len(codes) < 2:
        raise LimnerError(
            f"`motion` buttons: {art.recipe.title} has learned a single picture; use parameters, or fit several"
        )
    return codes
