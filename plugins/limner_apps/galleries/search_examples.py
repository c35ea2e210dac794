"""Examples for the search field: each of them finds something in its gallery."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from statistics import median_low

from limner_apps.galleries.records import GalleryEntry

MIN_WORD = 3
"""Minimum number of letters of a word."""
MAX_EXAMPLES = 4
"""Maximum number of examples, which the search field shows in one line."""


def search_examples(entries: Sequence[GalleryEntry]) -> list[str]:
    """Return searches that find some of the entries: a few of a word, a PSNR, a palette, movies, a tag and a seed."""
    examples = _usual(word for entry in entries for word in dict.fromkeys(_words(entry.piece.title)))[:1]
    examples += _psnr([entry.scores["psnr"] for entry in entries if "psnr" in entry.scores])
    palettes = _usual(name for entry in entries for name in entry.piece.palettes)
    examples += [f"palette:{name}" for name in palettes[:1]]
    examples += ["movie"] if any(entry.piece.video for entry in entries) else []
    examples += [f"tag:{tag}" for tag in _usual(tag for entry in entries for tag in entry.tags if _is_word(tag))[:1]]
    examples += [f"seed:{entry.piece.seed}" for entry in entries[:1]]
    return examples[:MAX_EXAMPLES]


def _psnr(values: Sequence[float]) -> Iterator[str]:
    """Yield a search for a PSNR that some values exceed, if there are any."""
    if values:
        yield f"psnr>{min(math.floor(median_low(values)), math.ceil(max(values)) - 1)}"


def _words(text: str) -> list[str]:
    """Return the words of a text, as the search compares them: in lower case, without accents."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)).lower()
    return [word for word in re.findall(r"[^\W\d_]+", plain) if len(word) >= MIN_WORD]


def _is_word(tag: str) -> bool:
    """Return whether a tag is a word that the search takes as it is."""
    return re.fullmatch(r"[a-z0-9][a-z0-9_-]*", tag) is not None


def _usual(values: Iterable[str]) -> list[str]:
    """Return values without duplicates, the most frequent first."""
    return [value for value, _ in Counter(values).most_common()]
