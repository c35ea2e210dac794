"""What ``limner render`` makes of an artwork with buttons besides its picture: sheets, walks and unseen codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.console import options as o
from limner.console.output import note, progress, result
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.artworks.interpolation import Sample, Walk
    from limner.stages.backend import Backend

MOST = 10_000


@dataclass(frozen=True)
class Wanted:
    """What is to be made, all of it checked.

    Attributes:
        sheet: where all pairs go.
        walk: where the walk goes.
        settings: the walk's.
        movie: its format's.
        samples: unseen codes, each with its file.
        seed: what they were drawn from.
    """

    sheet: Path | None
    walk: str | None
    settings: Walk
    movie: dict[str, Any]
    samples: list[tuple[Path, Sample]] = field(default_factory=list)
    seed: int = 0


def wanted(
    art: Artwork,
    source: Path,
    targets: list[Path],
    *,
    sheet: Path | None,
    walk: str | None,
    steps: dict[str, Any],
    movie: dict[str, Any],
    samples: int | None,
    seed: int | None,
    size: tuple[int, int] | None,
    out: str | None,
    force: bool,
) -> Wanted:
    """What options ask for, before anything is painted.

    Raises:
        LimnerError: the artwork has no buttons, a number is wrong, or a file cannot be written.
    """
    from limner.artworks import interpolation
    from limner.recipes.conditioning import stations_of
    from limner.utils.limits import MAX_SEED
    from limner.utils.seeding import draw_seed

    settings = interpolation.walk_of(steps)
    stations = stations_of(art.recipe)
    if samples is not None and not 1 <= samples <= MOST:
        raise LimnerError(f"--samples: must be 1 to {MOST:,}, got {samples}")
    if seed is not None and not 0 <= seed <= MAX_SEED:
        raise LimnerError(f"--seed: must be 0 to {MAX_SEED}, got {seed}")
    drawn = draw_seed() if seed is None else seed
    codes = interpolation.unseen_codes(samples, stations, drawn) if samples else []
    if sheet:
        interpolation.check_press_sheet(sheet, art, size=size, force=force)
    if walk:
        interpolation.check_walk(walk, art, settings, size=size, options=movie, force=force)
    files = _files(codes, source, out, force=force) if codes else []
    _check_apart([*targets, *([sheet] if sheet else []), *([Path(walk)] if walk else []), *files], targets, source)
    return Wanted(sheet, walk, settings, movie, list(zip(files, codes, strict=True)), drawn)


def make(
    art: Artwork,
    source: Path,
    runner: Backend,
    plan: Wanted,
    *,
    size: tuple[int, int] | None,
    finish: dict[str, Any],
    told: bool,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write the sheet, the walk and the samples.

    Raises:
        LimnerError: one cannot be written.
    """
    from limner.artworks import interpolation

    if plan.sheet:
        interpolation.write_press_sheet(plan.sheet, art, runner, size=size, force=force)
        result({"path": str(plan.sheet), "from": str(source), "sheet": True}, str(plan.sheet), as_json=as_json)
    if plan.walk:
        frames = interpolation.write_walk(
            plan.walk, art, plan.settings, runner, size=size, options=plan.movie, force=force
        )
        result({"path": plan.walk, "from": str(source), "frames": frames}, plan.walk, as_json=as_json)
    if plan.samples and told:
        note(f"seed {plan.seed}", quiet=quiet)
    with progress(quiet=quiet):
        for path, sample in plan.samples:
            art.press(sample.code).save(path, **finish, force=force, backend=runner)
            record = {"path": str(path), "from": str(source), "kind": sample.kind, "press": list(sample.code)}
            result(record, str(path), as_json=as_json)


def _files(codes: list[Sample], source: Path, out: str | None, *, force: bool) -> list[Path]:
    """A file for each code, called by it."""
    from limner.artworks.interpolation import spelled
    from limner.utils.atomic_files import check_target

    names = [spelled(sample.code) for sample in codes]
    if max(map(len, names)) > 200:  # more than a file's name may have
        names = [f"{sample.kind}-{i + 1}" for i, sample in enumerate(codes)]
    folder = o.folder(out or f"{source.stem}-samples/", several=True) or Path()
    files = [folder / f"{name}.png" for name in names]
    for file in files:
        check_target(file, force=force)
    return files


def _check_apart(files: list[Path], pictures: list[Path], source: Path) -> None:
    """No two go into one file, and nothing without θ goes over the artwork itself.

    Raises:
        LimnerError: they would.
    """
    places = [file.resolve() for file in files]
    for i, file in enumerate(files):
        if places[i] in places[:i]:
            raise LimnerError(f"{file}: two files would go into one; name another")
        if places[i] == source.resolve() and file not in pictures:
            raise LimnerError(f"{file}: is the artwork itself, and what it learned would be lost; name another file")
