"""``limner translate sample``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.console import options
from limner.console.output import print_note, print_result, progress
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.translation.sample_files import GeneratedSamples
    from limner.translation.sample_files import NoiseWalk as WalkFile

Art = Annotated[
    Path, typer.Argument(metavar="NETWORK", help="A network trained with limner translate train --input noise.")
]
Count = Annotated[int, typer.Option(metavar="N", help="Number of pictures.")]
Folder = Annotated[str, typer.Option("--out", "-o", metavar="DIR", help="Folder for the pictures; created if missing.")]
Size = Annotated[
    str | None,
    typer.Option(
        metavar="WxH",
        help="Size of each picture (default: the trained size). A larger size shows more, not the same enlarged.",
    ),
]
Sheet = Annotated[Path | None, typer.Option(metavar="FILE", help="Also write a contact sheet of all pictures, a .png.")]
Walk = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Write a looping video from each picture to the next: .mp4, .gif, .webp."),
]
Frames = Annotated[
    int | None, typer.Option(metavar="N", help="Number of frames of the video (default: 30 for each picture).")
]
Seconds = Annotated[
    float | None, typer.Option(metavar="S", help="Length of the video in seconds, at 25 frames per second.")
]
VideoSettings = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", metavar="video-format.X=VALUE", help="Change a setting of the video format."),
]
MAX_COUNT = 10_000


def sample(
    art: Art,
    count: Count = 16,
    out: Folder = "samples",
    seed: options.Seed = None,
    size: Size = None,
    sheet: Sheet = None,
    walk: Walk = None,
    frames: Frames = None,
    seconds: Seconds = None,
    set_: VideoSettings = None,
    format_: options.Format = None,
    backend: options.BackendName = "auto",
    threads: options.Threads = 0,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Generate new pictures with a network that was trained on noise.

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

    if not 1 <= count <= MAX_COUNT:
        raise LimnerError(f"--count: must be 1 to {MAX_COUNT}, got {count}")
    if seed is not None and not 0 <= seed <= MAX_SEED:
        raise LimnerError(f"--seed: must be 0 to {MAX_SEED}, got {seed}")
    values, format_settings = options.split_role(
        options.with_format(options.parse_settings(set_), format_, ("video-format",)), "video-format"
    )
    length = _length(walk, count, frames, seconds, format_settings)
    if values or (format_settings and walk is None):
        raise LimnerError(
            f"setting {next(iter(values), 'video-format')!r}: only video-format.NAME can be set, with --walk FILE"
        )
    artwork = open_artwork(art)
    sampling_model(artwork)
    image_size = parse_size(size)[0] if size else artwork.recipe.size
    new = GeneratedSamples(artwork, count, draw_seed() if seed is None else seed, image_size)
    paths = new.paths(options.output_folder(out, several=True) or Path(out), art.stem)
    check_files(paths, force=force)
    if sheet:
        check_sheet(sheet, count, force=force)
    video = _walk(walk, new, length, format_settings, force=force)
    runner = options.backend(backend, threads)
    if seed is None:
        print_note(f"seed {new.seed}", quiet=quiet)
    pictures = []
    for i, (path, pixels) in enumerate(new.write(paths, runner, force=force)):
        pictures += [pixels] if sheet else []
        print_result({"path": str(path), "seed": new.seed, "number": i}, str(path), as_json=as_json)
    if sheet:
        new.write_sheet(sheet, pictures, force=force)
        print_note(str(sheet), quiet=quiet)
    if video:
        with progress(quiet=quiet):
            video.write(runner, force=force)
        print_note(video.path, quiet=quiet)


def _length(
    path: str | None, count: int, frames: int | None, seconds: float | None, format_settings: dict[str, Any]
) -> tuple[int, float]:
    """Return the number of frames of the walk and its frame rate; zeros without a walk.

    Raises:
        LimnerError: a length is given without a walk, or the length is out of range.
    """
    from limner.formats.video_files import check_durations
    from limner.translation.sample_files import walk_length

    if path is not None:
        durations = ["--seconds"] if frames and seconds else []  # alone it sets the number of frames
        check_durations(path, durations, format_settings)
        return walk_length(count, frames, seconds)
    if not (frames is None and seconds is None):
        raise LimnerError("--frames, --seconds: need a walk; add --walk FILE")
    return 0, 0.0


def _walk(
    path: str | None, new: GeneratedSamples, length: tuple[int, float], format_settings: dict[str, Any], *, force: bool
) -> WalkFile | None:
    """Return the walk after checking its file; None without a walk."""
    from limner.translation.sample_files import NoiseWalk as WalkFile

    if path is None:
        return None
    video = WalkFile(path, new, *length, format_settings)
    video.check(force=force)
    return video
