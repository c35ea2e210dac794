"""Stage specs: a stage with its role and its registered name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from limner.registry.attribution import stage_error
from limner.stages.base import Stage
from limner.utils.validation import with_article

if TYPE_CHECKING:
    import numpy as np

StageT = TypeVar("StageT", bound=Stage)
StageT_co = TypeVar("StageT_co", bound=Stage, covariant=True)


@dataclass(frozen=True)
class StageSpec(Generic[StageT_co]):
    """A stage with its role and its registered name, which is qualified unless the stage is built in.

    The type of the stage is a parameter: ``StageSpec[Network]``, which is also a ``StageSpec[Stage]``.

    Attributes:
        role: the role of the stage.
        kind: the registered name.
        stage: the stage.
    """

    role: str
    kind: str
    stage: StageT_co

    def table(self) -> dict[str, Any]:
        """Return the spec as a table for TOML and JSON, with lists instead of tuples, as a parser returns it.

        The revision of the stage is included unless it is 1.
        """
        revision = {"revision": self.stage.revision} if self.stage.revision != 1 else {}
        return {"kind": self.kind, **revision, **self.stage.model_dump(mode="json")}

    def resolved(self, rng: np.random.Generator) -> StageSpec[StageT_co]:
        """Return the spec of the resolved stage; see ``Stage.resolved``.

        Raises:
            PluginError: ``resolved`` of a third-party stage does not return a stage of its class.
        """
        return replace(self, stage=returned_stage(type(self.stage), "resolved", self.stage.resolved(rng)))

    def all(self) -> Iterator[StageSpec[Stage]]:
        """Yield the spec itself, then the specs of nested stages."""
        yield self
        for name in type(self.stage).model_fields:
            value = getattr(self.stage, name)
            for nested in value if isinstance(value, tuple) else (value,):
                if isinstance(nested, StageSpec):
                    yield from nested.all()


def returned_stage(cls: type[StageT], method: str, value: Any) -> StageT:
    """Return the value that a method of a stage's class returned, after checking that it is a stage of this class.

    Raises:
        PluginError: the value is invalid, and the class is a third party's.
        TypeError: the value is invalid, and the class is built in.
    """
    if isinstance(value, cls):
        return value
    raise stage_error(
        cls, f"{method}() must return {with_article(cls.__name__)}, got {with_article(type(value).__name__)}"
    )
