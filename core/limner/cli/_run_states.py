"""The states that a fit keeps, configured by command-line options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from limner.cli._run_files import reserve_outputs
from limner.console import options
from limner.console.output import print_note
from limner.console.session import current
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.stages.backend import Backend
    from limner.training.plan import FitPlan
    from limner.training.results.fit_snapshot import FitSnapshot
    from limner.training.states import StateSettings, StatesRecorder, Strip


@dataclass(frozen=True)
class StatesFolder:
    """The folder of the states of a fit.

    Attributes:
        folder: the folder; None to keep no states.
        settings: which states are kept.
        strip: the file for a strip of them; None for none.
        strip_settings: the settings of the strip.
        temporary: whether the folder is removed at the end of the command.
    """

    folder: Path | None
    settings: StateSettings
    strip: Path | None
    strip_settings: Strip
    temporary: bool = False

    def recorder(self, plan: FitPlan, *, force: bool) -> AbstractContextManager[StatesRecorder | None]:
        """Return the recorder of the states, which is None if none are kept; see ``keep_states``."""
        from limner.training.states import keep_states

        return keep_states(self.folder, self.settings, plan, force=force) if self.folder else nullcontext()

    @property
    def paths(self) -> list[Path]:
        """The folder, if there is one."""
        return [self.folder] if self.folder and not self.temporary else []

    def write_strip(self, backend: Backend, *, force: bool) -> None:
        """Write the strip, if there is one.

        Raises:
            LimnerError: it cannot be written, or there are no states.
        """
        from limner.registry.events import FileSaved
        from limner.registry.registry import registry
        from limner.training.states import read_states, write_strip

        if self.strip and self.folder:
            write_strip(self.strip, read_states(self.folder), backend, self.strip_settings, force=force)
            registry().emit(FileSaved(self.strip))

    def note_start(self, plan: FitPlan, *, quiet: bool) -> None:
        """Print at which step the states of a resumed fit start, if earlier ones are missing."""
        from limner.training.states import is_states

        if plan.resumed and self.folder and not is_states(self.folder):
            print_note(f"the states start at step {plan.resumed.header.step}", quiet=quiet)


def states_folder(
    values: dict[str, Any], folder: Path | None, strip: Path | None
) -> tuple[dict[str, Any], StatesFolder]:
    """Split overrides into those of the recipe and those of the states and the strip; return the former and the folder.

    A strip without a folder gets a temporary one.

    Raises:
        LimnerError: a setting is invalid, or there are settings but no folder or no strip.
    """
    from limner.training.states import state_settings, strip_settings

    values, settings = options.split_role(values, "states")
    values, strip_values = options.split_role(values, "strip")
    if settings and not (folder or strip):
        raise LimnerError("states: settings need a folder; add --keep-states FOLDER")
    if strip_values and not strip:
        raise LimnerError("strip: settings need a file; add --strip FILE")
    temporary = folder is None and strip is not None
    if temporary:
        folder = Path(current().until_end.enter_context(TemporaryDirectory(prefix="limner-")))
    return values, StatesFolder(folder, state_settings(settings), strip, strip_settings(strip_values), temporary)


def check_states(
    folder: Path | None, images: list[str], outputs: Mapping[str, Path], *, resume: bool, force: bool
) -> None:
    """Reserve the folder of the states, and check that its files replace none of the others.

    Args:
        folder: the folder; None to keep no states.
        images: the pictures to learn.
        outputs: the other files to write, by option.
        resume: whether ``--resume`` is given.
        force: whether ``--force`` is given.

    Raises:
        LimnerError: the folder cannot be written, holds states that would be lost, or one of its files is an input or
            another output.
    """
    if folder is None:
        return
    from limner.training.states import check_states_folder, files_of
    from limner.utils.paths import real_path

    reserve_outputs({"--keep-states": folder})
    ours = {real_path(path) for path in (folder, *files_of(folder))}
    for name, path in {**{image: Path(image) for image in images}, **outputs}.items():
        if real_path(path) in ours:
            what = f"is written by {name} too" if name in outputs else "is one of the input pictures"
            raise LimnerError(f"{path}: {what}; choose another folder with --keep-states")
    check_states_folder(folder, resume=resume, force=force)


def in_turn(*callbacks: Callable[[FitSnapshot], None] | None) -> Callable[[FitSnapshot], None] | None:
    """Return a callback of a fit that calls all of them; None if there are none."""
    called = [callback for callback in callbacks if callback]

    def notify(snapshot: FitSnapshot) -> None:
        for callback in called:
            callback(snapshot)

    return notify if called else None
