"""Descriptions of contact sheets: what they show, and how to get one of the pictures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from limner.cli._info.lines import plain_recipe, recipe_text
from limner.utils.shell import quote_path
from limner.utils.text import printable

MAX_LABELS = 200
"""The maximum number of labels that the text lists; JSON has all."""


def describe_sheet(path: Path, sheet: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Return the record for JSON and the text about a contact sheet, given its unchecked record."""
    kind, use = _kind_and_use(quote_path(path), sheet)
    labels = _labels(sheet)
    name = str(sheet.get("name", "")) or _title(sheet)
    record: dict[str, Any] = {"path": str(path), "sheet": True, "kind": kind, "name": name, "labels": labels}
    record |= {key: sheet[key] for key in ("seeds", "seed", "weights") if key in sheet}
    recipe = sheet.get("recipe")
    if isinstance(recipe, Mapping):
        record["recipe"] = plain_recipe(recipe)
    lines = [f"{printable(str(path))}: a contact sheet of {kind}, {printable(name)}"]
    if labels:
        more = f", and {len(labels) - MAX_LABELS} more" if len(labels) > MAX_LABELS else ""
        shown = ", ".join(" ".join(label.split()) for label in labels[:MAX_LABELS])
        lines.append(f"{len(labels)} pictures: {printable(shown)}{more}")
    lines.append(printable(use))
    return record, "\n".join(lines) + (recipe_text(record["recipe"]) if "recipe" in record else "")


def describe_example_grid(path: Path) -> tuple[dict[str, Any], str]:
    """Return the record for JSON and the text about the examples of a training."""
    text = f"{printable(str(path))}: examples of a training, each with input, output and target or similar rows"
    return (
        {"path": str(path), "sheet": True, "kind": "training examples"},
        text + "\nthe network is in the file that the training wrote; convert pictures with: limner translate apply",
    )


def _kind_and_use(name: str, sheet: Mapping[str, Any]) -> tuple[str, str]:
    """Return what a sheet shows, and how to get one of its pictures."""
    if "seeds" in sheet:
        return "seeds", f"get one of them with: limner paint --sheet {name} --pick SEED"
    if "weights" in sheet:
        return "blended buttons", "get one of them from the artwork with: limner render ARTWORK --press LABEL=1,LABEL=1"
    if "sweep" in sheet:
        return "a sweep", "each of them is an artwork in the folder of the sweep"
    seed = sheet.get("seed")
    seed = seed if isinstance(seed, int) else "SEED"
    return "samples", f"get them from the network with: limner translate sample NETWORK --seed {seed}"


def _labels(sheet: Mapping[str, Any]) -> list[str]:
    """Return the labels of the pictures; of a sheet without labels, its seeds."""
    labels = sheet.get("labels", sheet.get("seeds"))
    return [str(label) for label in labels if label != ""] if isinstance(labels, list) else []


def _title(sheet: Mapping[str, Any]) -> str:
    recipe = sheet.get("recipe")
    return str(recipe.get("title", "")) if isinstance(recipe, Mapping) else ""
