"""``limner verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from limner.console import options
from limner.console.output import print_result, progress
from limner.utils.text import printable

if TYPE_CHECKING:
    from limner.artworks.pixels.comparison import VerificationResult


def verify(
    art: options.Artworks,
    backend: options.BackendName = "auto",
    threads: options.Threads = 0,
    as_json: options.Json = False,
) -> None:
    """Check that pictures are unmodified and that their recipes still reproduce them.

    Of a movie, all frames are rendered again. Exits with 1 if any check fails.

    \b
    limner verify night-7.png
    limner paint --count 4 | limner verify -
    """
    from limner.artworks.verification import verify as check

    runner = options.backend(backend, threads)
    failed = False
    for path in options.artworks(art):
        with progress(quiet=as_json):
            outcome = check(path, backend=runner)
        failed |= not outcome.ok
        text = _movie_text(outcome) if outcome.frames else _picture_text(outcome)
        record = {
            "path": str(path),
            "ok": outcome.ok,
            "unchanged": outcome.unchanged,
            "reproduced": outcome.reproduced,
            "max_error": outcome.max_error,
            "outlier_pixels": outcome.outlier_pixels,
            "reason": outcome.reason,
        }
        record |= {"frames": outcome.frames, "wrong_frames": outcome.wrong_frames} if outcome.frames else {}
        print_result(record, f"{printable(str(path))}: {text}", as_json=as_json)
    if failed:
        raise typer.Exit(1)


def _picture_text(outcome: VerificationResult) -> str:
    """Return the result for a picture."""
    stored = "pixels unmodified" if outcome.unchanged else "PIXELS MODIFIED since the file was written"
    painted = f"reproduced to within {_tolerance(outcome)}" if outcome.reproduced else "NOT REPRODUCED"
    if not outcome.reproduced:
        painted += f" ({outcome.outlier_pixels:,} pixels differ, by up to {outcome.max_error:.3f})"
    if outcome.reason:
        painted += f"; another program saved it: {outcome.reason}"
    return f"{stored}; {painted}"


def _movie_text(outcome: VerificationResult) -> str:
    """Return the result for a movie."""
    frames = f"{outcome.frames:,} frame{'s' * (outcome.frames != 1)}"
    if outcome.reproduced:
        return f"{frames}, reproduced to within {_tolerance(outcome)}"
    wrong = f"{outcome.wrong_frames:,} of {frames} differ, by up to {outcome.max_error:.3f}"
    return "NOT REPRODUCED: " + "; ".join(filter(None, [wrong if outcome.wrong_frames else "", outcome.reason]))


def _tolerance(outcome: VerificationResult) -> str:
    """Return the difference that counts as equal."""
    return "the losses of the format" if outcome.lossy else f"{round(255 * outcome.tolerance)}/255"
