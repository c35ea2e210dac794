"""What the command line and the Python API both call."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from limner._version import __version__
from limner.artworks import renderer
from limner.artworks.artwork import Artwork
from limner.artworks.loader import open_artwork
from limner.errors import ArtworkError, ForeignError, LimnerError, did_you_mean
from limner.imaging.canvas import Canvas
from limner.models import factory
from limner.recipes import overrides
from limner.recipes.parser import parse, read_toml
from limner.recipes.recipe import Recipe
from limner.registry.backends import choose
from limner.registry.registry import registry
from limner.utils.paths import exists, os_reason
from limner.utils.seeding import draw_seed

if TYPE_CHECKING:
    from limner.stages.backend import Backend

DEFAULT = "marbling"
MAX_TOML = 2**20


def paint(
    recipe: str | Path | Recipe | Mapping[str, Any] = DEFAULT,
    *,
    seed: int | None = None,
    size: tuple[int, int] | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the same word as on the command line
    swap: Mapping[str, str | Sequence[str]] | None = None,
    backend: str | Backend = "auto",
) -> Artwork:
    """An artwork from a recipe: θ is drawn from the seed. ``render`` or ``save`` it to see it.

    Args:
        recipe: a preset's name, a TOML file, a picture that limner made, a recipe, or a table.
        seed: what everything random follows from; the recipe's, or else a fresh one.
        size: width and height; the recipe's where none is given.
        set: values by path, ``{"network.width": 64}``.
        swap: a stage's name by its role, ``{"color": "hsv"}``, or names for ``encoder`` and ``warp``.
        backend: checked here, so that a missing one is told before anything is drawn.

    Raises:
        LimnerError: the recipe, a setting or the backend is wrong.
    """
    choose(backend, registry())
    values: dict[str, Any] = dict(set or {})
    if size is not None:
        values["size"] = Canvas(size).size
    kept = _theta_of(recipe) if seed is None and not swap and not (values.keys() - {"size"}) else None
    chosen = compose(recipe, values, swap)
    if kept is not None:
        return Artwork(chosen, kept.theta, packages_of(chosen))
    if seed is not None or not chosen.seeded:
        chosen = chosen.with_seed(draw_seed() if seed is None else operator.index(seed))
    return draw(chosen)


def draw(recipe: Recipe) -> Artwork:
    """The artwork of a seeded recipe.

    Raises:
        LimnerError: memory cannot hold θ.
    """
    renderer.check_memory(factory.model_of(recipe), Canvas((1, 1)), choose("numpy", registry()))
    model, theta = factory.draw(recipe)
    theta.flags.writeable = False
    return Artwork(model.recipe, theta, packages_of(recipe))


def blend(pictures: Sequence[str | Path], mode: str = "mean", *, size: tuple[int, int] | None = None) -> Artwork:
    """Pictures as the layers of one artwork, the first at the bottom; θ is theirs, one after the other.

    A picture that limner did not make becomes a layer of its own: its pixels, fitted to a raster that lies in θ.

    Args:
        pictures: files.
        mode: a blend's name.
        size: width and height of the result; the first artwork's where none is given.

    Raises:
        LimnerError: a file cannot be read, or the blend takes another number of layers.
    """
    layers = [_layer(Path(picture)) for picture in pictures]
    own = next((layer for layer, foreign in layers if not foreign), layers[0][0])
    table: dict[str, Any] = {
        "title": " + ".join(layer.recipe.title for layer, _ in layers)[:200],
        "seed": own.seed,
        "size": list(size or own.recipe.size),
        "layer": [layer.recipe.table() for layer, _ in layers],
        "blend": {"kind": mode},
    }
    recipe = parse(table, registry(), "blend")
    theta = np.concatenate([layer.theta for layer, _ in layers], dtype=np.float32)
    theta.flags.writeable = False
    return Artwork(recipe, theta, packages_of(recipe))


def is_foreign(path: Path) -> bool:
    """Is a file a picture that limner did not make?

    Raises:
        ArtworkError: it is limner's, and damaged.
    """
    try:
        open_artwork(path)
    except ForeignError:
        return True
    return False


def _layer(path: Path) -> tuple[Artwork, bool]:
    """A file as a layer, and whether it is a picture that limner did not make."""
    try:
        return open_artwork(path), False
    except ForeignError:
        table = {
            "title": path.stem[:200] or "Picture",
            "seed": 0,
            "encoder": [
                {
                    "kind": "image",
                    "path": str(path),
                    "channels": "rgb",
                    "blur": 0.0,
                    "width": 512,
                    "height": 512,
                }
            ],
            "network": {"kind": "identity"},
        }
        return draw(parse(table, registry(), str(path))), True


def compose(
    recipe: str | Path | Recipe | Mapping[str, Any],
    values: Mapping[str, Any] | None = None,
    swap: Mapping[str, str | Sequence[str]] | None = None,
) -> Recipe:
    """A recipe from wherever it stands, with stages swapped and settings laid over it.

    Raises:
        LimnerError: there is no such recipe, or it or a setting is wrong.
    """
    table, source = find(recipe)
    return parse(overrides.apply(table, values, swap), registry(), source)


def find(recipe: str | Path | Recipe | Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """A recipe's table, and what to call it in messages.

    Raises:
        LimnerError: there is no such recipe.
    """
    if isinstance(recipe, Recipe):
        return recipe.table(), recipe.title
    if isinstance(recipe, Mapping):
        return recipe, "recipe"
    if not isinstance(recipe, (str, Path)):
        raise LimnerError(f"a recipe is a name, a path, a table or a Recipe, not {type(recipe).__name__}")
    name = str(recipe)
    if name in registry().names("recipe"):
        return read_toml(registry().read_recipe(name), name), name
    path = Path(recipe)
    if not exists(path):
        known = registry().names("recipe")
        command = registry().told_by(name)
        mend = f"; {command} tells of the stage" if command else did_you_mean(name, known)
        raise LimnerError(f"there is no recipe or file {name[:80]!r}{mend}")
    if path.suffix.lower() == ".toml":
        return read_toml(_read(path), name), name
    return open_artwork(path).recipe.table(), name


def swept(recipe: str | Path) -> Mapping[str, Any]:
    """What a preset or a TOML file says of sweeps of it, in its table ``[sweep]``; empty where it says nothing.

    Raises:
        LimnerError: the text cannot be read.
    """
    name, path = str(recipe), Path(recipe)
    if name in registry().names("recipe"):
        table = read_toml(registry().read_recipe(name), name)
    elif path.suffix.lower() == ".toml" and exists(path):
        table = read_toml(_read(path), name)
    else:
        return {}
    said = table.get("sweep", {})
    if not isinstance(said, Mapping):
        raise LimnerError(f"{name}: sweep: must be a table, [sweep]")
    return said


def is_artwork(recipe: Any) -> bool:
    """Is a recipe read from a picture that limner made, whose θ may have learned something?"""
    return _theta_of(recipe) is not None


def _theta_of(recipe: Any) -> Artwork | None:
    """The artwork that a recipe is read from, where it is one: unchanged, it keeps its θ."""
    if not isinstance(recipe, (str, Path)) or str(recipe) in registry().names("recipe"):
        return None
    path = Path(recipe)
    return open_artwork(path) if exists(path) and path.suffix.lower() != ".toml" else None


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_TOML:
            raise LimnerError(f"{path}: is larger than any recipe; is it the right file?")
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise LimnerError(f"{path}: cannot be read: {os_reason(error)}") from error
    except UnicodeDecodeError as error:
        raise ArtworkError(f"{path}: is not text") from error


def packages_of(recipe: Recipe) -> dict[str, str]:
    """The packages whose stages a recipe uses, and NumPy, whose random streams drew θ, with their versions."""
    owners = {"limner": __version__}
    for _, holder in recipe.parts():
        for part in holder.all():
            entry = registry().entry(part.role, part.kind)
            owners[entry.package] = entry.version
    try:
        owners["numpy"] = version("numpy")
    except PackageNotFoundError:  # pragma: no cover - a NumPy without metadata
        owners["numpy"] = "?"
    return owners
