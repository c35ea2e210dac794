"""CSS colours: names, ``#rrggbb``, ``rgb()``, ``hsl()``, ``hwb()``, ``lab()``, ``lch()``, ``oklab()``, ``oklch()``.

Pillow reads names, hexadecimal colours and the forms with commas, to 8 bits; coloraide, which takes a tenth of a second
to import, reads all others. The syntax is that of CSS Color Module Level 4.
"""

from __future__ import annotations

import math
from difflib import get_close_matches
from functools import lru_cache

EXAMPLES = "navy, '#ff8800' or 'oklch(70% 0.15 60)'"
BOUNDED_SPACES = ("srgb", "hsl", "hwb")
"""Spaces without colours outside sRGB: a larger component is an error, not a more vivid colour."""
GAMUT_MAPPING = "oklch-chroma"
"""CSS's gamut mapping: lower the chroma in OKLCH, at constant lightness and hue, until the colour is within sRGB."""
MAX_LENGTH = 100  # characters
MAX_SHOWN = 60  # characters


@lru_cache(maxsize=4096)
def parse_color(text: str) -> tuple[float, float, float]:
    """Return an opaque CSS colour as sRGB: red, green and blue from 0 to 1.

    A colour that sRGB cannot show, such as ``oklch(70% 0.4 150)``, is mapped into sRGB: its chroma is reduced, and its
    lightness and hue are kept as far as possible.

    Raises:
        ValueError: the text is not a colour, or not an opaque one.
    """
    if len(text) > MAX_LENGTH:
        raise _unknown(text)
    levels = _pillow_levels(text.strip())
    if levels is None:
        return _parse_other(text)
    if levels[3:] not in ((), (255,)):
        raise _not_opaque(text)
    if min(levels) < 0 or max(levels) > 255:  # hsl(0, 200%, 10%) has levels on both sides
        raise _out_of_range(text)
    return levels[0] / 255, levels[1] / 255, levels[2] / 255


def _pillow_levels(text: str) -> tuple[int, ...] | None:
    """Return the levels that Pillow reads, with a fourth for the opacity if given; None if it cannot read the text."""
    from PIL import ImageColor

    if text.lower().startswith("rgba"):  # in CSS the opacity ends at 1, in Pillow at 255
        return None
    try:
        return ImageColor.getrgb(text)
    except ValueError:
        return None


def _parse_other(text: str) -> tuple[float, float, float]:
    """Return a colour that Pillow does not read.

    Raises:
        ValueError: the text is not a colour, or not an opaque one.
    """
    from coloraide import Color

    try:
        color = Color(text.strip())
    except ValueError:
        raise _unknown(text) from None
    rgb = color.convert("srgb")
    if not all(math.isfinite(value) for value in (*color.coords(nans=False), *rgb.coords(nans=False))):
        raise _unknown(text)
    if rgb.alpha(nans=False) < 1.0:
        raise _not_opaque(text)
    if not rgb.in_gamut("srgb"):
        if color.space() in BOUNDED_SPACES:
            raise _out_of_range(text)
        rgb = color.fit("srgb", method=GAMUT_MAPPING).convert("srgb")
    red, green, blue = (_within(value) for value in rgb.coords(nans=False))
    return red, green, blue


def _within(value: float) -> float:
    """Return a component without the rounding error that leaves 0 to 1."""
    return min(max(float(value), 0.0), 1.0)


def _unknown(text: str) -> ValueError:
    from PIL import ImageColor

    near = get_close_matches(text.strip().lower(), ImageColor.colormap, n=1, cutoff=0.65)
    fix = f"did you mean {near[0]!r}?" if near else f"use a CSS colour such as {EXAMPLES}"
    return ValueError(f"{_shown(text)} is not a colour; {fix}")


def _not_opaque(text: str) -> ValueError:
    return ValueError(f"{_shown(text)} is partly or fully transparent; use an opaque colour such as {EXAMPLES}")


def _out_of_range(text: str) -> ValueError:
    return ValueError(f"{_shown(text)} has a component out of range; levels end at 255, and percentages at 100")


def _shown(text: str) -> str:
    return repr(text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 3]}...")
