"""The options that choose the stages and the colours of a recipe."""

from __future__ import annotations

from typing import Annotated

import typer

from limner.errors import LimnerError

Warps = Annotated[str | None, typer.Option(metavar="A,B", help="Replace the warps; 'none' for none.")]
Encoders = Annotated[str | None, typer.Option(metavar="A,B", help="Replace the encoders: xy,radius,latent.")]
Network = Annotated[str | None, typer.Option(metavar="NAME", help="Replace the network: mlp, siren, ...")]
Color = Annotated[str | None, typer.Option(metavar="NAME", help="Replace the colour mode: rgb, hsv, cmyk, ...")]
Mask = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Make parts transparent: shape, text, luminance, or a picture's silhouette; or 'none'."
    ),
]
FrameName = Annotated[
    str | None, typer.Option("--frame", metavar="NAME", help="Replace the frame: centred, corner, ...")
]
Trainer = Annotated[str | None, typer.Option(metavar="NAME", help="Replace the trainer: backprop, rprop, ...")]
Palette = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Use a palette that limner palettes lists, or the colours of a picture: photo.jpg."
    ),
]
Colors = Annotated[
    str | None, typer.Option(metavar="A,B", help="Mix these colours, in CSS syntax: navy,orange,'#fff'.")
]


def parse_swaps(**names: str | None) -> dict[str, str | list[str]]:
    """Return the stages that options such as ``--network`` name, by role; lists for encoders, warps and augments.

    Raises:
        LimnerError: a name in a list is empty; only a comma at the end is ignored.
    """
    out: dict[str, str | list[str]] = {}
    for role, text in names.items():
        if text is None:
            continue
        if role not in ("encoder", "warp", "augment"):
            out[role] = text
        elif role != "encoder" and text == "none":
            out[role] = []
        else:
            *before, last = map(str.strip, text.split(","))
            if not all(before):
                raise LimnerError(f"`{role}`: has an empty name between commas, got {text!r}; omit a comma")
            out[role] = [*before, last] if last else before
    return out
