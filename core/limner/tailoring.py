"""Tailoring: a recipe made for the picture that it is to learn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.errors import LimnerError
from limner.pictures import SAMPLES
from limner.recipe import SingleRecipe

if TYPE_CHECKING:
    from limner.recipe import Recipe
    from limner.targets import Target

DEFAULT = "likeness"
TABLE = 17
"""A grid's level has 2 to the power of this entries at most."""


def single(recipe: Recipe) -> SingleRecipe:
    """A recipe that can learn.

    Raises:
        LimnerError: it has layers, or no trainer.
    """
    if not isinstance(recipe, SingleRecipe):
        raise LimnerError(f"{recipe.title}: is a blend, and a fit needs one model; choose a recipe without layers")
    if recipe.trainer is None:
        raise LimnerError(
            f"{recipe.title}: the recipe has no [trainer] and cannot learn; give it one with --trainer backprop, or "
            f"choose one that has: {DEFAULT}, neural-painting, rprop-portrait"
        )
    return recipe


def adapted(
    table: dict[str, Any], recipe: SingleRecipe, target: Target, size: tuple[int, int], *, given: set[str]
) -> dict[str, Any]:
    """The recipe's table made for a picture: its size, its channels, its detail; what was given by hand stands."""
    out = {**recipe.table(), "size": list(size)}
    if "seed" not in table:
        out.pop("seed", None)
    if "title" not in given:
        out["title"] = Path(target.name.removeprefix(SAMPLES)).stem[:200] or recipe.title
    if target.gray and recipe.color.kind != "gray":
        if "color" in given:
            raise LimnerError(f"--gray: learns one channel and goes with --color gray, not {recipe.color.kind!r}")
        out["color"] = {"kind": "gray", **{k: out["color"][k] for k in ("alpha", "opacity")}}
    if target.alpha:
        plain = {} if "color.opacity" in given else {"opacity": "plain"}
        out["color"] = {**out["color"], "alpha": True, **plain}
    out.setdefault("loss", {"kind": "mse"})
    written = table.get("encoder", [])
    for own, encoder in zip(written, out["encoder"], strict=False):
        if encoder["kind"] == "grid":
            encoder.update({k: v for k, v in _grid(target.size).items() if k not in own})
    return out


def _grid(size: tuple[int, int]) -> dict[str, Any]:
    """What a recipe leaves open of a grid, made for a picture of a size: from a quarter of its pixels a side to three.

    Finer, and what lies between the pixels is noise; hashed, and it has specks: so a large picture's finest grid has
    as many corners as the table entries.
    """
    width, height = size
    aspect = min(max(width / height, 0.01), 100.0)
    finest = min(round(0.75 * min(width, height)), int((2**TABLE / max(aspect, 1 / aspect)) ** 0.5) - 1)
    finest = max(finest, 1)
    return {"aspect": aspect, "finest": finest, "coarsest": max(finest // 3, 1), "log2_table": TABLE}
