"""The plan of a sweep: arguments of the caller, over the ``[sweep]`` table of the recipe."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from limner.app import LimnerError, did_you_mean
from limner.app.artworks import Artwork
from limner.app.pictures import training_pictures
from limner.app.recipes import (
    Recipe,
    Swap,
    apply_overrides,
    as_table,
    check_replaceable,
    settings_of,
    swaps_of,
)
from limner.app.training import make_budget
from limner.app.values import arguments
from limner_apps.sweeps.config import SweepTable
from limner_apps.sweeps.recipe_tables import read_recipe, recipe_name, with_palette
from limner_apps.sweeps.search_space.axes import Axis, parse_axes, parse_axis, parse_seeds, parse_steps
from limner_apps.sweeps.search_space.designs import DESIGNS
from limner_apps.sweeps.search_space.typed_axes import typed_overrides, with_typed_values
from limner_apps.sweeps.sweep import FitSettings, Sweep

BOUNDS = ("steps", "epochs", "seconds", "psnr")
"""The limits that end a fit."""


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
    palette: str | os.PathLike[str] | None = None,
    colors: str | Sequence[str] | None = None,
    report: Callable[[str], object] | None = None,
) -> Sweep:
    """Return the sweep of a recipe. Omitted arguments default to the ``[sweep]`` table of the recipe.

    Args:
        recipe: the name of a preset, a TOML file, a picture that limner made, a recipe, or an artwork.
        vary: axes as texts, ``network.depth=1,3``, or values by path.
        design: which points are tried: ``grid``, ``one-at-a-time``, ``random`` or ``latin-hypercube``.
        samples: number of combinations in a random design.
        seeds: seeds to try with every point: ``0..9``, ``3,5``, a list, or a single seed.
        on: pictures to fit: files, folders, or ``skimage:NAME``.
        steps: stop each fit after this many steps.
        epochs: stop each fit after this many passes over the picture.
        seconds: stop each fit after this many seconds.
        psnr: stop each fit at this PSNR, dB.
        train_size: longer side of the copy that is fitted, pixels.
        gray: fit in black and white.
        at_steps: steps whose picture is also written, ``10,100`` or as numbers.
        animations: write a timelapse of every trial, and one of all.
        size: width and height of every picture.
        set: values by path, the same in all trials.
        swap: stages by role, the same in all trials.
        palette: the name of a palette, or a picture to take the colours from, the same in all trials.
        colors: the colours to mix, instead of a palette.
        report: called with a sentence about pictures in a folder that are not read. Default: issue it as a warning.

    Raises:
        LimnerError: a value is invalid, or arguments contradict each other.
    """
    if isinstance(vary, str) or not isinstance(vary, Mapping | Sequence):
        raise LimnerError(
            f"`vary`: must be a dict such as {{'network.depth': [1, 2]}}, got {arguments.show_value(vary)}"
        )
    table, config = read_recipe(recipe)
    settings, swap = with_palette(table, settings_of(set), swaps_of(swap), _varied_paths(vary), palette, colors)
    table = apply_overrides(table, None, swap) if swap else table
    name, overrides = recipe_name(recipe), {path: as_table(value) for path, value in settings.items()}
    bounds = {"steps": steps, "epochs": epochs, "seconds": seconds, "psnr": psnr, "train_size": train_size}
    design = design or config.design
    known_design = next((name for name in DESIGNS if name == design), None)
    if known_design is None:
        raise LimnerError(f"`design` {design!r}: must be one of {', '.join(DESIGNS)}{did_you_mean(design, DESIGNS)}")
    for word, value in bounds.items():
        if value is not None:
            (arguments.check_number if word in ("seconds", "psnr") else arguments.check_int)(word, value)
        if value is not None and not value > 0:
            raise LimnerError(f"`{word}`: must be greater than 0, got {value}")
    images = tuple(training_pictures(on or config.on, report)) if on or config.on else ()
    written_steps = parse_steps(at_steps) if at_steps else ()
    trained = "trainer" in table or any(axis == "trainer" for axis in _varied_paths(vary))
    _check_images(name, images, trained=trained, fits=any(bounds.values()) or bool(written_steps) or gray)
    if not images:  # each trial draws new parameters
        check_replaceable(recipe)
    if animations and not images:
        raise LimnerError("`animations`: need pictures to fit; name one with `on=PICTURE`")
    fitting = _fit_settings(config, bounds, gray=gray, at_steps=written_steps)
    for word, setting, is_given in (("size", "size", size is not None), ("seeds", "seed", seeds is not None)):
        if is_given and setting in overrides:
            raise LimnerError(f"`{word}`: is also set by `set`, as {setting}; omit one of them")
    axes = _axes(vary) or parse_axes(config.vary)
    overrides = typed_overrides(overrides, axes, table)
    return Sweep(
        name,
        table,
        with_typed_values(axes, table, overrides),
        known_design,
        config.samples if samples is None else samples,
        parse_seeds(
            arguments.plain_value(seeds)
            if seeds is not None
            else config.seeds or overrides.pop("seed", table.get("seed", 0))
        ),
        images,
        fitting,
        size,
        overrides,
        animations=(animations or config.animations) and bool(images),
    )


def _varied_paths(vary: Sequence[str] | Mapping[str, Any]) -> list[str]:
    return [text.partition("=")[0] for text in vary]


def _axes(vary: Sequence[str] | Mapping[str, Any]) -> list[Axis]:
    return parse_axes(arguments.plain_value(vary)) if isinstance(vary, Mapping) else [parse_axis(text) for text in vary]


def _check_images(name: str, images: Sequence[str], *, trained: bool, fits: bool) -> None:
    """Raise an error if a recipe with a trainer has no picture, or a picture no trainer."""
    if fits and not images:
        raise LimnerError("a sweep of fits needs a picture; name one with `on=PICTURE`")
    if images and not trained:
        raise LimnerError(
            f"{name}: has no [trainer] and cannot be fitted; choose a recipe with one, or add `vary=trainer=backprop`"
        )
    if trained and not images:
        raise LimnerError(f"{name}: has a trainer and needs a picture; name one with `on=PICTURE`")


def _fit_settings(
    config: SweepTable, bounds: Mapping[str, Any], *, gray: bool, at_steps: tuple[int, ...]
) -> FitSettings:
    """Return the settings of each fit; without other limits, it ends at the last of ``at_steps``."""
    limits = {word: getattr(config, word) if value is None else value for word, value in bounds.items()}
    written_steps = at_steps or config.at_steps
    if written_steps and limits["steps"] and max(written_steps) > limits["steps"]:
        raise LimnerError(f"`at_steps`: step {max(written_steps)} is beyond the last step, {limits['steps']}")
    if written_steps and not any(limits[word] for word in BOUNDS):
        limits["steps"] = max(written_steps)
    make_budget(limits["steps"], limits["seconds"], limits["psnr"], limits["epochs"])
    return FitSettings(**limits, gray=gray or config.gray, at_steps=tuple(written_steps))
