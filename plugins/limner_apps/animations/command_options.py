"""The options of the command ``limner animate``, in the order of its help."""

from __future__ import annotations

from typing import Annotated

import typer

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
Seconds = Annotated[
    float | None,
    typer.Option(metavar="S", help="Length of the movie in seconds (default 6; 6 for each way of a morph)."),
]
Fps = Annotated[float | None, typer.Option(metavar="N", help="Frames per second (default 30).")]
Supersample = Annotated[int | None, typer.Option(metavar="N", help="Average N x N samples per pixel.")]
Repeat = Annotated[
    int | None, typer.Option(metavar="N", help="Play the movie N times; 0 is forever (default for GIF, WebP and APNG).")
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
