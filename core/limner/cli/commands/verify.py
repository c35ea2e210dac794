"""``limner verify``."""

from __future__ import annotations

import typer

from limner.console import options as o
from limner.console.output import result


def verify(
    art: o.Artworks,
    backend: o.BackendName = "auto",
    threads: o.Threads = 0,
    as_json: o.Json = False,
) -> None:
    """Ask whether pictures are unchanged and their recipes still paint them. Exit code 1 if any is not so.

    \b
    limner verify night-7.png
    limner paint --count 4 | limner verify -
    """
    from limner.artworks.verification import verify as check

    runner = o.backend(backend, threads)
    failed = False
    for path in o.artworks(art):
        verdict = check(path, backend=runner)
        failed |= not verdict.ok
        bound = "what the format loses" if verdict.lossy else "1/255"
        stored = "pixels unchanged" if verdict.unchanged else "PIXELS CHANGED since they were written"
        painted = f"repaints to within {bound}" if verdict.reproduced else "DOES NOT REPAINT"
        if not verdict.reproduced:
            painted += f" ({verdict.outlier_pixels} pixels differ, by up to {verdict.max_error:.3f})"
        record = {
            "path": str(path),
            "ok": verdict.ok,
            "unchanged": verdict.unchanged,
            "reproduced": verdict.reproduced,
            "max_error": verdict.max_error,
            "outlier_pixels": verdict.outlier_pixels,
        }
        result(record, f"{path}: {stored}; {painted}", as_json=as_json)
    if failed:
        raise typer.Exit(1)
