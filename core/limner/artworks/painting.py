"""Paint: an artwork from a recipe, its θ drawn from the seed. The command line and the Python API both call this."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner._version import __version__
from limner.artworks import renderer
from limner.artworks.artwork import Artwork
from limner.artworks.recipe_sources import DEFAULT, compose, source_artwork
from limner.imaging.canvas import Canvas
from limner.models import factory
from limner.recipes.recipe import Recipe
from limner.registry.attribution import attributing
from limner.registry.backends import choose
from limner.registry.registry import registry
from limner.utils.seeding import draw_seed

if TYPE_CHECKING:
    from limner.stages.backend import Backend


@attributing()
def paint(
    recipe: str | Path | Recipe | Mapping[str, Any] = DEFAULT,
    *,
    seed: int | None = None,
    size: tuple[int, int] | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the same word as on the command line
    swap: Mapping[str, str | Sequence[str]] | None = None,
    backend: str | Backend = "auto",
) -> Artwork:
    """Return an artwork from a recipe: θ is drawn from the seed. ``render`` or ``save`` it to see it.

    Args:
        recipe: a preset's name, a TOML file, a picture that limner made, a recipe, or a table.
        seed: what everything random follows from; the recipe's, or else a fresh one.
        size: width and height; the recipe's where none is given.
        set: values by path, ``{"network.width": 64}``.
        swap: a stage's name by its role, ``{"color": "hsv"}``, or names for ``encoder`` and ``warp``.
        backend: checked here, so that a missing one is reported before anything is drawn.

    Raises:
        LimnerError: the recipe, a setting or the backend is wrong.
        PluginError: a plugin failed.
    """
    choose(backend, registry())
    values: dict[str, Any] = dict(set or {})
    if size is not None:
        values["size"] = Canvas(size).size
    kept = source_artwork(recipe) if seed is None and not swap and not (values.keys() - {"size"}) else None
    chosen = compose(recipe, values, swap)
    if kept is not None:
        return Artwork(chosen, kept.theta, packages_of(chosen))
    if seed is not None or not chosen.seeded:
        chosen = chosen.with_seed(draw_seed() if seed is None else operator.index(seed))
    return draw(chosen)


def draw(recipe: Recipe) -> Artwork:
    """Return the artwork of a seeded recipe.

    Raises:
        LimnerError: memory cannot hold θ.
    """
    renderer.check_memory(factory.model_of(recipe), Canvas((1, 1)), choose("numpy", registry()))
    model, theta = factory.draw(recipe)
    theta.flags.writeable = False
    return Artwork(model.recipe, theta, packages_of(recipe))


def packages_of(recipe: Recipe) -> dict[str, str]:
    """Return the versions of the packages whose stages a recipe uses, and of NumPy, whose random streams drew θ.

    Classes that belong to no package are left out: a file records them by module and name.
    """
    owners = {"limner": __version__}
    for _, holder in recipe.parts():
        for part in holder.all():
            entry = registry().entry(part.role, part.kind)
            if entry.local is None:
                owners[entry.package] = entry.version
    try:
        owners["numpy"] = version("numpy")
    except PackageNotFoundError:  # pragma: no cover - a NumPy without metadata
        owners["numpy"] = "?"
    return owners
