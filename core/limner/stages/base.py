"""The stage: a frozen, validated record whose fields are its settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self, TypeAlias

import numpy as np
from pydantic import BaseModel, ConfigDict

from limner.arrays.parameters import ParameterLayout

Domain: TypeAlias = Literal["point", "code", "image"]
"""What a model is asked about: a point of the picture, a code for a whole picture, or another image."""


class Stage(BaseModel):
    """A piece of a recipe. A subclass declares pydantic fields, each described and bounded; none is ever None.

    A stage has no name of its own: the registry gives it one. It holds no hidden state either:
    what it draws or learns lies in θ.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False, validate_default=True)

    revision: ClassVar[int] = 1
    """The version of the stage's fields and parameters; raise it whenever ``upgrade`` has to translate older ones."""

    @classmethod
    def upgrade(
        cls,
        table: dict[str, Any],
        params: dict[str, np.ndarray] | None,
        revision: int,  # noqa: ARG003
    ) -> tuple[dict[str, Any], dict[str, np.ndarray] | None]:
        """Translate settings and parameters that an older revision of this stage wrote.

        Called before anything is validated, with what a file or a TOML recipe holds.

        Args:
            table: the settings as stored.
            params: the stage's stored parameters by name, without a prefix; None where only a recipe is read.
            revision: the revision that wrote them, below the stage's own.

        Returns:
            The settings and the parameters as this revision has them; parameters None if they were None.
        """
        return table, params

    @classmethod
    def examples(cls) -> tuple[Self, ...]:
        """Return settings that the conformance kit tries; override to add more than the defaults."""
        return (cls(),)

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Self | None:  # noqa: ARG003
        """Return settings that tend to look good, for a random recipe; None to stay out of it."""
        return cls()

    def resolved(self, rng: np.random.Generator) -> Self:  # noqa: ARG002
        """Return this stage with its structure drawn, if any of it is drawn: a filled-in recipe holds the result.

        A stage that is settled already stays as it is.
        """
        return self


class Parametric(Stage):
    """A stage that may own parameters. Most own none and leave these two methods alone."""

    def init_params(self, rng: np.random.Generator) -> Mapping[str, Any]:  # noqa: ARG002
        """Return the initial parameters by name, in their order inside θ.

        Mark those that are not trained: ``{"k": fixed(k)}``.
        """
        return {}

    def param_layout(self) -> ParameterLayout:
        """Return the names and shapes of the parameters; by default those of ``init_params``.

        Override where drawing them is costly, or can fail.
        """
        if type(self).init_params is Parametric.init_params:
            return ParameterLayout()
        return ParameterLayout.of(self.init_params(np.random.default_rng(0)))


class DomainStage(Stage):
    """A stage that declares the domains it supports; see ``Domain``."""

    domains: ClassVar[frozenset[Domain]]


class PointStage(Parametric, DomainStage):
    """A stage that is asked about points, by default, and may own parameters."""

    domains: ClassVar[frozenset[Domain]] = frozenset({"point"})
