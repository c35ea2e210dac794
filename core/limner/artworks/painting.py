"""Paint: an artwork from a recipe, its θ drawn from the seed. The command line and the Python API both call this."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from limner._version import __version__
from limner.artworks import renderer
from limner.artworks.artwork import Artwork
from limner.artworks.recipe_sources import DEFAULT_RECIPE, compose, source_artwork
from limner.artworks.third_party import name_stages_on_error
from limner.composition import overrides
from limner.composition.recipe import Recipe
from limner.composition.stage_choice import Swap
from limner.imaging.canvas import Canvas
from limner.models import factory
from limner.registry.attribution import attributing
from limner.registry.backends import choose_backend
from limner.registry.registry import registry
from limner.utils.arguments import check_int
from limner.utils.paths import StrPath
from limner.utils.seeding import draw_seed

if TYPE_CHECKING:
    from limner.stages.backend import Backend


@attributing()
def paint(
    recipe: StrPath | Artwork | Recipe | Mapping[str, Any] = DEFAULT_RECIPE,
    *,
    seed: int | None = None,
    size: tuple[int, int] | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the same word as on the command line
    swap: Swap | None = None,
    backend: str | Backend = "auto",
) -> Artwork:
    """Return an artwork from a recipe; ``render`` or ``save`` it to see it.

        art = limner.paint("marbling", seed=24, set={"network.depth": 12})
        art.save("deeper.png")

    θ is drawn from the seed. If an artwork, or its file, is given without a seed, a swap or another setting than
    ``size``, it keeps its θ.

    Args:
        recipe: the name of a preset, a TOML file, a picture that limner made, an artwork, a recipe, or a table.
        seed: the random seed; that of the recipe, or a fresh one, by default.
        size: width and height, pixels; those of the recipe by default.
        set: values by path, ``{"network.width": 64}``.
        swap: a stage by its role, ``{"color": "hsv"}``: a name, a class or an instance; a list of them for
            ``encoder`` and ``warp``.
        backend: an array backend or its name; checked here, so that a missing one is reported at once.

    Raises:
        LimnerError: the recipe, a setting or the backend is wrong.
        PluginError: a plugin failed.
    """
    choose_backend(backend, registry())
    values = overrides.settings_of(set)
    swap = overrides.swaps_of(swap)
    if size is not None:
        values["size"] = Canvas(size).size
    kept = source_artwork(recipe) if seed is None and not swap and not (values.keys() - {"size"}) else None
    chosen = compose(recipe, values, swap)
    if kept is not None:
        return Artwork(chosen, kept.theta, packages_of(chosen))
    if seed is not None or not chosen.seeded:
        chosen = chosen.with_seed(draw_seed() if seed is None else check_int("seed", seed))
    return init_artwork(chosen)


def init_artwork(recipe: Recipe) -> Artwork:
    """Return the artwork of a seeded recipe.

    Raises:
        LimnerError: memory cannot hold θ.
    """
    with name_stages_on_error(recipe, "drawing the parameters"):
        renderer.check_memory(factory.model_of(recipe), Canvas((1, 1)), choose_backend("numpy", registry()))
        model, theta = factory.init_params(recipe)
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
