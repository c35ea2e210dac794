"""The stage: a frozen, validated pydantic model whose fields are its settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self, TypeAlias

import numpy as np
from pydantic import BaseModel, ConfigDict

from limner.arrays.parameters import ParameterLayout
from limner.utils.validation import with_article

Domain: TypeAlias = Literal["point", "code", "image"]
"""What a model takes as input: points of a picture, codes that each stand for a whole picture, or other images."""


class Stage(BaseModel):
    """One component of a recipe, such as an encoder or a network.

    A subclass declares its settings as pydantic fields, each with a description and bounds; no field is ever None.
    A stage does not know its name: the registry assigns it. A stage has no hidden state either: everything that it
    draws at random or learns is in θ, the parameters.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False, validate_default=True)

    revision: ClassVar[int] = 1
    """The version of the fields and parameters; increase it whenever ``upgrade`` must convert older ones."""

    exclusive_fields: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Groups of fields of which one decides: ``(("name", "colors"),)``. To set one of a group resets the others, and a
    condition on the others is then not met.
    """

    conditional_fields: ClassVar[tuple[tuple[Any, ...], ...]] = ()
    """Fields that are used only if another one has certain values: ``(("drop", "schedule", "step"),)``; without values,
    if the other one is neither empty, 0 nor false: ``(("count", "image"),)``. Of several conditions of one field, one
    is enough. To set such a field in vain is an error.
    """

    @classmethod
    def upgrade(
        cls,
        table: dict[str, Any],
        params: dict[str, np.ndarray] | None,
        revision: int,  # noqa: ARG003
    ) -> tuple[dict[str, Any], dict[str, np.ndarray] | None]:
        """Convert settings and parameters that an older revision of this stage wrote.

        limner calls this before it validates anything, with the contents of a file or of a TOML recipe.

        Args:
            table: the stored settings.
            params: the stored parameters of the stage by name, without a prefix; None if only a recipe is read.
            revision: the revision that wrote them, lower than that of the class.

        Returns:
            The settings and the parameters of this revision; the parameters are None if ``params`` is None.
        """
        return table, params

    @classmethod
    def examples(cls) -> tuple[Self, ...]:
        """Return the stages that the conformance kit tests; override to test more than the default settings."""
        return (cls(),)

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Self | None:  # noqa: ARG003
        """Return a stage with random settings that tend to look good; None to stay out of random recipes."""
        return cls()

    def resolved(self, rng: np.random.Generator) -> Self:  # noqa: ARG002
        """Return this stage with random structural choices replaced by drawn values.

        The recipe in an artwork holds the result. A stage without such choices returns itself, and so does a stage
        whose choices were replaced before.
        """
        return self


def initial_layout(values: Any) -> ParameterLayout:
    """Return the layout of the parameters that ``init_params`` returned.

    Raises:
        TypeError: it did not return a mapping.
    """
    if not isinstance(values, Mapping):
        raise TypeError(f"init_params() must return a dict, got {with_article(type(values).__name__)}")
    return ParameterLayout.of(values)


class Parametric(Stage):
    """A stage that may have parameters. Most have none and do not override these two methods."""

    def init_params(self, rng: np.random.Generator) -> Mapping[str, Any]:  # noqa: ARG002
        """Return the initial parameters by name, in the order in which they are stored in θ.

        Mark parameters that are not trained with ``fixed``: ``{"k": fixed(k)}``.
        """
        return {}

    def param_layout(self) -> ParameterLayout:
        """Return the names and shapes of the parameters; by default those that ``init_params`` returns.

        Override this if drawing the parameters is slow or can fail.
        """
        if type(self).init_params is Parametric.init_params:
            return ParameterLayout()
        return initial_layout(self.init_params(np.random.default_rng(0)))


class DomainStage(Stage):
    """A stage that declares in ``domains`` which domains it supports; see ``Domain``."""

    domains: ClassVar[frozenset[Domain]]


class PointStage(Parametric, DomainStage):
    """A stage that takes points by default, and may have parameters."""

    domains: ClassVar[frozenset[Domain]] = frozenset({"point"})
