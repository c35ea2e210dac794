"""What a page says of a recipe: its id, its stages, the picture in words, and the command that paints it again."""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections.abc import Mapping
from typing import Any

from limner.app.artworks import RenderSettings
from limner.app.recipes import LayeredRecipe, Recipe, SingleRecipe


def name_of(recipe: Recipe, digest: str) -> str:
    """A piece's id: letters, digits and dashes alone, so that it is a file's name and a part of an address."""
    plain = unicodedata.normalize("NFKD", recipe.title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-") or "piece"
    return f"{words}-{recipe.seed}-{digest[:10]}"


def stages_of(recipe: Recipe) -> list[str]:
    """Role and kind of each stage, each once, in the order of the model."""
    pairs = [f"{part.role} {part.kind}" for _, outer in recipe.parts() for part in outer.all()]
    return list(dict.fromkeys(pair for pair in pairs if not pair.startswith("frame ")))


def color_of(recipe: Recipe) -> str:
    """The colour mode; what blends where there are layers."""
    if isinstance(recipe, SingleRecipe):
        return recipe.color.kind
    return recipe.blend.kind if isinstance(recipe, LayeredRecipe) else ""


def alt_of(recipe: Recipe) -> str:
    """The picture in words: ``Marbling, seed 24: mlp of 8 layers, rgb``."""
    head = f"{recipe.title}, seed {recipe.seed}"
    if isinstance(recipe, LayeredRecipe):
        return f"{head}: {len(recipe.layers)} layers, blended by {recipe.blend.kind}"
    if not isinstance(recipe, SingleRecipe):
        return head
    depth = getattr(recipe.network.stage, "depth", None)
    network = recipe.network.kind + (f" of {depth} layer{'s' * (depth != 1)}" if isinstance(depth, int) else "")
    warps = "".join(f", {part.kind}" for part in recipe.warps)
    return f"{head}: {network}{warps}, {recipe.color.kind}"


def command_of(piece: str, file: str, recipe: Recipe, shown: RenderSettings | None) -> str:
    """The command that paints a picture again: from its recipe as downloaded, or from its file where it was learned."""
    suffix = file.rpartition(".")[2]
    words = ["limner", "paint", f"{piece}.toml"] if _drawn(recipe) else ["limner", "render", f"{piece}.{suffix}"]
    suffix = "png" if suffix == "limner" else suffix
    said: Mapping[str, Any] = shown.model_dump() if shown else {"size": recipe.size}
    words += ["--size", "x".join(map(str, said["size"]))]
    if shown:
        region = shown.region
        words += ["--region", ",".join(map(str, region))] if region != (0, 0, *shown.size) else []
        words += ["--supersample", str(shown.supersample)] if shown.supersample != 1 else []
        words += ["--bits", str(shown.bits)] if shown.bits != 8 else []
        words += ["--dither", shown.dither] if shown.dither != "none" else []
        words += ["--time", f"{shown.time:g}"] if shown.time else []
    return shlex.join([*words, "-o", f"again.{suffix}"])


def _drawn(recipe: Recipe) -> bool:
    """Does θ follow from the seed alone, and from no picture that lies elsewhere?"""
    if not isinstance(recipe, SingleRecipe) or recipe.trainer:
        return False
    parts = [part for _, outer in recipe.parts() for part in outer.all()]
    return not any(getattr(part.stage, name, "") for part in parts for name in ("path", "image"))
