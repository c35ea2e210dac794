"""The options of ``limner fit`` and ``limner translate train``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

# Both commands.

LossName = Annotated[str | None, typer.Option("--loss", metavar="NAME", help="Swap the loss: mse, mae, huber, ...")]
Steps = Annotated[int | None, typer.Option(metavar="N", help="Stop after so many steps.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on from OUT.ckpt, if it is there.")]
Every = Annotated[float, typer.Option("--checkpoint-every", metavar="S", help="Seconds between two checkpoints.")]
HistoryFile = Annotated[
    Path | None,
    typer.Option("--history", metavar="FILE", help="Loss and PSNR: a plot (.png, .svg) or a table (.csv, .jsonl)."),
]
TimelapseFile = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="A movie of it: .mp4, .webm, .gif, .webp, .apng; -s timelapse.frames=50, ..."),
]

# limner fit.

Images = Annotated[
    list[str],
    typer.Argument(metavar="IMAGE...", help="The picture to learn, or skimage:astronaut; several, or a folder."),
]
FitRecipe = Annotated[
    str, typer.Option("--recipe", metavar="R", help="A preset, a TOML file, or a picture that limner made.")
]
FitEpochs = Annotated[int | None, typer.Option(metavar="N", help="Stop when all points were looked at so often.")]
FitSeconds = Annotated[float | None, typer.Option(metavar="S", help="Stop after so long; 20 where nothing is said.")]
FitPsnr = Annotated[float | None, typer.Option(metavar="DB", help="Stop when the picture is this good.")]
Gray = Annotated[bool, typer.Option("--gray", help="Learn it in black and white.")]
TrainSize = Annotated[int, typer.Option(metavar="PX", help="Learn a copy whose longer side is this.")]
FitBackground = Annotated[
    str | None, typer.Option(metavar="COLOR", help="What lies under what is clear; else opacity is learned.")
]
Press = Annotated[
    str | None,
    typer.Option(metavar="W,W,...", help="Of several pictures: what the file shows, 1,0,0.5 or fox=0.5,star=1."),
]
Compare = Annotated[Path | None, typer.Option(metavar="FILE", help="The original beside what was learned.")]
ErrorMap = Annotated[bool, typer.Option("--error-map", help="With --compare: where it differs.")]
TimelapseStyle = Annotated[
    str, typer.Option(metavar="NAME", help="portrait: 25 a second, 800x800; painting: ten frames of 0.1 s.")
]

# limner translate train.

Sources = Annotated[
    list[str], typer.Argument(metavar="PICTURE...", help="Pictures to learn from: files, or folders of them.")
]
TrainRecipe = Annotated[str, typer.Option("--recipe", metavar="R", help="A preset, or a TOML file.")]
Targets = Annotated[
    list[str] | None,
    typer.Option("--targets", metavar="FOLDER", help="What is to become of each, by its file's name; else itself."),
]
Input = Annotated[
    str | None, typer.Option("--input", metavar="A,B", help="Filters that make what goes in: contours,canny.")
]
Output = Annotated[str | None, typer.Option("--output", metavar="NAME", help="The filter that makes what comes out.")]
Augments = Annotated[
    str | None,
    typer.Option("--augment", metavar="A,B", help="Vary them: flip,crop,jitter,cutout; 'none' for none."),
]
TrainEpochs = Annotated[int | None, typer.Option(metavar="N", help="Stop when every picture was looked at so often.")]
TrainSeconds = Annotated[float | None, typer.Option(metavar="S", help="Stop after so long; 300 where nothing is said.")]
TrainPsnr = Annotated[float | None, typer.Option(metavar="DB", help="Stop when held-out pictures come out this good.")]
ValidationSplit = Annotated[float, typer.Option(metavar="SHARE", help="Of the pictures, kept apart to judge by.")]
Patches = Annotated[
    int | None,
    typer.Option(metavar="P", help="Cut each picture into patches P pixels wide, so that one large one is a set."),
]
Sheet = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The sheet of held-out pictures; OUT.png where nothing is said.")
]
SheetEvery = Annotated[float, typer.Option(metavar="S", help="Seconds between two sheets.")]
Report = Annotated[Path | None, typer.Option(metavar="FILE", help="An HTML page that tells of it all.")]
Highlights = Annotated[
    int | None,
    typer.Option(
        metavar="N", help="Also write the N most notable outputs, 1 to 100, as artworks, into OUT-highlights."
    ),
]
