"""Checks of what a stage owns in θ: a layout, and how it is drawn."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeAlias

import numpy as np

from limner.arrays.parameters import Layout
from limner.stages.base import Parametric
from limner.stages.network import Network
from limner.testing.operations import fans_of
from limner.testing.probe import SEED
from limner.testing.subject import Subject, calling, require

OwnsTheta: TypeAlias = Parametric | Network
"""A stage that may own entries of θ."""


def _layouts(subject: Subject[OwnsTheta]) -> Iterator[Layout]:
    """The layout, twice asked for; a network's for several widths."""
    for ask in _asks(subject.stage):
        with calling(subject, "layout"):
            layout, again = ask(), ask()
        require(isinstance(layout, Layout), f"{subject}: layout() must return a Layout, not {type(layout).__name__}")
        require(layout == again, f"{subject}: layout() gives two answers; let it depend on the fields alone")
        yield layout


def _asks(stage: OwnsTheta) -> list[Callable[[], Layout]]:
    """Return the ways to ask a stage for its layout: a network is asked for several widths."""
    if isinstance(stage, Network):
        return [partial(stage.layout, *fans) for fans in fans_of(stage)]
    return [stage.layout]


def _drawn(subject: Subject[OwnsTheta], layout: Layout, seed: int) -> tuple[np.ndarray, bool]:
    """What the stage draws, and whether it asked the generator for anything."""
    rng = np.random.default_rng(seed)
    before = rng.bit_generator.state
    with calling(subject, "draw"):
        theta = subject.stage.draw(layout, rng)
    return theta, rng.bit_generator.state != before


def check_layout(subject: Subject[OwnsTheta]) -> None:
    """The layout is the same each time, its names are told apart, its shapes are whole numbers."""
    for layout in _layouts(subject):
        names = [entry.name for entry in layout.entries]
        require(len(set(names)) == len(names), f"{subject}: two entries of θ have one name in {names}")
        for entry in layout.entries:
            good = all(type(side) is int and side >= 0 for side in entry.shape)
            require(
                good, f"{subject}: the entry {entry.name} has the shape {entry.shape}; it takes whole numbers from 0"
            )


def check_draw(subject: Subject[OwnsTheta]) -> None:
    """draw gives float32 on the host, as many numbers as the layout has, all finite."""
    for layout in _layouts(subject):
        theta, _ = _drawn(subject, layout, SEED)
        require(
            isinstance(theta, np.ndarray), f"{subject}: draw() must return a NumPy array, not {type(theta).__name__}"
        )
        require(
            theta.dtype == np.float32 and theta.shape == (layout.size,),
            f"{subject}: draw() gave {theta.dtype} of shape {theta.shape}, and the layout wants float32 of "
            f"({layout.size},); layout.pack({{name: array}}) makes it so",
        )
        require(np.isfinite(theta).all(), f"{subject}: draw() gave numbers that are not finite")


def check_draw_repeats(subject: Subject[OwnsTheta]) -> None:
    """The generator alone decides: the same seed draws the same θ, another seed another."""
    for layout in _layouts(subject):
        with _shared_generators() as touched:
            theta, _ = _drawn(subject, layout, SEED)
            again, _ = _drawn(subject, layout, SEED)
            other, asked = _drawn(subject, layout, SEED + 1)
            stray = touched()
        require(
            not stray and np.array_equal(theta, again),
            f"{subject}: draw() gives two answers for one seed; draw from the generator handed in, and no other",
        )
        changed = not asked or not np.array_equal(theta, other)
        require(changed, f"{subject}: draw() asks the generator and gives the same for every seed; use what it gives")


@contextmanager
def _shared_generators() -> Iterator[Callable[[], bool]]:
    """Watches the generators that a whole process shares; afterwards they are as they were."""
    numpy_state, python_state = np.random.get_state(), random.getstate()
    np.random.seed(SEED)
    random.seed(SEED)

    def seen() -> tuple[object, ...]:
        _, key, position, *_ = np.random.get_state()
        return np.asarray(key).tobytes(), position, random.getstate()

    before = seen()
    try:
        yield lambda: seen() != before
    finally:
        np.random.set_state(numpy_state)
        random.setstate(python_state)


def check_nothing_learned(subject: Subject[OwnsTheta]) -> None:
    """A warp may own entries of θ, but none that are learned: no gradient reaches it."""
    for layout in _layouts(subject):
        learned = [entry.name for entry in layout.entries if entry.learned]
        require(
            not learned, f"{subject}: {', '.join(learned)} cannot be learned in a warp; write Entry(..., learned=False)"
        )


OF_EXAMPLE = (check_layout, check_draw, check_draw_repeats)
OF_WARP = (check_nothing_learned,)
