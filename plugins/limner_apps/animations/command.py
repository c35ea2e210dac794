"""The command ``limner animate``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from limner.app import LimnerError, print_note, print_note_above_bar, print_result, progress
from limner.app import options as o

Motion = Annotated[
    str | None,
    typer.Option(
        "--motion",
        metavar="NAME",
        help="How it moves (default: by what the artwork has); limner plugins list --kind motion lists the motions.",
    ),
]
Strength = Annotated[
    float | None, typer.Option(metavar="X", help="How strongly it moves, short for -s motion.strength=X.")
]
Seconds = Annotated[
    float | None,
    typer.Option(metavar="S", help="Length of the movie in seconds (default 6; 6 for each way of a morph)."),
]
Fps = Annotated[float | None, typer.Option(metavar="N", help="Frames per second (default 30).")]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        "-s",
        metavar="PATH=VALUE",
        help="Change a setting of the motion or of the video format: motion.direction=out, video-format.crf=23.",
    ),
]
Move = Annotated[
    list[str] | None,
    typer.Option(
        "--move",
        metavar="PATH=A..B",
        help="Move a setting there and back, or once round if both ends look the same: frame.scale=1..3,"
        " color.dark=navy..teal@2s (a period of 2 s). Without --motion, nothing else moves.",
    ),
]
Ease = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Easing of moves, as in CSS: linear, in, out, in-out, steps(5) (default: smooth)."
    ),
]
Supersample = Annotated[int | None, typer.Option(metavar="N", help="Average N x N samples per pixel.")]
Repeat = Annotated[
    int | None, typer.Option(metavar="N", help="Play the movie N times; 0 is forever (default for GIF, WebP and APNG).")
]
Out = Annotated[
    str | None,
    typer.Option(
        "--out", "-o", metavar="FILE", help="Output: .mp4, .webm, .webp, .gif, .apng, or a folder/ for single frames."
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="NAME",
        help="Video format, if several have the same ending; limner plugins list --kind video-format lists them.",
    ),
]
Audio = Annotated[
    str | None,
    typer.Option(
        metavar="FILE", help="Sound for MP4 and WebM, and for --drive; without --seconds, the movie is as long as it."
    ),
]
AudioStart = Annotated[float | None, typer.Option(metavar="S", help="Start in the sound, in seconds (default 0).")]
Drive = Annotated[
    list[str] | None,
    typer.Option(
        "--drive",
        metavar="PATH=SIGNAL",
        help="Let the sound change a setting, a latent vector or the pace: encoder.latent=bass,"
        " frame.scale=loudness:1..1.5, motion=onset. Signals: loudness, onset, bass, mid, treble, 300-800hz.",
    ),
]
EvenPace = Annotated[
    bool | None,
    typer.Option(
        "--even-pace/--no-even-pace",
        help="Re-time the motion so that every step changes the picture about equally (default: yes, unless the motion"
        " shows real moments, such as the steps of a fit).",
    ),
]
Caption = Annotated[
    bool | None,
    typer.Option(
        "--caption/--no-caption", help="Write captions on the frames: the step and the PSNR of a fit (default: yes)."
    ),
]
Strip = Annotated[
    str | None,
    typer.Option(
        "--strip",
        metavar="FILE",
        help="Write a strip of states of a fit, next to the original; alone, or with -o; -s strip.count=5.",
    ),
]
Background = Annotated[
    str | None,
    typer.Option(
        metavar="COLOR", help="Colour behind transparent areas (default: white if the format has no transparency)."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Allow more than 20,000 frames, or more than an hour of work.")]


def animate(
    art: o.Artworks,
    out: Out = None,
    motion: Motion = None,
    strength: Strength = None,
    set_: Set = None,
    move: Move = None,
    ease: Ease = None,
    seconds: Seconds = None,
    fps: Fps = None,
    size: o.Size = None,
    supersample: Supersample = None,
    repeat: Repeat = None,
    audio: Audio = None,
    audio_start: AudioStart = None,
    drive: Drive = None,
    even_pace: EvenPace = None,
    caption: Caption = None,
    strip: Strip = None,
    background: Background = None,
    seed: o.Seed = None,
    format_: Format = None,
    backend: o.BackendName = "auto",
    threads: o.Threads = 0,
    yes: Yes = False,
    force: o.Force = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Make a movie of artworks, which loops without a visible cut.

    By default, the motion suits the artwork, and the output is NAME.mp4, or NAME.webp without PyAV. Several artworks
    make a walk from one to the next. A movie is rendered again with what it has recorded, unless options say otherwise.

    \b
    limner animate night-7.png --seconds 8 --size 640x640
    limner animate night-7.png -o into.webp --motion zoom
    limner animate night-*.png -o walk.mp4
    limner animate night-7.png --move frame.scale=1..3 --ease in-out -o closer.mp4
    limner animate night-7.png --audio song.mp3 --drive encoder.latent=bass -o song.mp4
    limner animate night-7.mp4 --size 1920x1080
    """
    from limner.app.artworks import parameters_file
    from limner.app.values import parse_size
    from limner_apps.animations.audio.requests import split_drives
    from limner_apps.animations.function import write_movie
    from limner_apps.animations.planning.movie_options import MovieOptions
    from limner_apps.animations.planning.plan import plan_movie
    from limner_apps.animations.states.strip import plan_strip

    settings, formats = o.split_role(o.with_format(o.parse_settings(set_), format_, ["video-format"]), "video-format")
    settings, strip_options = o.split_role(settings, "strip")
    rest, settings = o.split_role(settings, "motion")
    if rest:
        raise LimnerError(
            f"setting {next(iter(rest))!r}: is no setting of the motion (motion.X) or of the video (video-format.X); "
            "limner restyle changes artworks, and --move moves their settings"
        )
    options = MovieOptions(
        motion=motion,
        strength=strength,
        set=settings,
        move=move or (),
        ease=ease,
        seconds=seconds,
        fps=fps,
        size=parse_size(size)[0] if size else None,
        supersample=supersample,
        repeat=repeat,
        audio=audio,
        audio_start=audio_start,
        drive=split_drives(drive or ()),
        even_pace=even_pace,
        caption=caption,
        strip=strip,
        strip_options=strip_options,
        background=background,
        seed=seed,
        options=formats,
        yes=yes,
        force=force,
        backend=o.backend(backend, threads),
    )
    sources = [str(path) for path in o.artworks(art)]
    still = plan_strip(sources, options, alone=out is None)
    if still and out is None:
        name = str(still.write())
        print_result({"path": name}, name, as_json=as_json)
        return
    with progress(quiet=quiet):
        plan = plan_movie(sources, out, options)
    for note in plan.notes:
        print_note(note, quiet=quiet)
    if plan.random and seed is None:
        print_note(f"seed {plan.animation.seed}", quiet=quiet)
    with progress(quiet=quiet):
        path = write_movie(plan, lambda cost: print_note_above_bar(cost, quiet=quiet))
    if separate := parameters_file(path):
        print_note(f"{path}: the parameters are in {separate}; keep the two files together", quiet=quiet)
    record: dict[str, Any] = {"path": str(path), "motion": plan.animation.motion.kind, "frames": plan.animation.frames}
    record |= {"seed": plan.animation.seed} if plan.random else {}
    if still:
        name = str(still.write())
        record["strip"] = name
        print_note(name, quiet=quiet)
    print_result(record, str(path), as_json=as_json)
