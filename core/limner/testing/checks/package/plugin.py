"""Checks of a plugin as a whole: it registers something, its commands can be listed, and it accepts every event."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

from limner.errors import reason
from limner.registry.catalogue import Plugin
from limner.registry.commands import BrokenManifest
from limner.registry.events import CheckpointFailed, CheckpointSaved, Event, FileSaved, FitProgress, Progress
from limner.testing.subject import require


def check_listed(manifest: BrokenManifest) -> None:
    """Report that the package's commands.toml cannot be read."""
    require(False, f"the commands of {manifest.package} cannot be listed: {manifest.problem}")


def check_registers(plugin: Plugin, listeners: Iterable[Callable[..., Any]]) -> None:
    """Require that the plugin imports, its hooks run, and it registers something or listens to events."""
    what = f"the plugin {plugin.name!r} of {plugin.package}"
    require(not plugin.problem, f"{what} is broken: {plugin.problem}")
    useful = plugin.registered or any(listeners)
    require(useful, f"{what} registers nothing; call registry.encoder(...) or another method in limner_register")


def check_receives_events(plugin: Plugin, listeners: Iterable[Callable[..., Any]]) -> None:
    """Require that ``limner_event`` raises nothing for events of any type, including unknown ones."""
    what = f"the plugin {plugin.name!r} of {plugin.package}"
    with TemporaryDirectory(prefix="limner-kit-") as folder:
        for event in sample_events(Path(folder)):
            for listener in listeners:
                try:
                    listener(event)
                except Exception as error:
                    problem = f"{what}: limner_event raised {reason(error)} for {type(event).__name__}"
                    raise AssertionError(f"{problem}; ignore events of other types") from error


class FutureEvent:
    """An event of a type that a later limner may add."""


def sample_events(folder: Path) -> list[Any]:
    """Return an event of each type, and one of an unknown type; the files of the events are created in ``folder``."""
    picture = folder / "picture.png"
    picture.touch()
    known: list[Event] = [
        Progress("fit", 0, 10),
        Progress("fit", 10, 10),
        FitProgress(0, 0.0, 1.0, float("nan"), 0.0),
        FitProgress(1, 0.5, 0.25, 20.0, 1.0),
        CheckpointSaved(picture, 1),
        CheckpointFailed(picture, 2, "picture.png.ckpt: cannot be written"),
        FileSaved(picture),
    ]
    assert {type(event) for event in known} == set(get_args(Event))
    return [*known, FutureEvent()]
