"""The argument ``keep_states`` of ``limner.fit``."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from limner.composition import overrides
from limner.errors import LimnerError
from limner.training.states.recording import check_states_folder, keep_states
from limner.training.states.settings import StateSettings, state_settings
from limner.utils.arguments import check_path

if TYPE_CHECKING:
    from limner.training.plan import FitPlan
    from limner.training.states.recorder import StatesRecorder
    from limner.utils.paths import StrPath

PREFIX = "states."


def split_state_settings(
    values: Mapping[str, Any] | None, folder: StrPath | None
) -> tuple[dict[str, Any], StateSettings]:
    """Split the argument ``set`` into the values of the recipe and the settings of the states; check the folder.

    Raises:
        LimnerError: a setting is invalid, there are settings but no folder, or the folder cannot hold the states.
    """
    every = overrides.settings_of(values)
    settings = {path.removeprefix(PREFIX): value for path, value in every.items() if path.startswith(PREFIX)}
    if settings and folder is None:
        raise LimnerError("states: settings need a folder; add `keep_states`")
    if folder is not None:
        check_states_folder(check_path("keep_states", folder), resume=False, force=False, can_overwrite=False)
    return {path: value for path, value in every.items() if not path.startswith(PREFIX)}, state_settings(settings)


def keeping_states(
    folder: StrPath | None, settings: StateSettings, plan: FitPlan
) -> AbstractContextManager[StatesRecorder | None]:
    """Return the recorder of the states, which is None without a folder; see ``keep_states``."""
    return nullcontext() if folder is None else keep_states(check_path("keep_states", folder), settings, plan)
