"""The plan of a sweep: plain values over what the ``[sweep]`` table of the recipe says."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from limner.app import LimnerError, did_you_mean
from limner.app.artworks import Artwork
from limner.app.pictures import training_pictures
from limner.app.recipes import Recipe, Swap, apply_overrides, as_table, find, read_sweep_table, settings_of
from limner.app.training import make_budget
from limner.app.values import arguments
from limner_apps.sweeps.config import SweepTable, sweep_table
from limner_apps.sweeps.designs import DESIGNS
from limner_apps.sweeps.search_space import Axis, axes_of, parse_axis, seeds_of, steps_of
from limner_apps.sweeps.sweep import FitSettings, Sweep

BOUNDS = ("steps", "epochs", "seconds", "psnr")
"""What ends a fit."""


def plan_sweep(
    recipe: str | os.PathLike[str] | Recipe | Artwork,
    *,
    vary: Sequence[str] | Mapping[str, Any] = (),
    design: str | None = None,
    samples: int | None = None,
    seeds: Any = None,
    on: Sequence[str] = (),
    steps: int | None = None,
    epochs: int | None = None,
    seconds: float | None = None,
    psnr: float | None = None,
    train_size: int | None = None,
    gray: bool = False,
    at_steps: str | Iterable[int] = (),
    animations: bool = False,
    size: tuple[int, int] | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the same word as on the command line
    swap: Swap | None = None,
) -> Sweep:
    """Return the sweep of a recipe. Whatever is omitted is what the recipe's ``[sweep]`` table says.

    Args:
        recipe: a preset's name, a TOML file, a picture that limner made, a recipe, or an artwork.
        vary: axes as texts, ``network.depth=1,3``, or their values by path.
        design: which points of the axes: ``grid``, ``one-at-a-time``, ``random`` or ``latin-hypercube``.
        samples: points of a random design.
        seeds: ``0..9``, ``3,5``, a list, or one seed; each point is painted with each.
        on: pictures to learn: files, folders, or ``skimage:NAME``.
        steps: ends each fit, as do ``epochs``, ``seconds`` and ``psnr`` (dB).
        epochs: passes over the picture.
        seconds: time of each fit.
        psnr: quality to reach, dB.
        train_size: longer side of the copy that is learned, pixels.
        gray: learn in black and white.
        at_steps: steps whose picture is written too, ``10,100`` or as numbers.
        animations: write a timelapse of every trial, and one of all.
        size: width and height of every picture.
        set: values by path, the same in all trials.
        swap: stages by role, the same in all trials.

    Raises:
        LimnerError: a value is wrong, or they do not go together.
    """
    if isinstance(vary, str) or not isinstance(vary, Mapping | Sequence):
        raise LimnerError(f"`vary`: must be a dict, {{'network.depth': [1, 2]}} say, got {arguments.show_value(vary)}")
    table, said = _read(recipe)
    table = apply_overrides(table, None, swap) if swap else table
    name, values = _name(recipe), {path: as_table(value) for path, value in settings_of(set).items()}
    bounds = {"steps": steps, "epochs": epochs, "seconds": seconds, "psnr": psnr, "train_size": train_size}
    named = design or said.design
    chosen = next((one for one in DESIGNS if one == named), None)
    if chosen is None:
        raise LimnerError(f"`design` {named!r}: there is none{did_you_mean(named, DESIGNS)}")
    for word, value in bounds.items():
        if value is not None:
            (arguments.check_number if word in ("seconds", "psnr") else arguments.check_int)(word, value)
        if value is not None and not value > 0:
            raise LimnerError(f"`{word}`: must be above 0, got {value}")
    images = tuple(training_pictures(on or said.on)) if on or said.on else ()
    kept = steps_of(at_steps) if at_steps else ()
    trained = "trainer" in table or any(axis == "trainer" for axis in _varied(vary))
    _check_images(name, images, trained=trained, fits=any(bounds.values()) or bool(kept) or gray)
    if animations and not images:
        raise LimnerError("`animations`: show how pictures are learned; name one with `on=PICTURE`")
    fitting = _fitting(said, bounds, gray=gray, at_steps=kept)
    return Sweep(
        name,
        table,
        _axes(vary) or axes_of(said.vary),
        chosen,
        said.samples if samples is None else samples,
        seeds_of(
            arguments.plain_value(seeds)
            if seeds is not None
            else said.seeds or values.pop("seed", table.get("seed", 0))
        ),
        images,
        fitting,
        size,
        values,
        animations=(animations or said.animations) and bool(images),
    )


def _name(recipe: str | os.PathLike[str] | Recipe | Artwork) -> str:
    """Return the name of a recipe's file or preset, or the words of its title."""
    if isinstance(recipe, Artwork):
        recipe = recipe.recipe
    if isinstance(recipe, Recipe):
        return "-".join(re.findall(r"\w+", recipe.title.lower()))[:80] or "recipe"
    return Path(recipe).stem


def _read(recipe: str | os.PathLike[str] | Recipe | Artwork) -> tuple[dict[str, Any], SweepTable]:
    """Return the recipe's table, and its checked ``[sweep]`` table."""
    table, source = find(recipe)
    said = sweep_table(read_sweep_table(recipe) if isinstance(recipe, str | os.PathLike) else {}, source)
    return {key: value for key, value in table.items() if key != "sweep"}, said


def _varied(vary: Sequence[str] | Mapping[str, Any]) -> list[str]:
    return [text.partition("=")[0] for text in vary]


def _axes(vary: Sequence[str] | Mapping[str, Any]) -> list[Axis]:
    return axes_of(arguments.plain_value(vary)) if isinstance(vary, Mapping) else [parse_axis(text) for text in vary]


def _check_images(name: str, images: Sequence[str], *, trained: bool, fits: bool) -> None:
    """Refuse a recipe that learns without a picture, and a picture without a trainer."""
    if fits and not images:
        raise LimnerError("a sweep that learns needs a picture: name one with `on=PICTURE`")
    if images and not trained:
        raise LimnerError(f"{name}: has no [trainer] and cannot learn; choose one that has, or `vary=trainer=backprop`")
    if trained and not images:
        raise LimnerError(f"{name}: learns a picture; name one with `on=PICTURE`")


def _fitting(said: SweepTable, bounds: Mapping[str, Any], *, gray: bool, at_steps: tuple[int, ...]) -> FitSettings:
    """Return how each trial learns; the last of ``at_steps`` ends it if nothing else does."""
    fits = {word: getattr(said, word) if value is None else value for word, value in bounds.items()}
    kept = at_steps or said.at_steps
    if kept and fits["steps"] and max(kept) > fits["steps"]:
        raise LimnerError(f"`at_steps`: step {max(kept)} lies beyond the {fits['steps']} steps of a run")
    if kept and not any(fits[word] for word in BOUNDS):
        fits["steps"] = max(kept)
    make_budget(fits["steps"], fits["seconds"], fits["psnr"], fits["epochs"])
    return FitSettings(**fits, gray=gray or said.gray, at_steps=tuple(kept))
