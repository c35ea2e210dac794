"""Measure how presets look over 25 seeds: saturation, spread, hues, and the largest nearly constant area.

    python tests/looks/picture_statistics.py                 # a table of all presets that paint
    python tests/looks/picture_statistics.py ink --seeds 50
    python tests/looks/picture_statistics.py --random --sheet random.png

A value marked with ! misses its target.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

import limner
from limner.artworks.random_recipe import random_recipe
from limner.artworks.recipe_sources import command_for
from limner.registry.registry import registry
from limner_plugins.common.oklab import from_srgb

SIDE = 160
SEEDS = 25
MAX_SATURATED = 0.03
MIN_SPREAD = 14.0
LUMA = (0.2126, 0.7152, 0.0722)  # Rec. 709
CELL = 0.05  # in OKLab: colours of one cell are hard to tell apart across an edge


class Look(NamedTuple):
    """The statistics of one picture.

    Attributes:
        saturated: share of pixels near full saturation: HSV saturation from 0.95 and value from 0.5.
        spread: standard deviation of the luma, 0 to 255.
        lightness: standard deviation of the OKLab lightness, 0 to 100.
        hue: spread of the hues weighted by chroma, 0 for one hue to 1 for hues that balance.
        chroma: mean OKLab chroma, in hundredths.
        flat: share of the largest nearly constant area.
        steps: mean difference of neighbouring pixels' luma over its standard deviation: about 1.1 for noise.
    """

    saturated: float
    spread: float
    lightness: float
    hue: float
    chroma: float
    flat: float
    steps: float

    @property
    def is_good(self) -> bool:
        """Whether the picture reaches the targets: neither neon nor flat."""
        return self.saturated <= MAX_SATURATED and self.spread >= MIN_SPREAD


def look_of(pixels: np.ndarray) -> Look:
    """Return the statistics of a picture, ``(h, w, 3)``, uint8."""
    rgb = pixels[..., :3].astype(np.float64) / 255
    high, low = rgb.max(axis=-1), rgb.min(axis=-1)
    saturated = (high - low >= 0.95 * high) & (high >= 0.5)
    luma = 255 * rgb @ np.asarray(LUMA)
    light, a, b = from_srgb(rgb.reshape(-1, 3).T)
    chroma = np.hypot(a, b)
    balance = np.hypot(a.sum(), b.sum()) / max(chroma.sum(), 1e-9)
    steps = (np.abs(np.diff(luma, axis=0)).mean() + np.abs(np.diff(luma, axis=1)).mean()) / 2
    return Look(
        saturated=float(saturated.mean()),
        spread=float(luma.std()),
        lightness=float(100 * light.std()),
        hue=float(1 - balance) if chroma.mean() > 0.01 else 0.0,
        chroma=float(100 * chroma.mean()),
        flat=_largest_flat_share(np.stack([light, a, b])),
        steps=float(steps / max(luma.std(), 1e-9)),
    )


def painting_presets() -> list[str]:
    """Return the names of the presets that paint without training."""
    return [name for name in limner.recipes() if command_for(name) == "paint"]


def pictures(source: str, seeds: Sequence[int], side: int = SIDE) -> Iterator[np.ndarray]:
    """Yield the picture of each seed, of a preset, or of the random recipe of the seed if the source is ``random``."""
    for seed in seeds:
        recipe: Any = random_recipe(seed, registry()) if source == "random" else source
        yield limner.paint(recipe, seed=seed, size=(side, side)).render()[..., :3]


def _largest_flat_share(lab: np.ndarray) -> float:
    """Return the share of the fullest cell of OKLab, over two grids that are half a cell apart."""
    shares = []
    for offset in (0.0, 0.5):
        cells = np.floor(lab / CELL + offset).astype(int)
        shares.append(np.unique(cells, axis=1, return_counts=True)[1].max() / lab.shape[1])
    return float(max(shares))


def _table_row(name: str, looks: Sequence[Look]) -> str:
    """Return the row of the table for a preset."""
    values = np.asarray(looks)
    mean, spread = values.mean(axis=0), values[:, 1].min()
    good = sum(look.is_good for look in looks)
    marks = ["!" if mean[0] > MAX_SATURATED else " ", "!" if spread < MIN_SPREAD else " "]
    return (
        f"{name:16} {mean[0]:8.4f}{marks[0]} {spread:7.1f}{marks[1]} {mean[1]:7.1f} {mean[2]:9.1f} {mean[3]:5.2f} "
        f"{mean[4]:6.1f} {mean[5]:8.2f} {values[:, 5].max():8.2f} {mean[6]:5.2f} {good:4}/{len(looks)}"
    )


def _main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", help="presets; all that paint if omitted")
    parser.add_argument("--random", action="store_true", help="measure random recipes, one for each seed")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="number of seeds, from 1")
    parser.add_argument("--sheet", type=Path, help="also write all pictures to this file")
    options = parser.parse_args()
    print("preset           saturated  min spr  spread lightness   hue chroma     flat max flat steps good")  # noqa: T201
    rows = []
    for name in ["random"] if options.random else options.names or painting_presets():
        drawn = list(pictures(name, range(1, options.seeds + 1)))
        print(_table_row(name, [look_of(picture) for picture in drawn]), flush=True)  # noqa: T201
        rows.append(np.concatenate(drawn, axis=1))
    if options.sheet:
        Image.fromarray(np.concatenate(rows)).save(options.sheet)


if __name__ == "__main__":
    _main()
