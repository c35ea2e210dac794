"""Codes between the buttons of an artwork: all pairs, walks from one to the next, and codes that were never learned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from pydantic import Field

from limner.composition.conditioning import labels_of, weights_of
from limner.errors import LimnerError
from limner.stages.base import Stage
from limner.utils.seeding import child_rng
from limner.utils.validation import validate

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork

Code = tuple[float, ...]

UNSEEN_KINDS = ("pair", "triple", "half", "negative", "random")
MAX_ATTEMPTS = 50


class LatentWalk(Stage):
    """A walk from each picture that was learned to the next, and back to the first."""

    steps: int = Field(default=24, ge=1, le=10_000, description="frames from one button to the next")
    pause: int = Field(default=6, ge=0, le=10_000, description="frames that stand still at each button")
    fps: float = Field(default=25.0, ge=0.01, le=240, description="frames a second")
    loop: bool = Field(default=True, description="go back from the last button to the first")


class UnseenCode(NamedTuple):
    """A code that was never learned, and what it is."""

    kind: str
    code: Code


def latent_walk(settings: Mapping[str, Any]) -> LatentWalk:
    """A walk with settings.

    Raises:
        LimnerError: there is no such setting, or a value is wrong.
    """
    return validate(LatentWalk, settings, "walk")


def pair_codes(count: int) -> list[Code]:
    """All pairs of so many buttons, row by row: pressed together right of the diagonal, halves of both left of it."""
    eye = np.eye(count)

    def code(i: int, j: int) -> Code:
        return _code(eye[i] if i == j else (1.0 if i < j else 0.5) * (eye[i] + eye[j]))

    return [code(i, j) for i in range(count) for j in range(count)]


def walk_codes(training_codes: Sequence[Code], walk: LatentWalk) -> Iterator[Code]:
    """The codes of a walk, frame by frame; it starts and stops gently at each station."""
    places, count = np.asarray(training_codes), len(training_codes)
    steps = np.arange(walk.steps) / walk.steps
    for i in range(count if walk.loop and count > 1 else count - 1):
        yield from walk.pause * [_code(places[i])]
        for t in steps * steps * (3 - 2 * steps):
            yield _code((1 - t) * places[i] + t * places[(i + 1) % count])
    if not walk.loop or count == 1:
        yield from max(1, walk.pause) * [_code(places[count - 1])]


def unseen_codes(count: int, training_codes: Sequence[Code], seed: int) -> list[UnseenCode]:
    """So many codes that are none of those that were learned, the stations, each another.

    They are pairs, triples, halves, negatives and random ones, in turn.

    Raises:
        LimnerError: there are not so many.
    """
    rng = child_rng(seed, "unseen")
    known, count = set(training_codes), len(training_codes[0])
    out: list[UnseenCode] = []
    for kind in (UNSEEN_KINDS[i % len(UNSEEN_KINDS)] for i in range(count)):
        code = next((c for c in (_random_code(kind, count, rng) for _ in range(MAX_ATTEMPTS)) if c not in known), None)
        if code is None:  # so few buttons have no more of this kind
            kind = "random"
            code = next(
                (c for c in (_random_code(kind, count, rng) for _ in range(MAX_ATTEMPTS)) if c not in known), None
            )
        if code is None:
            raise LimnerError(f"`samples` {count}: {count} buttons have no more than {len(out)} unseen codes")
        known.add(code)
        out.append(UnseenCode(kind, code))
    return out


def code_name(code: Sequence[float]) -> str:
    """A code as a file's name, which a fit would read again: ``1,0,0.5``."""
    return ",".join(f"{weight:.6g}" for weight in code)


def button_summary(art: Artwork) -> dict[str, Any]:
    """What ``info`` tells of the buttons: their names, and what is pressed."""
    return {"labels": list(labels_of(art.recipe)), "weights": list(weights_of(art.recipe))}


def _random_code(kind: str, count: int, rng: np.random.Generator) -> Code:
    """A code of a kind; where there are too few buttons for it, of as many as there are."""
    code = np.zeros(count)
    many = {"pair": 2, "triple": 3, "half": int(rng.integers(1, 3)), "negative": 2}.get(kind, count)
    chosen = rng.choice(count, min(many, count), replace=False)
    if kind == "random":
        code = rng.uniform(-0.5, 1.5, count).round(2)
    elif kind == "negative":
        code[chosen] = 1.0
        code[chosen[-1]] = -1.0
    else:
        code[chosen] = 0.5 if kind == "half" else 1.0
    return _code(code)


def _code(weights: np.ndarray) -> Code:
    return tuple(float(weight) + 0.0 for weight in weights)
