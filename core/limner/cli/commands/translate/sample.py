"""``limner translate sample``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.console import options as o
from limner.console.output import note, progress, result
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.translation.sample_files import GeneratedSamples
    from limner.translation.sample_files import NoiseWalk as WalkFile

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
    list[str] | None,
    typer.Option("--set", "-s", metavar="video-format.X=VALUE", help="Set a parameter of the movie's file."),
]
MOST = 10_000


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
    format_: o.Format = None,
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
    from limner.figures.contact_sheet import check_sheet
    from limner.translation.sample_files import GeneratedSamples, check_files
    from limner.translation.sampling import sampling_model
    from limner.utils.limits import MAX_SEED
    from limner.utils.seeding import draw_seed
    from limner.utils.size_parser import parse_size

    if not 1 <= count <= MOST:
        raise LimnerError(f"--count: must be 1 to {MOST}, got {count}")
    if seed is not None and not 0 <= seed <= MAX_SEED:
        raise LimnerError(f"--seed: must be 0 to {MAX_SEED}, got {seed}")
    values, options = o.split(o.with_format(o.sets(set_), format_, ("video-format",)), "video-format")
    length = _length(walk, count, frames, seconds, options)
    if values or (options and walk is None):
        raise LimnerError(f"{next(iter(values), 'movie')}: a walk has movie.X to set, beside --walk FILE, and no more")
    artwork = open_artwork(art)
    sampling_model(artwork)
    wanted = parse_size(size)[0] if size else artwork.recipe.size
    new = GeneratedSamples(artwork, count, draw_seed() if seed is None else seed, wanted)
    paths = new.paths(o.folder(out, several=True) or Path(out), art.stem)
    check_files(paths, force=force)
    if sheet:
        check_sheet(sheet, count, force=force)
    film = _walk(walk, new, length, options, force=force)
    runner = o.backend(backend, threads)
    if seed is None:
        note(f"seed {new.seed}", quiet=quiet)
    pictures = []
    for i, (path, pixels) in enumerate(new.write(paths, runner, force=force)):
        pictures += [pixels] if sheet else []
        result({"path": str(path), "seed": new.seed, "number": i}, str(path), as_json=as_json)
    if sheet:
        new.write_sheet(sheet, pictures, force=force)
        note(str(sheet), quiet=quiet)
    if film:
        with progress(quiet=quiet):
            film.write(runner, force=force)
        note(film.path, quiet=quiet)


def _length(
    path: str | None, count: int, frames: int | None, seconds: float | None, options: dict[str, Any]
) -> tuple[int, float]:
    """Return the frames of the walk and its rate; none without a walk.

    Raises:
        LimnerError: there is no walk to give a length to, or the length is impossible.
    """
    from limner.formats.video_files import check_durations
    from limner.translation.sample_files import walk_length

    if path is not None:
        given = ["--seconds"] if frames and seconds else []  # alone it sets the number of frames
        check_durations(path, given, options)
        return walk_length(count, frames, seconds)
    if not (frames is None and seconds is None):
        raise LimnerError("--frames and --seconds are the walk's; name its file with --walk FILE")
    return 0, 0.0


def _walk(
    path: str | None, new: GeneratedSamples, length: tuple[int, float], options: dict[str, Any], *, force: bool
) -> WalkFile | None:
    """Return the walk, checked; None without one."""
    from limner.translation.sample_files import NoiseWalk as WalkFile

    if path is None:
        return None
    film = WalkFile(path, new, *length, options)
    film.check(force=force)
    return film
