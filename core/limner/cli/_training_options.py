"""The options of ``limner fit`` and ``limner translate train``, and some of the other commands of ``translate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

# Options of both commands.

LossName = Annotated[str | None, typer.Option("--loss", metavar="NAME", help="Replace the loss: mse, mae, huber, ...")]
Steps = Annotated[int | None, typer.Option(metavar="N", help="Stop after N steps.")]
Resume = Annotated[bool, typer.Option("--resume", help="Continue from the checkpoint OUT.ckpt if it exists.")]
Every = Annotated[float, typer.Option("--checkpoint-every", metavar="S", help="Save a checkpoint every S seconds.")]
KeepCheckpoint = Annotated[
    bool,
    typer.Option(
        "--keep-checkpoint", help="Keep OUT.ckpt when the training is complete, to continue it later with --resume."
    ),
]
HistoryFile = Annotated[
    Path | None,
    typer.Option(
        "--history", metavar="FILE", help="Write loss and PSNR as a plot (.png, .svg) or a table (.csv, .jsonl)."
    ),
]
TimelapseFile = Annotated[
    str | None,
    typer.Option(
        metavar="FILE", help="Record the training as a video: .mp4, .webm, .gif, .webp, .apng; -s timelapse.frames=50."
    ),
]

# Options of limner fit.

Images = Annotated[
    list[str],
    typer.Argument(
        metavar="IMAGE",
        help="Pictures to learn: files, folders, or skimage:astronaut; - reads paths from standard input.",
    ),
]
FitRecipe = Annotated[
    str, typer.Option("--recipe", metavar="R", help="A preset, a TOML file, or a picture made by limner.")
]
FitEpochs = Annotated[int | None, typer.Option(metavar="N", help="Stop after N passes over all pixels.")]
FitSeconds = Annotated[
    float | None, typer.Option(metavar="S", help="Stop after S seconds (default 20 if no other limit is set).")
]
FitPsnr = Annotated[float | None, typer.Option(metavar="DB", help="Stop once PSNR reaches DB decibels.")]
Gray = Annotated[bool, typer.Option("--gray", help="Convert the pictures to grayscale first.")]
TrainSize = Annotated[
    int, typer.Option(metavar="PX", help="Train on a copy whose longer side is PX pixels; 0 for the original size.")
]
FitBackground = Annotated[
    str | None,
    typer.Option(metavar="COLOR", help="Colour behind transparent areas; without it, transparency is learned too."),
]
Press = Annotated[
    str | None,
    typer.Option(
        metavar="W,W,...", help="How strongly to press each button in the saved picture: 1,0,0.5 or fox=0.5,star=1."
    ),
]
Compare = Annotated[Path | None, typer.Option(metavar="FILE", help="Write the original and the result side by side.")]
ErrorMap = Annotated[bool, typer.Option("--error-map", help="With --compare: add a map of the differences.")]
TimelapseStyle = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="Preset of the timelapse: portrait (25 frames/s, 800x800) or painting (ten frames of 0.1 s each).",
    ),
]
KeepStates = Annotated[
    Path | None,
    typer.Option(
        "--keep-states",
        metavar="FOLDER",
        help="Keep the network at intervals, for limner animate FOLDER; -s states.count=50.",
    ),
]
StripFile = Annotated[
    Path | None,
    typer.Option("--strip", metavar="FILE", help="Write states of the fit next to the original; -s strip.count=5."),
]

# Options of limner translate train.

Sources = Annotated[list[str], typer.Argument(metavar="IMAGE", help="Training pictures: files or folders.")]
TrainRecipe = Annotated[str, typer.Option("--recipe", metavar="R", help="A preset or a TOML file.")]
Targets = Annotated[
    list[str] | None,
    typer.Option(
        "--targets", metavar="FOLDER", help="Target pictures, matched by file name (default: the training pictures)."
    ),
]
Input = Annotated[
    str | None, typer.Option("--input", metavar="A,B", help="Filters that make the network's input: contours,canny.")
]
Output = Annotated[
    str | None, typer.Option("--output", metavar="NAME", help="Filter that makes the network's target output.")
]
Augments = Annotated[
    str | None,
    typer.Option("--augment", metavar="A,B", help="Augment the pictures: flip,crop,jitter,cutout; 'none' for none."),
]
TrainEpochs = Annotated[int | None, typer.Option(metavar="N", help="Stop after N passes over all pictures.")]
TrainSeconds = Annotated[
    float | None, typer.Option(metavar="S", help="Stop after S seconds (default 300 if no other limit is set).")
]
TrainPsnr = Annotated[
    float | None, typer.Option(metavar="DB", help="Stop once the PSNR of the validation set reaches DB decibels.")
]
Size = Annotated[str | None, typer.Option(metavar="WxH", help="Size that the pictures are resized to.")]
Background = Annotated[
    str | None, typer.Option(metavar="COLOR", help="Colour behind transparent areas of the pictures.")
]
ValidationSplit = Annotated[
    float, typer.Option(metavar="SHARE", help="Fraction of the pictures held back for validation.")
]
Patches = Annotated[
    int | None,
    typer.Option(metavar="P", help="Cut the pictures into patches P pixels wide; one large picture is then enough."),
]
Sheet = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Example grid of validation pictures (default: OUT.png).")
]
SheetEvery = Annotated[float, typer.Option(metavar="S", help="Write the example grid every S seconds.")]
Report = Annotated[Path | None, typer.Option(metavar="FILE", help="Write an HTML report of the training.")]
Highlights = Annotated[
    int | None,
    typer.Option(metavar="N", help="Write N selected outputs, 1 to 100, as artworks into the folder OUT-highlights."),
]
