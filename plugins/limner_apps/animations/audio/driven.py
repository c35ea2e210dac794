"""Trajectories that sound drives: settings and latent vectors of their stills, and the pace of their motion."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.app.artworks import paths_in_layers, with_settings
from limner.app.values import child_rng
from limner.plugin import LimnerError
from limner_apps.animations.audio.drive import Drive
from limner_apps.animations.audio.targets import PACE, as_type, latent_at

if TYPE_CHECKING:
    from limner.app.artworks import Artwork, Still
    from limner_apps.animations.motion import Trajectory

MINUTE = 60.0  # seconds
LAYERS = re.compile(r"^(layer\.\d+\.)+")


def driven(trajectory: Trajectory, drives: Sequence[Drive], seed: int, *, closes: bool) -> Trajectory:
    """Return a trajectory whose stills have the driven settings and latent vectors of their position in time.

    Args:
        trajectory: the trajectory in time.
        drives: the drives; those of the pace are ignored.
        seed: the seed of the directions of latent vectors.
        closes: whether the movie is a loop.

    Raises:
        LimnerError: also when stills are asked for: a driven setting does not exist.
    """
    others = [drive for drive in drives if drive.path != PACE]
    if not others:
        return trajectory

    def at(position: float) -> Still:
        still = trajectory(position)
        values = {drive.path: drive.value_at(position, closes=closes) for drive in others}
        return still.with_each(lambda artwork: with_values(artwork, values, seed))

    return at


def with_values(art: Artwork, values: dict[str, Any], seed: int) -> Artwork:
    """Return an artwork with driven values by path, which may be settings or encoders with a latent vector.

    In a blend, such as a cross-fade of a morph, they are those of all layers.

    Raises:
        LimnerError: a path does not exist in the artwork.
    """
    placed = {one: value for path, value in values.items() for one in paths_in_layers(art.recipe, path)}
    latents = {path: value for path, value in placed.items() if latent_at(art, path)}
    settings = {path: as_type(art, path, value) for path, value in placed.items() if path not in latents}
    art = with_settings(art, settings) if settings else art
    return _with_latents(art, latents, seed) if latents else art


def _with_latents(art: Artwork, amounts: dict[str, Any], seed: int) -> Artwork:
    """Return an artwork whose latent vectors are moved towards random ones, which belong to the seed, by amounts."""
    layout, theta = art.model.layout, art.theta.copy()
    for path, amount in amounts.items():
        found = latent_at(art, path)
        assert found is not None, "the caller has chosen paths of latents"
        amount = number(path, amount)
        where, encoder = found
        params = layout.views(art.theta).part(where, encoder.param_layout())
        stream = LAYERS.sub("", where)  # a cross-fade goes the way of its artworks
        for name, drawn in encoder.draw_latent(params, child_rng(seed, "drive", stream)).items():
            place = layout.slices[f"{where}.{name}"]
            start = art.theta[place].astype(np.float64)
            theta[place] = start + amount * (np.ravel(drawn) - start)
    theta.flags.writeable = False
    return replace(art, theta=theta, training=None)


def number(path: str, value: Any, least: float = -inf) -> float:
    """Return the driven value of a latent vector or of the pace.

    Raises:
        LimnerError: it is not a number, or less than ``least``; only a forged movie has such a value.
    """
    if not isinstance(value, int | float) or value < least:
        raise LimnerError(
            f"`drive` {path}: must have numbers of its range, got {value!r}; the movie is damaged or forged"
        )
    return float(value)


def paced(trajectory: Trajectory, drives: Iterable[Drive], seconds: float, *, closes: bool) -> Trajectory:
    """Return a trajectory whose pace follows a signal, if a drive asks for that.

    A loop passes through its motion a whole number of times, so that it closes; another motion, once.

    Args:
        trajectory: the trajectory of the motion.
        drives: the drives.
        seconds: the length of the movie.
        closes: whether the movie is a loop.
    """
    pace = next((drive for drive in drives if drive.path == PACE), None)
    if pace is None:
        return trajectory
    travelled = travel(pace, seconds, closes=closes)

    def at(position: float) -> Still:
        place = float(np.interp(position * (len(travelled) - 1), np.arange(len(travelled)), travelled))
        return trajectory(place % 1.0 if closes and place > 1.0 else place)

    return at


def travel(pace: Drive, seconds: float, *, closes: bool) -> np.ndarray:
    """Return how many times the motion has been passed through at the start of each frame, and at the end.

    Args:
        pace: the drive, in passes per minute.
        seconds: the length of the movie.
        closes: whether the movie is a loop.

    Returns:
        ``(n + 1,)`` for a loop of n frames, otherwise ``(n,)``; from 0 to a whole number.
    """
    low, high = (number(PACE, end, least=0.0) for end in (pace.low, pace.high))
    speeds = low + (high - low) * pace.values
    steps = speeds if closes else speeds[:-1]
    total = float(steps.sum())
    if not total > 0:
        return np.linspace(0.0, 1.0, len(steps) + 1)
    passes = max(1, round(speeds.mean() * seconds / MINUTE)) if closes else 1
    travelled = np.concatenate([[0.0], np.cumsum(steps)]) * (passes / total)
    travelled[-1] = passes
    return travelled
