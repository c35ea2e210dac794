"""What ``limner render`` makes of an artwork with buttons besides its picture: sheets, walks and unseen codes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.cli import options as o
from limner.cli.output import note, progress, result
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.artwork import Artwork
    from limner.backend import Backend
    from limner.board import Walk

MOST = 10_000


def check(art: Artwork, sheet: Path | None, walk: str | None, samples: int) -> None:
    """Refuse early what could not be made in the end.

    Raises:
        LimnerError: the artwork has no buttons, or a number is wrong.
    """
    from limner.pressing import labels_of

    labels_of(art.recipe)
    if not 0 <= samples <= MOST:
        raise LimnerError(f"--samples: must be 1 to {MOST:,}, got {samples}")
    if sheet and walk and sheet.absolute() == Path(walk).absolute():
        raise LimnerError(f"{sheet}: two files would go into one; name another")


def make(
    art: Artwork,
    source: Path,
    runner: Backend,
    *,
    sheet: Path | None,
    walk: str | None,
    settings: Walk,
    movie: dict[str, Any],
    samples: int,
    seed: int | None,
    size: tuple[int, int] | None,
    out: str | None,
    finish: dict[str, Any],
    force: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write the sheet, the walk and the samples that are wanted.

    Raises:
        LimnerError: one cannot be written.
    """
    from limner import board

    if sheet:
        board.write_press_sheet(sheet, art, runner, size=size, force=force)
        result({"path": str(sheet), "from": str(source), "sheet": True}, str(sheet), as_json=as_json)
    if walk:
        frames = board.write_walk(walk, art, settings, runner, size=size, options=movie, force=force)
        result({"path": walk, "from": str(source), "frames": frames}, walk, as_json=as_json)
    if samples:
        _samples(art, source, runner, samples, seed, out, finish, force=force, as_json=as_json, quiet=quiet)


def _samples(
    art: Artwork,
    source: Path,
    runner: Backend,
    number: int,
    seed: int | None,
    out: str | None,
    finish: dict[str, Any],
    *,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Pictures of codes that were never learned, each a file that carries its code."""
    from limner import board
    from limner.files import check_target
    from limner.pressing import labels_of
    from limner.rng import draw_seed

    drawn = draw_seed() if seed is None else seed
    codes = board.unseen_codes(number, len(labels_of(art.recipe)), drawn)
    folder = o.folder(out or f"{source.stem}-samples/", several=True) or Path()
    names = [board.spelled(sample.code) for sample in codes]
    if max(map(len, names)) > 200:  # more than a file's name may have
        names = [f"{sample.kind}-{i + 1}" for i, sample in enumerate(codes)]
    paths = [folder / f"{name}.png" for name in names]
    for path in paths:
        check_target(path, force=force)
    if seed is None:
        note(f"seed {drawn}", quiet=quiet)
    with progress(quiet=quiet):
        for path, sample in zip(paths, codes, strict=True):
            art.press(sample.code).save(path, **finish, force=force, backend=runner)
            told = {"path": str(path), "from": str(source), "kind": sample.kind, "press": list(sample.code)}
            result(told, str(path), as_json=as_json)
