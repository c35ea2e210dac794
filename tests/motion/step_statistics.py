"""Measure how evenly movies move: the closing step and the largest step, relative to the median step.

    python tests/motion/step_statistics.py                          # most motions of some presets
    python tests/motion/step_statistics.py ink --motions zoom,orbit
    python tests/motion/step_statistics.py mandala --oklab --frames 48

Each line has the figures without even pace, and then with it. A value marked with ! misses its target. A step is the
mean absolute difference of the levels of two frames, or with --oklab the mean distance in OKLab.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

import limner
from limner.artworks.artwork import Artwork
from limner.artworks.random_recipe import random_recipe
from limner.errors import LimnerError
from limner.registry.registry import registry
from limner_apps.animations.planning.movie_options import MovieOptions
from limner_apps.animations.planning.plan import plan_movie, with_even_pace
from limner_plugins.common.oklab import from_srgb

SIDE = 160
FRAMES = 72
FPS = 24
SEED = 7
PRESETS = ("marbling", "ink", "mandala", "molten", "random-art")
MOTIONS = ("latent", "morph", "orbit", "parameters", "time", "weights", "zoom")
MAX_CLOSING = 1.1
MAX_LARGEST = 1.5
MORPH_THROUGH = 4


class Steps(NamedTuple):
    """The steps of a movie from frame to frame.

    Attributes:
        median: the median step, in levels from 0 to 255.
        closing: the step from the last frame to the first, relative to the median; 0 if the movie is no loop.
        largest: the largest step, relative to the median.
        smallest: the smallest step, relative to the median.
    """

    median: float
    closing: float
    largest: float
    smallest: float

    def __str__(self) -> str:
        marks = ["!" if self.closing > MAX_CLOSING else " ", "!" if self.largest > MAX_LARGEST else " "]
        return f"{self.median:7.2f} {self.closing:8.2f}{marks[0]} {self.largest:8.2f}{marks[1]} {self.smallest:9.2f}"


def steps_of(frames: Sequence[np.ndarray], *, closes: bool, oklab: bool = False) -> Steps:
    """Return the steps of frames, ``(h, w, 3 or 4)``, uint8."""
    shown = [_levels(frame, oklab=oklab) for frame in frames]
    sizes = np.array([_size(a, b, oklab=oklab) for a, b in zip(shown, [*shown[1:], shown[0]], strict=True)])
    sizes = sizes if closes else sizes[:-1]
    median = float(np.median(sizes))
    if not median:
        return Steps(0.0, float("inf") if sizes.any() else 0.0, float("inf") if sizes.any() else 0.0, 0.0)
    return Steps(median, float(sizes[-1]) / median if closes else 0.0, sizes.max() / median, sizes.min() / median)


def movie_steps(
    artworks: Sequence[Artwork], motion: str, *, even_pace: bool, oklab: bool = False, frames: int = FRAMES
) -> Steps:
    """Return the steps of a movie of artworks.

    Raises:
        LimnerError: the motion does not support the artworks.
    """
    options = MovieOptions(motion=motion, seconds=frames / FPS, fps=FPS, even_pace=even_pace)
    plan = plan_movie(artworks, "steps.webp", options)
    plan = with_even_pace(replace(plan, animation=plan.animation.model_copy(update={"seed": SEED})))
    trajectory = plan.animation.trajectory(plan.artworks)
    stills = [trajectory(k / (frames if plan.closes else frames - 1)) for k in range(frames)]
    pixels = [still.artwork.render(plan.size, time=still.time) for still in stills]
    return steps_of(pixels, closes=plan.closes, oklab=oklab)


def artworks_of(preset: str, count: int = 1) -> list[Artwork]:
    """Return paintings of a preset with subsequent seeds; ``random`` draws a recipe."""
    recipe: Any = random_recipe(SEED, registry()) if preset == "random" else preset
    return [limner.paint(recipe, seed=SEED + k, size=(SIDE, SIDE)) for k in range(count)]


def _levels(frame: np.ndarray, *, oklab: bool) -> np.ndarray:
    if not oklab:
        return frame.astype(np.float32)
    return np.stack(from_srgb(frame[..., :3].reshape(-1, 3).T.astype(np.float64) / 255))


def _size(a: np.ndarray, b: np.ndarray, *, oklab: bool) -> float:
    return float(255 * np.sqrt(((a - b) ** 2).sum(axis=0)).mean() if oklab else np.abs(a - b).mean())


def _main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("presets", nargs="*", default=PRESETS, help="presets, or random")
    parser.add_argument("--motions", help="motions, separated by commas", default=",".join(MOTIONS))
    parser.add_argument("--frames", type=int, default=FRAMES, help="number of frames, from 3")
    parser.add_argument("--oklab", action="store_true", help="measure in OKLab instead of levels")
    options = parser.parse_args()
    columns = " median  closing   largest   smallest"
    print(f"{'preset':14} {'motion':12}{columns}   |{columns}")  # noqa: T201
    for preset in options.presets:
        for motion in options.motions.split(","):
            artworks = artworks_of(preset, MORPH_THROUGH if motion == "morph" else 1)
            try:
                rows = [
                    movie_steps(artworks, motion, even_pace=even, oklab=options.oklab, frames=options.frames)
                    for even in (False, True)
                ]
            except LimnerError as error:
                print(f"{preset:14} {motion:12} {error}", flush=True)  # noqa: T201
                continue
            print(f"{preset:14} {motion:12}{rows[0]}  |{rows[1]}", flush=True)  # noqa: T201


if __name__ == "__main__":
    _main()
