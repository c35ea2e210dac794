"""Painting: an artwork from a recipe, with θ drawn from the seed. The command line and the Python API both call it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from limner._version import __version__
from limner.artworks import renderer
from limner.artworks.artwork import Artwork
from limner.artworks.files.parameters import file_data
from limner.artworks.preflight.trained import check_not_learned
from limner.artworks.recipe_sources import DEFAULT_RECIPE, compose, find, source_artwork
from limner.artworks.third_party import name_stages_on_error
from limner.composition import overrides
from limner.composition.palette_choice import palette_overrides
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
    palette: StrPath | None = None,
    colors: str | Sequence[str] | None = None,
    backend: str | Backend = "auto",
) -> Artwork:
    """Create an artwork from a recipe. Call ``render`` or ``save`` on it to see it.

        art = limner.paint("marbling", seed=24, set={"network.depth": 12})
        art.save("deeper.png")

    The parameters θ are drawn from the seed. The same recipe, seed and settings give the same artwork.

    An artwork, or the file of one, can be the recipe of another. It keeps its θ if nothing but ``size`` is changed;
    with ``seed``, ``swap``, colours or any other setting, θ is drawn again. If the artwork has learned a picture, this
    is an error: render it instead, or fit its recipe to another picture.

    Args:
        recipe: the name of a preset, a TOML file, a picture that limner made, an ``Artwork``, a ``Recipe``, or a table
            of settings. ``limner.recipes()`` lists the presets.
        seed: the random seed. Default: the recipe's seed, or a random one if it has none.
        size: width and height, in pixels. Default: the recipe's size.
        set: settings by path, ``{"network.width": 64}``.
        swap: replacement stages by role, ``{"color": "hsv"}``: a name, a class or an instance; a list of them for
            ``encoder`` and ``warp``.
        palette: the name of a palette, or a picture to take the colours from: a file or ``skimage:NAME``. A colour mode
            that takes no palette is replaced by ``palette``.
        colors: the colours to mix, ``["navy", "orange", "#fff"]``, instead of ``palette``; in CSS syntax.
        backend: an array backend or its name. It is only checked here, so that a missing one is reported at once.

    Returns:
        The artwork. No pixels are rendered yet.

    Raises:
        LimnerError: the recipe, a setting or the backend is invalid, θ does not fit into memory, or a learned θ would
            be drawn again.
        PluginError: a stage of an installed package failed.
    """
    choose_backend(backend, registry())
    values = overrides.settings_of(set)
    swap = overrides.swaps_of(swap)
    overrides.check_set_once(values, size=size, seed=seed)
    if size is not None:
        values["size"] = Canvas(size).size
    if palette is not None or colors is not None:
        values, swap = palette_overrides(find(recipe)[0], values, swap, palette=palette, colors=colors)
    keeps_theta = seed is None and not swap and not (values.keys() - {"size"})
    source = source_artwork(recipe)
    composed = compose(recipe, values, swap)
    if source is not None:
        if keeps_theta:
            return Artwork(composed, source.theta, packages_of(composed))
        check_not_learned(source, recipe)
    if seed is not None or not composed.seeded:
        composed = composed.with_seed(draw_seed() if seed is None else check_int("seed", seed))
    return init_artwork(composed, source)


def init_artwork(recipe: Recipe, source: Artwork | None = None) -> Artwork:
    """Return the artwork of a seeded recipe, with θ drawn from the seed.

    Args:
        recipe: the recipe.
        source: the artwork that the recipe comes from; if a file that a stage reads is missing, its data in θ is used.

    Raises:
        LimnerError: θ does not fit into memory.
        PluginError: a stage of an installed package failed.
    """
    with name_stages_on_error(recipe, "drawing the parameters"):
        renderer.check_memory(factory.model_of(recipe), Canvas((1, 1)), choose_backend("numpy", registry()))
        model, theta = factory.init_params(recipe, file_data(recipe, source.model, source.theta) if source else {})
    theta.flags.writeable = False
    return Artwork(model.recipe, theta, packages_of(recipe))


def packages_of(recipe: Recipe) -> dict[str, str]:
    """Return the versions of the packages whose stages a recipe uses, and of NumPy, whose random generators drew θ.

    Classes that do not belong to a package are omitted; files record them by module and name.
    """
    packages = {"limner": __version__}
    for _, part in recipe.parts():
        for spec in part.all():
            entry = registry().entry(spec.role, spec.kind)
            if entry.local is None:
                packages[entry.package] = entry.version
    try:
        packages["numpy"] = version("numpy")
    except PackageNotFoundError:  # pragma: no cover - a NumPy without metadata
        packages["numpy"] = "?"
    return packages
