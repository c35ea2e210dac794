"""Palettes of harmonious colours, drawn at random in OKLCH: lightness L, chroma C and hue h.

A palette is a *ramp* from a dark to a light colour, followed by its *accents*. Each rule has its source:

- Hues lie in a few arcs of the hue circle: one for the ramp, and narrow ones for the accents. Such templates are those
  of D. Cohen-Or et al., "Color Harmonization" (SIGGRAPH 2006), after Y. Matsuda; the names of the schemes are those of
  J. Itten, "The Art of Color" (1961).
- Lightness rises evenly, and chroma is highest between the ends, along a curve from almost black to almost white:
  M. Wijffelaars et al., "Generating Color Palettes using Intuitive Parameters" (EuroVis 2008).
- Hues turn to yellow in the light colours and to indigo in the dark ones, as daylight and shadows do, so a dark yellow
  is not the muddy colour of the same hue.
- Chroma stays below the edge of the sRGB gamut, which has the neon colours, and is lower for yellow-green hues.
- Accents are few and have more chroma than the ramp.

The space is that of B. Ottosson, "A perceptual color space for image processing" (2020).
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from limner_plugins.common.gamut import chroma_limit

SchemeName: TypeAlias = Literal["any", "monochrome", "analogous", "complementary", "split", "triad"]

WARM, COOL = 80.0, 290.0  # hues of daylight and of shadows, in degrees: amber and indigo
DARKEST, LIGHTEST = (0.18, 0.27), (0.91, 0.965)  # range of the lightness of the ends of the ramp
DARK_CHROMA, LIGHT_CHROMA = (0.025, 0.055), (0.012, 0.045)  # range of the chroma of the ends
PEAK_CHROMA = (0.08, 0.15)  # range of the highest chroma of the ramp, above that of the ends
PAPER, PAPER_HUES = 0.6, (65.0, 100.0)  # how often the lightest colour is cream, as paper is, and its hues
ACCENT_CHROMA = (0.12, 0.17)
ACCENT_JITTER = 9.0  # half the width of an accent's arc, in degrees
MAX_SHARE = 0.82  # of the chroma available in sRGB
ACID, ACID_LOSS = (128.0, 45.0), 0.4  # hue and half-width of yellow-green, and the share of chroma that it loses
GOLD, GOLD_TURN = (90.0, 45.0), 35.0  # hue and half-width of yellow, and how far its shadows turn beyond the arc
OLIVE, PURPLE = (118.0, 72.0), (308.0, 45.0)  # hues and half-widths of the rare ramps


class _Scheme(NamedTuple):
    """The hues of a scheme, in degrees.

    Attributes:
        weight: how often the scheme is drawn, relative to the others.
        spread: range of the arc of the ramp, from which its width is drawn.
        accents: hues of the accents, relative to the middle of the ramp.
    """

    weight: float
    spread: tuple[float, float]
    accents: tuple[float, ...]


SCHEMES: dict[SchemeName, _Scheme] = {
    "monochrome": _Scheme(0.05, (10.0, 25.0), ()),
    "analogous": _Scheme(0.25, (70.0, 110.0), ()),
    "complementary": _Scheme(0.35, (40.0, 80.0), (180.0,)),
    "split": _Scheme(0.2, (30.0, 60.0), (150.0, 210.0)),
    "triad": _Scheme(0.15, (30.0, 60.0), (120.0, 240.0)),
}


def draw_palette(rng: np.random.Generator, count: int, scheme: SchemeName = "any") -> np.ndarray:
    """Return random colours that go together, ``(count, 3)`` in OKLab: from dark to light, then the accents.

    A palette of two colours has no accent, and one of three or four at most one.

    Args:
        rng: the source of all random numbers.
        count: number of colours, at least 2.
        scheme: the hues; "any" draws one of the other schemes.
    """
    weights = np.asarray([one.weight for one in SCHEMES.values()])
    drawn = list(SCHEMES)[rng.choice(len(SCHEMES), p=weights / weights.sum())]
    chosen = SCHEMES[drawn if scheme == "any" else scheme]
    hue, arc = _hue(rng), rng.uniform(*chosen.spread)
    accents = chosen.accents[: (count - 1) // 2]
    ramp = _ramp(rng, count - len(accents), hue, arc)
    return _lab(np.concatenate([ramp, *(_accent(rng, hue + turn)[None] for turn in accents)]))


def _hue(rng: np.random.Generator) -> float:
    """Return the middle hue of a ramp, in degrees.

    Yellow-green is rare, since most of it is acid or olive. So is purple, which other ramps have in their shadows.
    """
    while True:
        hue = float(rng.uniform(0.0, 360.0))
        if rng.random() >= max(0.85 * _tent(hue, *OLIVE), 0.5 * _tent(hue, *PURPLE)):
            return hue


def _ramp(rng: np.random.Generator, count: int, hue: float, arc: float) -> np.ndarray:
    """Return the L, C and h of colours from dark to light, ``(count, 3)``."""
    t = np.linspace(0.0, 1.0, count)
    dark, light = rng.uniform(*DARKEST), rng.uniform(*LIGHTEST)
    uneven = np.zeros(count)
    uneven[1:-1] = rng.uniform(-0.15, 0.15, max(0, count - 2)) / max(count - 1, 1)
    lightness = dark + (light - dark) * (t + uneven) ** rng.uniform(0.9, 1.2)
    ends = rng.uniform(*DARK_CHROMA) * (1.0 - t) + rng.uniform(*LIGHT_CHROMA) * t
    chroma = ends + rng.uniform(*PEAK_CHROMA) * np.sin(np.pi * t) ** 1.5
    way = 2.0 * t - 1.0
    turns = _turn(hue, np.where(way < 0.0, COOL, WARM))
    reach = arc / 2.0 + np.where(way < 0.0, GOLD_TURN * _tent(hue, *GOLD), 0.0)
    hues = hue + np.sign(turns) * np.minimum(np.abs(turns), np.abs(way) * reach)
    paper = rng.uniform(*PAPER_HUES)
    if rng.random() < PAPER:
        hues[-1] = paper
    return np.stack([lightness, chroma, hues], axis=1)


def _accent(rng: np.random.Generator, hue: float) -> np.ndarray:
    """Return the L, C and h of an accent, as light as its hue is at its most vivid: yellow light, blue dark."""
    hue = hue + rng.uniform(-ACCENT_JITTER, ACCENT_JITTER)
    light = 0.67 + 0.12 * np.cos(np.deg2rad(hue - 95.0)) + rng.uniform(-0.03, 0.03)
    return np.asarray([light, rng.uniform(*ACCENT_CHROMA), hue])


def _turn(hue: ArrayLike, pole: ArrayLike) -> np.ndarray:
    """Return the shorter way from a hue to each other one, from -180 to 180 degrees."""
    turn: np.ndarray = (np.asarray(pole) - np.asarray(hue) + 180.0) % 360.0 - 180.0
    return turn


def _tent(hue: ArrayLike, top: float, width: float) -> np.ndarray:
    """Return a tent function of hues: 1 at the top, 0 from the width on."""
    height: np.ndarray = np.maximum(0.0, 1.0 - np.abs(_turn(top, hue)) / width)
    return height


def _lab(lch: np.ndarray) -> np.ndarray:
    """Return colours in OKLab, ``(n, 3)``, with the chroma limited."""
    light, chroma, hue = lch.T
    angle = np.deg2rad(hue)
    chroma = np.minimum(chroma, MAX_SHARE * chroma_limit(light, angle)) * (1.0 - ACID_LOSS * _tent(hue, *ACID))
    return np.stack([light, chroma * np.cos(angle), chroma * np.sin(angle)], axis=1)
