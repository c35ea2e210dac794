"""Stage specs: a stage under its role and its registered name, and how one stage holds another."""

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
    """A stage with the role it plays and the name it is registered by, qualified unless it is a built-in.

    ``StageSpec[Network]`` knows the type of its stage, and is a ``StageSpec[Stage]`` as well.
    """

    role: str
    kind: str
    stage: StageT_co

    def table(self) -> dict[str, Any]:
        """Return the spec as it stands in TOML and JSON: with lists, not tuples, so that it equals what is read.

        The revision of the stage is included unless it is 1.
        """
        revision = {"revision": self.stage.revision} if self.stage.revision != 1 else {}
        return {"kind": self.kind, **revision, **self.stage.model_dump(mode="json")}

    def resolved(self, rng: np.random.Generator) -> StageSpec[StageT_co]:
        """Return the spec of the settled stage; see ``Stage.settled``.

        Raises:
            PluginError: a third party's stage settles as something else than a stage of its class.
        """
        return replace(self, stage=returned_stage(type(self.stage), "settled", self.stage.resolved(rng)))

    def all(self) -> Iterator[StageSpec[Stage]]:
        """Yield the spec itself, then those that its stage holds."""
        yield self
        for name in type(self.stage).model_fields:
            value = getattr(self.stage, name)
            for held in value if isinstance(value, tuple) else (value,):
                if isinstance(held, StageSpec):
                    yield from held.all()


def returned_stage(cls: type[StageT], method: str, value: Any) -> StageT:
    """Return what a method of a stage's class returned, which must be a stage of this class.

    Raises:
        PluginError: it is something else, and the class is a third party's.
        TypeError: the same of a built-in stage.
    """
    if isinstance(value, cls):
        return value
    raise stage_error(
        cls, f"{method}() must return {with_article(cls.__name__)}, got {with_article(type(value).__name__)}"
    )
