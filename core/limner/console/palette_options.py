"""The options that choose the colours of a recipe."""

from __future__ import annotations

from typing import Annotated

import typer

Palette = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Use a palette that limner palettes lists, or the colours of a picture: photo.jpg."
    ),
]
Colors = Annotated[
    str | None, typer.Option(metavar="A,B", help="Mix these colours, in CSS syntax: navy,orange,'#fff'.")
]
