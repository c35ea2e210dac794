"""Find the stage that returns non-finite numbers for finite inputs; used only once a result is not finite."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from inspect import isfunction
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from limner.arrays.namespace import namespace
from limner.composition.recipe import LayeredRecipe, Recipe, SingleRecipe
from limner.composition.stage_spec import StageSpec
from limner.models.factory import model_of
from limner.registry.attribution import Attribution, owner_of
from limner.stages.base import Stage
from limner.stages.context import Samples

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.models.base import Model
    from limner.stages.context import Context

StageT = TypeVar("StageT", bound=Stage)


def nonfinite_owner(model: Model, theta: Array, samples: Samples, ctx: Context) -> Attribution | None:
    """Return the plugin whose stage is the first to return non-finite numbers; None for a built-in stage.

    The model runs again on these samples, with checks around every stage.
    """
    finder = NonfiniteFinder()
    with np.errstate(all="ignore"), suppress(Exception):  # this only explains a failure that has already been detected
        finder.watch(model).forward(theta, samples, ctx)
    return finder.owner()


class NonfiniteFinder:
    """Checks the inputs and outputs of stages, to find the first stage that makes non-finite numbers from finite ones.

    Attributes:
        stage: that stage; None if there is none yet.
    """

    def __init__(self) -> None:
        self.stage: Stage | None = None

    def owner(self) -> Attribution | None:
        """Return the plugin of the stage; None for a built-in stage, or if no stage was found."""
        return owner_of(self.stage) if self.stage is not None else None

    def watch(self, model: Model) -> Model:
        """Return a model of the same stages with checks around each; precomputed features are computed again."""
        encoders = [spec.stage for spec in model.recipe.encoders] if isinstance(model.recipe, SingleRecipe) else []
        return cast("Model", _WatchedModel(model_of(self._watch_recipe(model.recipe)), self, encoders))

    def watch_stage(self, stage: StageT) -> StageT:
        """Return a copy of the stage with checks around its methods, and around those of nested stages."""
        values = {name: getattr(stage, name) for name in type(stage).model_fields}
        watched = {name: self._watch_nested(value) for name, value in values.items()}
        inside = stage.model_copy(update={name: value for name, value in watched.items() if value is not values[name]})
        copy = inside.model_copy()
        for name in _methods(type(stage)):  # an attribute of the object takes precedence over the method of its class
            vars(copy)[name] = self._watch_function(getattr(inside, name), stage)
        return copy

    def _watch_function(self, function: Callable[..., Any], stage: Stage) -> Callable[..., Any]:
        """Return a function that calls a stage's method and compares its arguments with its result."""

        def call(*args: Any, **words: Any) -> Any:
            result = function(*args, **words)
            if self.stage is None and not _finite(result) and _finite((args, words)):
                self.stage = stage
            if isinstance(result, tuple) and any(callable(one) for one in result):  # a value and its pullback
                return tuple(self._watch_function(one, stage) if callable(one) else one for one in result)
            return result

        return call

    def _watch_nested(self, value: Any) -> Any:
        if isinstance(value, StageSpec):
            return replace(value, stage=self.watch_stage(value.stage))
        if isinstance(value, tuple) and any(isinstance(one, StageSpec) for one in value):
            return tuple(self._watch_nested(one) for one in value)
        return value

    def _watch_recipe(self, recipe: Recipe) -> Recipe:
        """Return the recipe with checks around every stage of the model."""
        if isinstance(recipe, LayeredRecipe):
            layers = tuple(self._watch_recipe(layer) for layer in recipe.layers)
            return replace(recipe, layers=layers, blend=self._watch_nested(recipe.blend))
        assert isinstance(recipe, SingleRecipe)
        names = ("frame", "warps", "encoders", "network", "color", "mask")
        return replace(recipe, **{name: self._watch_nested(getattr(recipe, name)) for name in names})


class _WatchedModel:
    """A model that computes precomputed features again, so that the encoders are checked as well."""

    def __init__(self, model: Model, finder: NonfiniteFinder, encoders: Sequence[Stage]) -> None:
        self._model, self._finder, self._encoders = model, finder, encoders

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def forward(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        return self._model.forward(theta, self._without_features(samples), ctx)

    def vjp(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Array, Callable[[Array], Array]]:
        return self._model.vjp(theta, self._without_features(samples), ctx)

    def _without_features(self, samples: Samples) -> Samples:
        if samples.features is None:
            return samples
        if any(one is not None for one in (samples.pixels, samples.code, samples.images)):
            return replace(samples, features=None)
        if self._finder.stage is None and len(self._encoders) == 1 and not _finite(samples.features):
            self._finder.stage = self._encoders[0]
        return samples


def _methods(cls: type[Stage]) -> set[str]:
    """Return the public methods of a stage's class, except class methods and those of ``Stage``."""
    members = [item for base in cls.__mro__ if not issubclass(Stage, base) for item in vars(base).items()]
    return {name for name, value in members if isfunction(value) and not name.startswith("_")}


def _finite(value: Any) -> bool:
    """Return whether all floating-point arrays in a value are finite."""
    for array in _arrays(value):
        xp = namespace(array)
        if xp.isdtype(array.dtype, "real floating") and not bool(xp.all(xp.isfinite(array))):
            return False
    return True


def _arrays(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        yield from _arrays(tuple(value.values()))
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from _arrays(one)
    elif isinstance(value, Samples):
        yield from _arrays([getattr(value, field.name) for field in fields(value)])
    elif hasattr(value, "dtype") and hasattr(value, "shape") and not is_dataclass(value):
        yield value
