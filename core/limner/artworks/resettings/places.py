"""The places of settings in a recipe: from a path such as ``layer.0.encoder.xy.scale`` to a stage and its field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from limner.composition.recipe import LIST_KEYS, LayeredRecipe, Recipe, RecipeHeader
from limner.composition.setting_paths import assign, check_named
from limner.composition.stage_spec import StageSpec
from limner.errors import LimnerError
from limner.stages.base import Stage

FIELDS = {"warp": "warps", "encoder": "encoders", "augment": "augments"}
"""The field of ``SingleRecipe`` under a key of its table, if it has another name."""


@dataclass(frozen=True)
class Place:
    """The place of a setting in a recipe.

    Attributes:
        path: the path, as given: ``layer.0.encoder.xy.scale``.
        layers: the numbers of the layers that contain the stage, from the outermost.
        key: the key of the stage in the recipe's table: ``encoder``.
        index: the number of the stage under its key, if there are several; otherwise None.
        field: the path of the setting inside the stage: ``scale``, or ``target.dark`` of a nested stage.
    """

    path: str
    layers: tuple[int, ...]
    key: str
    index: int | None
    field: str

    @property
    def stage(self) -> tuple[tuple[int, ...], str, int | None]:
        """The place of the stage, without the field."""
        return self.layers, self.key, self.index

    @property
    def short_path(self) -> str:
        """The path of the setting in a recipe that has only this stage."""
        return f"{self.key}.{self.field}" if self.index is None else f"{self.key}.0.{self.field}"

    def spec_in(self, recipe: Recipe) -> StageSpec[Stage]:
        """Return the stage in a recipe."""
        for number in self.layers:
            assert isinstance(recipe, LayeredRecipe), "the path was resolved"
            recipe = recipe.layers[number]
        found = getattr(recipe, FIELDS.get(self.key, self.key))
        spec: StageSpec[Stage] = found if self.index is None else found[self.index]
        return spec

    def value_in(self, recipe: Recipe) -> Any:
        """Return the value in a recipe; None if the stage has no such field."""
        value: Any = self.spec_in(recipe)
        for name in self.field.split("."):
            inner = value.stage if isinstance(value, StageSpec) else value
            value = inner[int(name)] if isinstance(inner, tuple) and name.isdecimal() else getattr(inner, name, None)
        return value


def check_distinct(places: Iterable[tuple[str, Place]]) -> None:
    """Check that no two paths mean the same setting, as ``encoder.0.scale`` and ``encoder.xy.scale`` may.

    Args:
        places: each path, as given, with its place; of a setting of all layers, with each of its places.

    Raises:
        LimnerError: two of them do.
    """
    paths: dict[tuple[Any, str], str] = {}
    for path, place in places:
        other = paths.setdefault((place.stage, place.field), path)
        if other != path:
            raise LimnerError(f"settings {other!r} and {path!r}: are the same field; omit one of them")


def find_place(table: dict[str, Any], path: str) -> Place:
    """Return the place of a setting of a stage.

    Args:
        table: the table of the recipe, with all defaults; its value at the path is replaced.
        path: the path, as ``set`` takes it.

    Raises:
        LimnerError: the path does not exist or is ambiguous, or means no setting of a stage.
    """
    target, _ = assign(table, path, None)
    parts = path.split(".")
    layers = list[int]()
    while parts[0] == "layer":
        layers.append(int(parts[1]))
        table, parts = table["layer"][layers[-1]], parts[2:]
    check_named(table, ".".join(parts))
    key = parts[0]
    if key in RecipeHeader.model_fields:
        raise LimnerError(f"setting {path!r}: is not a setting of a stage; set one such as frame.scale")
    if parts[-1] == "kind":
        raise LimnerError(f"setting {path!r}: another stage needs other parameters; change it with `limner.restyle`")
    if key not in LIST_KEYS:
        return Place(path, tuple(layers), key, None, ".".join(parts[1:]))
    index = next(i for i, one in enumerate(table[key]) if any(inner is target for inner in _tables(one)))
    return Place(path, tuple(layers), key, index, ".".join(parts[2:]))


def _tables(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield a table and those nested in it."""
    if isinstance(value, Mapping):
        yield value
    for one in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _tables(one)


def paths_in_layers(recipe: Recipe, path: str) -> list[str]:
    """Return the path of a setting in a recipe, or its paths in all layers of a blend, such as a cross-fade.

    A path that begins with ``layer`` or ``blend`` means one setting.
    """
    if not isinstance(recipe, LayeredRecipe) or path.partition(".")[0] in ("layer", "blend"):
        return [path]
    return [f"layer.{i}.{one}" for i, layer in enumerate(recipe.layers) for one in paths_in_layers(layer, path)]
