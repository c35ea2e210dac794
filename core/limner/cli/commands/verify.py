"""``limner verify``."""

from __future__ import annotations

import typer

from limner.console import options
from limner.console.output import print_result
from limner.utils.text import printable


def verify(
    art: options.Artworks,
    backend: options.BackendName = "auto",
    threads: options.Threads = 0,
    as_json: options.Json = False,
) -> None:
    """Check that pictures are unmodified and that their recipes still reproduce them.

    Exits with 1 if any check fails.

    \b
    limner verify night-7.png
    limner paint --count 4 | limner verify -
    """
    from limner.artworks.verification import verify as check

    runner = options.backend(backend, threads)
    failed = False
    for path in options.artworks(art):
        outcome = check(path, backend=runner)
        failed |= not outcome.ok
        tolerance = "the losses of the format" if outcome.lossy else f"{round(255 * outcome.tolerance)}/255"
        stored = "pixels unmodified" if outcome.unchanged else "PIXELS MODIFIED since the file was written"
        painted = f"reproduced to within {tolerance}" if outcome.reproduced else "NOT REPRODUCED"
        if not outcome.reproduced:
            painted += f" ({outcome.outlier_pixels:,} pixels differ, by up to {outcome.max_error:.3f})"
        if outcome.reason:
            painted += f"; another program saved it: {outcome.reason}"
        record = {
            "path": str(path),
            "ok": outcome.ok,
            "unchanged": outcome.unchanged,
            "reproduced": outcome.reproduced,
            "max_error": outcome.max_error,
            "outlier_pixels": outcome.outlier_pixels,
            "reason": outcome.reason,
        }
        print_result(record, f"{printable(str(path))}: {stored}; {painted}", as_json=as_json)
    if failed:
        raise typer.Exit(1)
