"""``limner info``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from limner.console import options as o
from limner.console.output import printable, result

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork


def info(art: o.Artworks, as_json: o.Json = False) -> None:
    """Tell what a picture is made of: its recipe, seed, size and θ.

    \b
    limner info night-7.png
    limner info --json night-7.png | jq .recipe.network
    """
    from limner.artworks.interpolation.codes import board_of
    from limner.artworks.loader import open_artwork
    from limner.composition.conditioning import is_board

    for path in o.artworks(art):
        artwork = open_artwork(path)
        board = board_of(artwork) if is_board(artwork.recipe) else {}
        record = {
            "path": str(path),
            "title": artwork.recipe.title,
            "seed": artwork.seed,
            "recipe": artwork.recipe.table(),
            "theta": {"size": int(artwork.theta.size), "learned": int(artwork.model.layout.trainable.sum())},
            "shown": artwork.shown.model_dump(mode="json") if artwork.shown else None,
            "packages": dict(artwork.packages),
        }
        if board:
            record["buttons"] = board
        result(record, _text(str(path), artwork, board), as_json=as_json)


def _text(path: str, art: Artwork, board: dict[str, Any]) -> str:
    layout = art.model.layout
    lines = [f"{printable(path)}: {printable(art.recipe.title)}"]
    if art.shown:
        width, height = art.shown.region[2:]
        size = f"{width}x{height} pixels, {art.shown.bits} bits a channel"
        if art.shown.region != (0, 0, *art.shown.size):
            left, top = art.shown.region[:2]
            size += f", from {left},{top} of {art.shown.size[0]}x{art.shown.size[1]}"
        lines.append(size + (f", {art.shown.dpi:g} dpi" if art.shown.dpi else ""))
    lines.append(f"θ: {layout.size} numbers, {int(layout.trainable.sum())} of them learned")
    if board:
        buttons = zip(board["labels"], board["press"], strict=True)
        told = [f"{label}={weight:g}" if weight else label for label, weight in buttons]
        lines.append("buttons: " + printable(", ".join(told)))
    lines.append("made with " + ", ".join(f"{name} {version}" for name, version in art.packages.items()))
    return "\n".join(lines) + "\n\n" + art.recipe.to_toml()
