"""Other settings for an artwork that keeps its parameters, as movies need them for every frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from limner.artworks.artwork import Artwork
from limner.artworks.resettings.places import FIELDS, Place, check_distinct, find_place, paths_in_layers
from limner.artworks.resettings.redraw import StageParameters
from limner.composition import overrides
from limner.composition.nested import fill_kinds
from limner.composition.parser import parse
from limner.composition.recipe import ROLE_OF_KEY, LayeredRecipe, Recipe
from limner.composition.stage_spec import StageSpec
from limner.errors import LimnerError
from limner.models.single_models import single_models
from limner.registry.registry import registry
from limner.stages.base import Stage
from limner.utils.validation import to_tuples


def with_settings(artwork: Artwork, settings: Mapping[str, Any]) -> Artwork:
    """Return an artwork with other settings, and the same parameters θ.

        with_settings(art, {"frame.scale": 2.0, "color.dark": "navy"})

    Parameters that a changed setting determines are set: the vector z of ``encoder.latent.values``, or colours. To set
    the same paths many times, use ``Resetting``.

    Args:
        artwork: the artwork.
        settings: values by path, as for ``limner.paint``.

    Raises:
        LimnerError: a path does not exist, a value is invalid, or a setting would change the number of parameters.
    """
    return Resetting(artwork, settings).at(settings)


class Resetting:
    """An artwork whose settings at certain paths are set again and again.

    In a blend, a path that does not begin with ``layer`` or ``blend`` means the setting of all layers. Paths are
    resolved once. Each call of ``at`` validates only the stages that change. Threads may share an object.
    """

    def __init__(self, artwork: Artwork, paths: Iterable[str]) -> None:
        """Resolve the paths.

        Raises:
            LimnerError: a path does not exist, is ambiguous, or means no setting of a stage.
        """
        self.artwork = artwork
        table = overrides.apply(artwork.recipe.table())
        self._paths = {path: paths_in_layers(artwork.recipe, path) for path in paths}
        self._places = {one: find_place(table, one) for several in self._paths.values() for one in several}
        check_distinct((path, self._places[one]) for path, several in self._paths.items() for one in several)
        self._stages = {
            place.stage: _ResetStage(artwork, [one for one in self._places.values() if one.stage == place.stage])
            for place in self._places.values()
        }

    def values(self, artwork: Artwork | None = None) -> dict[str, Any]:
        """Return the values at the paths, in the first layer of a blend: of the artwork, or of another like it.

        Args:
            artwork: another artwork with the same stages.
        """
        recipe = (artwork or self.artwork).recipe
        return {path: self._places[places[0]].value_in(recipe) for path, places in self._paths.items()}

    def at(self, settings: Mapping[str, Any], artwork: Artwork | None = None) -> Artwork:
        """Return the artwork with values at all paths, or at some of them.

        Args:
            settings: the values by path.
            artwork: another artwork of the same recipe, whose parameters are kept instead.

        Raises:
            LimnerError: a value is invalid, has no effect, or would change the number of parameters.
        """
        values = {one: value for path, value in overrides.settings_of(settings).items() for one in self._paths[path]}
        given = {path: self._places[path] for path in values}
        source = artwork or self.artwork
        recipe, theta = self.artwork.recipe, source.theta
        changed = dict.fromkeys(place.stage for place in given.values())
        try:
            specs = {
                where: self._stages[where].with_values(
                    {place.short_path: values[path] for path, place in given.items() if place.stage == where}
                )
                for where in changed
            }
        except (LimnerError, ValidationError):
            parse(overrides.apply(recipe.table(), values), registry(), recipe.title)  # names the paths, as given
            raise
        for where, spec in specs.items():
            stage = self._stages[where]
            if stage.parameters is not None:
                theta = stage.parameters.with_spec(spec, theta, stage.places)
            recipe = _replaced(recipe, *where, spec)
        if theta is not source.theta:
            theta.flags.writeable = False
        return Artwork(recipe, theta, source.packages)


class _ResetStage:
    """A stage with the table that its settings are written into."""

    def __init__(self, artwork: Artwork, places: Sequence[Place]) -> None:
        self.places = places
        layers, self.key, self.index = places[0].stage
        at = "".join(f"layer.{number}." for number in layers)
        self.spec = places[0].spec_in(artwork.recipe)
        self.table = self.spec.table()
        self.parameters: StageParameters | None = None
        for path, model, span in single_models(artwork.model):
            if path == at and self.key != "blend":
                self.parameters = StageParameters(model, span, self.spec, self.key, self.index)

    def with_values(self, values: Mapping[str, Any]) -> StageSpec[Stage]:
        """Return the stage with values, by the paths of a recipe that has only this stage.

        Raises:
            LimnerError: a value is not of its field's type, or has no effect.
            ValidationError: a value is invalid.
        """
        table = overrides.apply({self.key: self.table if self.index is None else [self.table]}, values)[self.key]
        fields = dict(table if self.index is None else table[0])
        for name in ("kind", "revision"):
            fields.pop(name, None)
        cls = type(self.spec.stage)
        home = registry().entry(ROLE_OF_KEY.get(self.key, self.key), self.spec.kind).package
        spec = replace(self.spec, stage=cls.model_validate(fill_kinds(cls, to_tuples(fields), home)))
        return self.parameters.resolved(spec) if self.parameters else spec


def _replaced(recipe: Recipe, layers: Sequence[int], key: str, index: int | None, spec: StageSpec[Stage]) -> Recipe:
    """Return a recipe with another stage at a place."""
    if layers:
        assert isinstance(recipe, LayeredRecipe), "the path was resolved"
        inner = list(recipe.layers)
        inner[layers[0]] = _replaced(inner[layers[0]], layers[1:], key, index, spec)
        return replace(recipe, layers=tuple(inner))
    name, changed = FIELDS.get(key, key), list[Any]()
    if index is not None:
        changed = [*getattr(recipe, name)]
        changed[index] = spec
    new: Any = {name: spec if index is None else tuple(changed)}
    return replace(recipe, **new)
