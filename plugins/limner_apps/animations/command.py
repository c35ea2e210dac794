"""The command ``limner animate``."""

from __future__ import annotations

from typing import Any

from limner.app import LimnerError, print_note, print_note_above_bar, print_result, progress
from limner.app import options as o
from limner_apps.animations import command_options as m


def animate(
    art: o.Artworks,
    out: m.Out = None,
    format_: m.Format = None,
    motion: m.Motion = None,
    strength: m.Strength = None,
    set_: m.Set = None,
    move: m.Move = None,
    ease: m.Ease = None,
    seconds: m.Seconds = None,
    fps: m.Fps = None,
    size: o.Size = None,
    supersample: m.Supersample = None,
    repeat: m.Repeat = None,
    audio: m.Audio = None,
    audio_start: m.AudioStart = None,
    drive: m.Drive = None,
    even_pace: m.EvenPace = None,
    caption: m.Caption = None,
    strip: m.Strip = None,
    background: m.Background = None,
    seed: o.Seed = None,
    backend: o.BackendName = "auto",
    threads: o.Threads = 0,
    yes: m.Yes = False,
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
        size=parse_size(size, 300)[0] if size else None,
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
