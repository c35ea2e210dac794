"""Conditioning codes between an artwork's buttons: all pairs, and codes not seen in training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from limner.composition.conditioning import labels_of, weights_of
from limner.errors import LimnerError
from limner.utils.seeding import child_rng

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork

Code = tuple[float, ...]
"""One weight per button."""

UNSEEN_KINDS = ("pair", "triple", "half", "negative", "random")
MAX_ATTEMPTS = 50
"""The number of random codes of one kind to try before giving up."""


class UnseenCode(NamedTuple):
    """A code that was not seen in training.

    Attributes:
        kind: one of ``UNSEEN_KINDS``.
        code: the weight of each button.
    """

    kind: str
    code: Code


def pair_codes(count: int) -> list[Code]:
    """Return the codes of all pairs of ``count`` buttons, row by row.

    A pair has the weights 1 and 1 right of the diagonal, and 0.5 and 0.5 left of it. The diagonal has single buttons.
    """
    eye = np.eye(count)

    def code(i: int, j: int) -> Code:
        return _code(eye[i] if i == j else (1.0 if i < j else 0.5) * (eye[i] + eye[j]))

    return [code(i, j) for i in range(count) for j in range(count)]


def unseen_codes(count: int, training_codes: Sequence[Code], seed: int) -> list[UnseenCode]:
    """Return different random codes that are not among the training codes.

    Their kinds are pairs, triples, halves, negatives and random codes, in turn.

    Raises:
        LimnerError: there are fewer than ``count`` such codes.
    """
    rng = child_rng(seed, "unseen")
    used, buttons = set(training_codes), len(training_codes[0])

    def new_code(kind: str) -> Code | None:
        candidates = (_random_code(kind, buttons, rng) for _ in range(MAX_ATTEMPTS))
        return next((code for code in candidates if code not in used), None)

    unseen: list[UnseenCode] = []
    for kind in (UNSEEN_KINDS[i % len(UNSEEN_KINDS)] for i in range(count)):
        code = new_code(kind)
        if code is None:  # few buttons have few such codes
            kind = "random"
            code = new_code(kind)
        if code is None:
            raise LimnerError(f"`samples` {count}: {buttons} buttons have no more than {len(unseen)} unseen codes")
        used.add(code)
        unseen.append(UnseenCode(kind, code))
    return unseen


def code_name(code: Sequence[float]) -> str:
    """Return the file name of a code, ``1,0,0.5``; fitting reads codes from such names."""
    return ",".join(f"{weight:.6g}" for weight in code)


def button_summary(art: Artwork) -> dict[str, Any]:
    """Return the labels and current weights of an artwork's buttons, for ``limner info``."""
    return {"labels": list(labels_of(art.recipe)), "weights": list(weights_of(art.recipe))}


def _random_code(kind: str, count: int, rng: np.random.Generator) -> Code:
    """Return a random code for ``count`` buttons; if they are too few for the kind, it uses all of them."""
    code = np.zeros(count)
    active = {"pair": 2, "triple": 3, "half": int(rng.integers(1, 3)), "negative": 2}.get(kind, count)
    chosen = rng.choice(count, min(active, count), replace=False)
    if kind == "random":
        code = rng.uniform(-0.5, 1.5, count).round(2)
    elif kind == "negative":
        code[chosen] = 1.0
        code[chosen[-1]] = -1.0
    else:
        code[chosen] = 0.5 if kind == "half" else 1.0
    return _code(code)


def _code(weights: np.ndarray) -> Code:
    """Return weights as a tuple of floats, with 0.0 instead of -0.0."""
    return tuple(float(weight) + 0.0 for weight in weights)
