"""Checks of a motion: its stills depend on artworks, seed and position alone, can be rendered, and close the loop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias
from unittest import SkipTest

import numpy as np

import limner
from limner.app.artworks import Artwork, Still
from limner.app.recipes import Recipe
from limner.plugin import LimnerError
from limner.testing import calling, needs, require
from limner_apps.animations.motion import Motion, Trajectory

if TYPE_CHECKING:
    from limner.testing import Subject

SEED = 22
POSITIONS = (0.0, 0.2, 0.5, 0.85)
SIZE = (12, 8)
THREADS = 4
MAX_SECONDS, MAX_END = 86_400.0, 600.0
"""The longest movie, and the longest duration of its last frame."""
FIELD = """
title = "Field"
encoder = [{ kind = "xy" }, { kind = "latent", pictures = 2, learn = true }]
network = { kind = "mlp", width = 4, depth = 2, weight_scale = 2.0 }
"""
BOARD = """
title = "Board"
frame = { kind = "raster", width = 6, height = 4 }
encoder = [{ kind = "one-hot", size = 2 }]
network = { kind = "mlp", width = 4, depth = 1 }
"""

Case: TypeAlias = "tuple[str, tuple[Artwork, ...], Trajectory]"
"""A description of artworks, the artworks, and their trajectory."""


@lru_cache(maxsize=1)
def _samples() -> list[tuple[str, tuple[Artwork, ...]]]:
    """Return a picture with a latent vector and two buttons, two of its kind, and a raster with two buttons."""
    one, two, board = (
        limner.paint(Recipe.from_toml(toml), seed=seed, size=SIZE)
        for toml, seed in ((FIELD, 1), (FIELD, 2), (BOARD, 1))
    )
    return [("one artwork", (one,)), ("two artworks of one recipe", (one, two)), ("a raster", (board,))]


def _trajectory(subject: Subject[Motion], what: str, artworks: Sequence[Artwork]) -> Trajectory | None:
    """Return the trajectory of artworks; None if the motion says that it does not support them."""
    with calling(subject, f"trajectory of {what}", fix="raise LimnerError for artworks that it does not support"):
        try:
            return subject.stage.trajectory(artworks, SEED)
        except LimnerError as error:
            require(str(error), f"{subject}: the error for {what} has no message; say what is missing and what to use")
            return None


@lru_cache(maxsize=8)
def _supported(subject: Subject[Motion]) -> list[Case]:
    trajectories = [(what, artworks, _trajectory(subject, what, artworks)) for what, artworks in _samples()]
    return [(what, artworks, trajectory) for what, artworks, trajectory in trajectories if trajectory is not None]


def _cases(subject: Subject[Motion]) -> Iterator[Case]:
    """Yield the artworks that the motion supports.

    Raises:
        SkipTest: it supports none of them.
    """
    found = _supported(subject)
    if not found:
        raise SkipTest(f"{subject} supports none of the artworks of the kit")
    yield from found


def _still(subject: Subject[Motion], what: str, trajectory: Trajectory, position: float) -> Still:
    with calling(subject, f"still of {what} at {position}"):
        still = trajectory(position)
    require(isinstance(still, Still), f"{subject}: the trajectory returns no Still for {what} at {position}")
    return still


def _same(one: Still, other: Still) -> bool:
    return one.artwork == other.artwork and (one.time, one.caption) == (other.time, other.caption)


def check_interface(subject: Subject[Motion]) -> None:
    """Check that the class implements the interface, and that other artworks cause a LimnerError."""
    require(isinstance(subject.stage, Motion), f"{subject}: must be a subclass of limner_apps.animations.motion.Motion")
    _supported(subject)


@needs("interface")
def check_stills_render(subject: Subject[Motion]) -> None:
    """Check that each still can be rendered, and that something moves."""
    for what, artworks, trajectory in _cases(subject):
        pictures = []
        for position in POSITIONS:
            still = _still(subject, what, trajectory, position)
            require(0 <= still.time <= 1, f"{subject}: the time of {what} at {position} is {still.time}, not 0 to 1")
            with calling(subject, f"still of {what} at {position}, rendered,"):
                pictures.append(still.artwork.render(artworks[0].size, time=still.time, backend="numpy"))
        moves = not subject.stage.has_change or any(
            not np.array_equal(pictures[0], picture) for picture in pictures[1:]
        )
        require(moves, f"{subject}: all stills of {what} look the same; raise LimnerError if it cannot move them")


@needs("interface", "stills_render")
def check_repeats(subject: Subject[Motion]) -> None:
    """Check that stills follow from artworks, seed and position: for any order of calls, and a second trajectory."""
    for what, artworks, trajectory in _cases(subject):
        first = [_still(subject, what, trajectory, position) for position in POSITIONS]
        backwards = [_still(subject, what, trajectory, position) for position in reversed(POSITIONS)][::-1]
        require(
            all(map(_same, first, backwards)),
            f"{subject}: stills of {what} depend on what was asked for before; keep no state between calls",
        )
        again = _trajectory(subject, what, artworks)
        require(
            again is not None and all(_same(one, again(at)) for one, at in zip(first, POSITIONS, strict=True)),
            f"{subject}: a second trajectory of {what} differs; draw random numbers from the given seed alone",
        )


@needs("interface", "repeats")
def check_configured(subject: Subject[Motion]) -> None:
    """Check that ``configured_for`` returns a motion with the same trajectory, which it leaves as it is."""
    for what, artworks, trajectory in _cases(subject):
        with calling(subject, f"configured_for {what}"):
            configured = subject.stage.configured_for(artworks, SEED)
            again = configured.configured_for(artworks, SEED)
        require(type(configured) is type(subject.stage), f"{subject}: configured_for() returns another class")
        require(again == configured, f"{subject}: configured_for() changes the result of configured_for() for {what}")
        with calling(subject, f"trajectory of {what}"):
            same = configured.trajectory(artworks, SEED)
            agrees = all(_same(trajectory(position), same(position)) for position in POSITIONS)
        require(agrees, f"{subject}: after configured_for() the trajectory of {what} is another")


@needs("interface", "repeats")
def check_closes(subject: Subject[Motion]) -> None:
    """Check that positions 0 and 1 show the same picture, unless ``closes`` says that the movie has an end."""
    for what, artworks, trajectory in _cases(subject):
        if subject.stage.closes(artworks):
            ends = [_still(subject, what, trajectory, position) for position in (0.0, 1.0)]
            fix = "use `position % 1.0`, or let closes() return False"
            start, end = (still.artwork.render(artworks[0].size, time=still.time, backend="numpy") for still in ends)
            require(np.array_equal(start, end), f"{subject}: positions 0 and 1 of {what} differ; {fix}")


@needs("interface", "repeats")
def check_threads(subject: Subject[Motion]) -> None:
    """Check that several threads can ask for stills."""
    positions = POSITIONS * THREADS
    with ThreadPoolExecutor(THREADS) as pool:
        for what, _, trajectory in _cases(subject):
            alone = [_still(subject, what, trajectory, position) for position in POSITIONS] * THREADS
            with calling(subject, f"stills of {what} in several threads"):
                together = list(pool.map(trajectory, positions))
            require(all(map(_same, alone, together)), f"{subject}: stills of {what} differ in several threads")


@needs("interface")
def check_timing(subject: Subject[Motion]) -> None:
    """Check the length that the motion proposes, how long its end stays, the bounds of its parts, and its notes."""
    for what, artworks, _ in _cases(subject):
        motion = subject.stage
        with calling(subject, f"default_seconds, end_seconds, part_bounds or notes of {what}"):
            seconds, end = float(motion.default_seconds(artworks)), float(motion.end_seconds)
            bounds = [0.0, *map(float, motion.part_bounds(artworks)), 1.0]
            notes = motion.notes(artworks, ["a.png", "b.png"][: len(artworks)])
        require(
            0 < seconds <= MAX_SECONDS, f"{subject}: default_seconds of {what} is {seconds}; return a positive number"
        )
        require(0 <= end <= MAX_END, f"{subject}: end_seconds is {end}; return 0 to {MAX_END:g} seconds")
        increase = all(before < after for before, after in pairwise(bounds))
        require(increase, f"{subject}: part_bounds of {what} must increase and lie between 0 and 1")
        texts = isinstance(notes, list | tuple) and all(isinstance(note, str) for note in notes)
        require(texts, f"{subject}: notes of {what} must be a list of texts")


CHECKS = (
    check_interface,
    check_stills_render,
    check_repeats,
    check_configured,
    check_closes,
    check_threads,
    check_timing,
)
