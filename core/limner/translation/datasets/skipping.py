"""Pictures of a dataset that cannot be read: they are skipped and reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from limner.errors import LimnerError, PictureError
from limner.imaging.target import Target


class SkippedPicture(NamedTuple):
    """A picture that cannot be read.

    Attributes:
        name: the file, as given.
        reason: the whole error message, which begins with the name.
    """

    name: str
    reason: str


def readable(names: Iterable[str], read: Callable[[str], Target], skipped: list[SkippedPicture]) -> Iterator[Target]:
    """Yield the pictures that can be read, and append the others to ``skipped``.

    Raises:
        LimnerError: ``read`` raised another error than that the picture is damaged.
    """
    for name in names:
        try:
            yield read(name)
        except PictureError as error:
            skipped.append(SkippedPicture(name, str(error)))


def none_readable(skipped: Sequence[SkippedPicture]) -> LimnerError:
    """Return the error for a set of pictures none of which can be read."""
    if len(skipped) == 1:
        return PictureError(skipped[0].reason)
    return PictureError(f"none of {len(skipped)} pictures can be read; the first: {skipped[0].reason}")


def skip_note(skipped: Sequence[SkippedPicture]) -> str:
    """Return a sentence that names the skipped pictures; empty if there are none."""
    if not skipped:
        return ""
    count, named = len(skipped), ", ".join(picture.name for picture in skipped[:3])
    rest = f" and {count - 3} more" if count > 3 else ""
    return f"{named}{rest}: cannot be read and {'are' if count > 1 else 'is'} skipped"
