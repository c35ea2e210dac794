"""Texts derived from a recipe: id, stages, alternative text, and the command that recreates the artwork."""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections.abc import Sequence

from limner.app.artworks import Playback, RenderSettings
from limner.app.recipes import LayeredRecipe, Recipe, SingleRecipe
from limner.plugin import StageSpec


def piece_id(recipe: Recipe, digest: str) -> str:
    """Return the id of a piece. It contains only letters, digits and dashes, as it is used in file names and URLs."""
    plain = unicodedata.normalize("NFKD", recipe.title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-") or "piece"
    return f"{words}-{recipe.seed}-{digest[:10]}"


def stage_names(recipe: Recipe) -> list[str]:
    """Return role and kind of each stage, such as ``network mlp``, without duplicates, in the order of the model."""
    pairs = [f"{part.role} {part.kind}" for _, outer in recipe.parts() for part in outer.all()]
    return list(dict.fromkeys(pair for pair in pairs if not pair.startswith("frame ")))


def playback_stages(playback: Playback | None) -> list[str]:
    """Return role and kind of each stage of a playback, such as ``motion zoom``; none without a playback."""
    values = [getattr(playback, name) for name in type(playback).model_fields] if playback else []
    return [f"{value.role} {value.kind}" for value in values if isinstance(value, StageSpec)]


def color_mode(recipe: Recipe) -> str:
    """Return the colour mode, or the blend mode of a recipe with layers."""
    if isinstance(recipe, SingleRecipe):
        return recipe.color.kind
    return recipe.blend.kind if isinstance(recipe, LayeredRecipe) else ""


def palettes(recipe: Recipe) -> list[str]:
    """Return the names of the palettes that colour a picture; one with colours of its own has no name."""
    stages = [part.stage for _, outer in recipe.parts() for part in outer.all() if part.kind == "palette"]
    named = [getattr(stage, "name", "") for stage in stages if not (_own(stage, "colors") or _own(stage, "image"))]
    return list(dict.fromkeys(filter(None, named)))


def _own(stage: object, name: str) -> bool:
    """Return whether a stage has a setting that is not empty."""
    return bool(getattr(stage, name, ""))


def alt_text(recipe: Recipe) -> str:
    """Return the alternative text of a picture: ``Marbling, seed 24: mlp of 8 layers, rgb``."""
    head = f"{recipe.title}, seed {recipe.seed}"
    if isinstance(recipe, LayeredRecipe):
        return f"{head}: {len(recipe.layers)} layers, blended by {recipe.blend.kind}"
    if not isinstance(recipe, SingleRecipe):
        return head
    depth = getattr(recipe.network.stage, "depth", None)
    network = recipe.network.kind + (f" of {depth} layer{'s' * (depth != 1)}" if isinstance(depth, int) else "")
    warps = "".join(f", {part.kind}" for part in recipe.warps)
    return f"{head}: {network}{warps}, {recipe.color.kind}"


def recreate_command(piece: str, file: str, recipe: Recipe, settings: RenderSettings | None) -> str:
    """Return the command that recreates an artwork: from its downloaded recipe, or from its file if it was trained."""
    suffix = file.rpartition(".")[2]
    words = (
        ["limner", "paint", f"{piece}.toml"]
        if _follows_from_seed(recipe)
        else ["limner", "render", f"{piece}.{suffix}"]
    )
    suffix = "png" if suffix == "limner" else suffix
    size: Sequence[int] = settings.size if settings else recipe.size
    words += ["--size", "x".join(map(str, size))]
    if settings:
        region = settings.region
        words += ["--region", ",".join(map(str, region))] if region != (0, 0, *settings.size) else []
        words += ["--bleed", f"{settings.bleed}px"] if settings.bleed else []
        words += ["--supersample", str(settings.supersample)] if settings.supersample != 1 else []
        words += ["--bits", str(settings.bits)] if settings.bits != 8 else []
        words += ["--dither", settings.dither] if settings.dither != "none" else []
        words += ["--time", f"{settings.time:g}"] if settings.time else []
        background = settings.recorded_background
        words += ["--background", background] if background else []
    return shlex.join([*words, "-o", f"again.{suffix}"])


def movie_command(piece: str, file: str, size: Sequence[int]) -> str:
    """Return the command that renders a movie again from its downloaded file."""
    suffix = file.rpartition(".")[2]
    width, height = size
    words = ["limner", "animate", f"{piece}.{suffix}", "--size", f"{width}x{height}", "-o", f"again.{suffix}"]
    return shlex.join(words)


def _follows_from_seed(recipe: Recipe) -> bool:
    """Return whether θ follows from the seed alone, rather than from training or from another file."""
    if not isinstance(recipe, SingleRecipe) or recipe.trainer:
        return False
    parts = [part for _, outer in recipe.parts() for part in outer.all()]
    return not any(getattr(part.stage, name, "") for part in parts for name in ("path", "image", "font"))
