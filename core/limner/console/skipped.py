"""The report of pictures that a command skipped because they cannot be read."""

from __future__ import annotations

from collections.abc import Sequence

from limner.console.output import print_note, print_result
from limner.console.wording import as_options

MAX_LISTED = 20
"""Maximum number of skipped pictures that are printed."""


def print_skipped(
    skipped: Sequence[tuple[str, str]], error: str = "", *, as_json: bool = False, quiet: bool = False
) -> None:
    """Print which pictures were skipped: the first few as notes, all of them as JSON.

    Args:
        skipped: the name of each picture, and the reason, which begins with the name.
        error: an error that will be printed too; reasons that are part of it are not repeated.
        as_json: whether to print a line of JSON for each.
        quiet: whether to print no notes.
    """
    reasons = [reason for _, reason in skipped if reason not in error]
    for reason in reasons[:MAX_LISTED]:
        print_note(f"skipped: {reason}", quiet=quiet)
    if len(reasons) > MAX_LISTED:
        print_note(f"skipped: {len(reasons) - MAX_LISTED:,} more; --json lists them all", quiet=quiet)
    for source, reason in skipped if as_json else ():
        print_result({"source": source, "skipped": as_options(reason)}, "", as_json=as_json)
