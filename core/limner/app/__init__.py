"""What authors of commands and applications import.

This module holds what a command needs before it runs: the shared options, messages, progress and errors. It loads
typer and the standard library alone, so that ``limner COMMAND --help`` answers at once. Its submodules hold the rest,
by topic, and are imported inside the function that needs them:

- ``limner.app.artworks``: open, paint and render artworks, one or a series
- ``limner.app.recipes``: find and read recipes, and override their settings
- ``limner.app.training``: plan and run a fit
- ``limner.app.pictures``: read, crop and measure pictures from outside
- ``limner.app.figures``: contact sheets, mosaics, text and videos
- ``limner.app.files``: files and folders that are complete or absent
- ``limner.app.values``: validated values, sizes and seeds
- ``limner.app.registry``: stages by role and name, backends, and events
"""

from limner.console import options
from limner.console.output import (
    command_arguments,
    print_note,
    print_note_above_bar,
    print_result,
    printable,
    progress,
    with_progress,
)
from limner.console.wording import as_options
from limner.errors import (
    ArtworkError,
    BackendError,
    DivergedError,
    ForeignError,
    LimnerError,
    NothingFoundError,
    PluginError,
    RecipeError,
    did_you_mean,
    reason,
)

__all__ = [
    "ArtworkError",
    "BackendError",
    "DivergedError",
    "ForeignError",
    "LimnerError",
    "NothingFoundError",
    "PluginError",
    "RecipeError",
    "as_options",
    "command_arguments",
    "did_you_mean",
    "options",
    "print_note",
    "print_note_above_bar",
    "print_result",
    "printable",
    "progress",
    "reason",
    "with_progress",
]


def __dir__() -> list[str]:
    return sorted(__all__)
