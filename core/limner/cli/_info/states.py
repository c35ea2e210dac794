"""The description of the states of a fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from limner.cli._info.lines import packages_line
from limner.utils.resources import format_bytes
from limner.utils.shell import quote_path
from limner.utils.text import printable


def describe_states(path: Path) -> tuple[dict[str, Any], str]:
    """Return the record of the states in a folder for JSON, and their text.

    Raises:
        LimnerError: the states are damaged.
    """
    from limner.training.states import caption_of, read_states

    states = read_states(path)
    art, rows = states.result, [{"step": one.step, "psnr": one.psnr, "loss": one.loss} for one in states]
    record = {
        "path": str(path),
        "title": art.recipe.title,
        "states": [{**row, "psnr": min(row["psnr"], 1e9)} for row in rows],
        "images": states.images,
        "recipe": art.recipe.table(),
        "theta": {"size": int(art.theta.size)},
        "packages": dict(art.packages),
    }
    images = f" of {states.images} pictures" if states.images > 1 else ""
    lines = [
        f"{printable(str(path))}: {len(states)} states of a fit{images}: {printable(art.recipe.title)}",
        f"from {caption_of(states[0], ', ')} to {caption_of(states[-1], ', ')}",
        f"parameters: {art.theta.size:,} in each ({format_bytes(states.file.stat().st_size)})",
        packages_line(art.packages),
        f"film them with: limner animate {quote_path(path)}",
    ]
    return record, "\n".join(lines)
