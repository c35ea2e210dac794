"""How a run ends: interrupted, or with its outputs, as many of them as can be written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from limner.console.output import leave
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.training.checkpoint import Saved


@contextmanager
def stoppable(keep: Path, kept: Saved | None) -> Iterator[None]:
    """While a run goes on: an interrupt tells of the checkpoint that it leaves, where it leaves one."""
    from limner.registry.events import Checkpoint, Event
    from limner.registry.hookspecs import hookimpl
    from limner.registry.registry import registry

    steps = [kept.header.step] if kept else []

    class Ear:
        @hookimpl
        def limner_event(self, event: Event) -> None:
            if isinstance(event, Checkpoint):
                steps.append(event.step)

    ear = Ear()
    registry().listen(ear)
    try:
        yield
    except KeyboardInterrupt:
        if steps:
            leave(f"{keep} keeps the run after step {steps[-1]}; --resume goes on with it")
        raise
    finally:
        registry().unlisten(ear)


class Outputs:
    """The files beside what was learned: one that cannot be written in the end keeps no other from it.

    Attributes:
        names: those that are there.
        missed: why others are not.
    """

    def __init__(self, names: list[Path]) -> None:
        self.names, self.missed = list(names), list[str]()

    @contextmanager
    def writing(self, path: str | Path) -> Iterator[None]:
        """The block writes a file, or fails to."""
        try:
            yield
        except LimnerError as error:
            self.miss(path, error)

    def miss(self, path: str | Path, error: LimnerError) -> None:
        """It failed."""
        self.missed.append(str(error))
        self.names = [name for name in self.names if name != Path(path)]

    def check(self, path: Path) -> None:
        """Tell of what is missing, when everything else was told.

        Raises:
            LimnerError: something is; ``path`` holds what was learned all the same.
        """
        if self.missed:
            more = f" (and {len(self.missed) - 1} more could not be written)" if len(self.missed) > 1 else ""
            raise LimnerError(f"{self.missed[0]}{more}; {path} holds what was learned")
