"""``limner translate sample``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.console import options as o
from limner.console.output import note, result
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.formats.video_format import Reel
    from limner.stages.backend import Backend

Art = Annotated[Path, typer.Argument(metavar="ART", help="What limner translate train wrote, its input noise.")]
Count = Annotated[int, typer.Option(metavar="N", help="How many pictures.")]
Folder = Annotated[str, typer.Option("--out", "-o", metavar="DIR", help="The folder for the pictures; made if needed.")]
Size = Annotated[
    str | None,
    typer.Option(metavar="WxH", help="Pixels of each; those that it has learned if left out. Larger, there is more."),
]
Sheet = Annotated[Path | None, typer.Option(metavar="FILE", help="All of them on one page, a .png.")]
Walk = Annotated[
    str | None, typer.Option(metavar="FILE", help="A movie from each to the next, without end: .mp4, .gif, .webp.")
]
Frames = Annotated[int | None, typer.Option(metavar="N", help="Of the walk; 30 for each picture if left out.")]
Seconds = Annotated[
    float | None, typer.Option(metavar="S", help="How long the walk is; 25 frames are one if left out.")
]
MovieSet = Annotated[
    list[str] | None, typer.Option("--set", "-s", metavar="movie.X=VALUE", help="Set a parameter of the movie's file.")
]
MOST = 10_000
RATE = 25.0
EACH = 30
"""Frames for each picture of a walk, where nothing is said."""
MOST_FRAMES = 100_000


def sample(
    art: Art,
    count: Count = 16,
    out: Folder = "samples",
    seed: o.Seed = None,
    size: Size = None,
    sheet: Sheet = None,
    walk: Walk = None,
    frames: Frames = None,
    seconds: Seconds = None,
    set_: MovieSet = None,
    backend: o.BackendName = "auto",
    threads: o.Threads = 0,
    force: o.Force = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Make new pictures with a network that has learned to make them of noise.

    \b
    limner translate sample from-noise.limner --count 16 -o new --sheet new.png
    limner translate sample from-noise.limner --seed 7 --count 8 --walk walk.mp4 --seconds 12
    limner translate sample texture.limner --count 1 --size 1024x512
    """
    from limner.artworks.loader import open_artwork
    from limner.figures.contact_sheet import check_sheet, write_sheet
    from limner.formats.video_files import check_reel, movie_for
    from limner.translation.inference import write_png
    from limner.translation.sampling import sampler_of, samples
    from limner.utils.atomic_files import check_target
    from limner.utils.limits import MAX_SEED
    from limner.utils.seeding import draw_seed
    from limner.utils.size_parser import parse_size

    if not 1 <= count <= MOST:
        raise LimnerError(f"--count: must be 1 to {MOST}, got {count}")
    if seed is not None and not 0 <= seed <= MAX_SEED:
        raise LimnerError(f"--seed: must be 0 to {MAX_SEED}, got {seed}")
    number, rate = _length(walk, count, frames, seconds)
    values, options = o.split(o.sets(set_), "movie")
    if values or (options and walk is None):
        raise LimnerError(f"{next(iter(values), 'movie')}: a walk has movie.X to set, beside --walk FILE, and no more")
    artwork = open_artwork(art)
    sampler_of(artwork)
    wanted = parse_size(size)[0] if size else artwork.recipe.size
    drawn = draw_seed() if seed is None else seed
    folder = o.folder(out, several=True) or Path(out)
    places = [folder / f"{art.stem}-{drawn}-{i:0{len(str(count - 1))}d}.png" for i in range(count)]
    for place in places:
        check_target(place, force=force)
    if sheet:
        check_sheet(sheet, count, force=force)
    if walk:
        check_reel(
            walk,
            movie_for(walk, options).stage,
            _reel(artwork, wanted, rate),
            force=force,
            option="--walk",
        )
    runner = o.backend(backend, threads)
    if seed is None:
        note(f"seed {drawn}", quiet=quiet)
    cells = []
    for i, (place, pixels) in enumerate(zip(places, samples(artwork, count, drawn, runner, wanted), strict=True)):
        write_png(place, pixels, force=force)
        cells += [(str(i), pixels)] if sheet else []
        result({"path": str(place), "seed": drawn, "number": i}, str(place), as_json=as_json)
    if sheet:
        from limner.registry.events import Saved
        from limner.registry.registry import registry
        from limner.translation.sampling import enlarged

        record = {"name": artwork.recipe.title, "recipe": artwork.recipe.table(), "seed": drawn}
        write_sheet(sheet, [(label, enlarged(pixels, 96)) for label, pixels in cells], record, force=force)
        registry().emit(Saved(sheet))
        note(str(sheet), quiet=quiet)
    if walk:
        _film(walk, artwork, wanted, (count, drawn, number), rate, options, runner, force=force, quiet=quiet)


def _length(walk: str | None, count: int, frames: int | None, seconds: float | None) -> tuple[int, float]:
    """How many frames the walk has, and how many of them are a second."""
    if walk is None and not (frames is None and seconds is None):
        raise LimnerError("--frames and --seconds are the walk's; name its file with --walk FILE")
    if walk is None:
        return 0, RATE
    if count < 2:
        raise LimnerError("--walk: from a single picture leads no way; ask for --count 2 at least")
    if seconds is not None and not 0 < seconds <= 3600:
        raise LimnerError(f"--seconds: must be above 0 and at most 3600, got {seconds}")
    number = frames if frames is not None else round(RATE * seconds) if seconds else EACH * count
    if not count <= number <= MOST_FRAMES:
        raise LimnerError(_no_walk(count, number, frames, seconds))
    rate = number / seconds if seconds else RATE
    if not 0.01 <= rate <= 240:
        raise LimnerError(f"--seconds: {number} frames in {seconds} s are {rate:.3g} a second; 240 is the most")
    return number, rate


def _no_walk(count: int, number: int, frames: int | None, seconds: float | None) -> str:
    """Why a walk past so many pictures cannot have so many frames, led by the option that was given."""
    if frames is not None:
        return f"--frames: must be {count}, one for each picture, to {MOST_FRAMES}, got {frames}"
    if seconds is not None:
        return (
            f"--seconds: {seconds} s are {number} frames, too few for {count} pictures; lower --count, or ask for more"
        )
    return f"--count: a walk past {count} pictures would take {number} frames, {MOST_FRAMES} at most; say --frames"


def _reel(artwork: Artwork, size: tuple[int, int], rate: float) -> Reel:
    """What is known of the walk before its first frame."""
    import json

    from limner.formats.video_format import Reel
    from limner.translation.sampling import enlarged_size

    width, height = enlarged_size(size)
    return Reel(width=width, height=height, rate=rate, manifest=json.dumps({"recipe": artwork.recipe.table()}))


def _film(
    path: str,
    artwork: Artwork,
    size: tuple[int, int],
    way: tuple[int, int, int],
    rate: float,
    options: dict[str, Any],
    backend: Backend,
    *,
    force: bool,
    quiet: bool,
) -> None:
    """The walk, frame by frame: between so many pictures, of a seed, in so many frames."""
    from limner.console.output import progress
    from limner.formats.video_files import recording
    from limner.registry.events import Progress
    from limner.registry.registry import registry
    from limner.translation.sampling import enlarged, walk

    count, seed, frames = way
    with (
        progress(quiet=quiet),
        recording(path, _reel(artwork, size, rate), options, force=force, option="--walk") as recorder,
    ):
        for i, pixels in enumerate(walk(artwork, count, seed, frames, backend, size)):
            recorder.add(enlarged(pixels))
            registry().emit(Progress("walk", i + 1, frames))
    note(path, quiet=quiet)
