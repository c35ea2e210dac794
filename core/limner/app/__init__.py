"""The public API for authors of commands and applications.

This module has what a command needs before it runs: shared options, messages, progress and errors. It imports only
typer and the standard library, so that ``limner COMMAND --help`` is fast. The submodules have the rest, by topic;
import them inside the functions that need them:

- ``limner.app.artworks``: open, paint and render artworks and series of them
- ``limner.app.recipes``: find and read recipes, and override their settings
- ``limner.app.training``: plan and run a fit
- ``limner.app.pictures``: read, crop and measure pictures from outside
- ``limner.app.figures``: diagrams, contact sheets, mosaics, text and videos
- ``limner.app.files``: atomic writing of files and folders, and memory checks
- ``limner.app.values``: validation of values, sizes and seeds
- ``limner.app.registry``: stages by role and name, backends, and events
"""

from limner.console import options
from limner.console.color_blocks import color_blocks
from limner.console.output import (
    command_arguments,
    print_note,
    print_note_above_bar,
    print_result,
    progress,
    set_interrupt_message,
    with_progress,
)
from limner.console.picture_notes import noting_single_colors
from limner.console.skipped import print_skipped
from limner.console.wording import as_options
from limner.errors import (
    ArtworkError,
    BackendError,
    DivergedError,
    ForeignError,
    LimnerError,
    NothingFoundError,
    PictureError,
    PluginError,
    RecipeError,
    did_you_mean,
    reason,
)
from limner.utils.text import printable

__all__ = [
    "ArtworkError",
    "BackendError",
    "DivergedError",
    "ForeignError",
    "LimnerError",
    "NothingFoundError",
    "PictureError",
    "PluginError",
    "RecipeError",
    "as_options",
    "color_blocks",
    "command_arguments",
    "did_you_mean",
    "noting_single_colors",
    "options",
    "print_note",
    "print_note_above_bar",
    "print_result",
    "print_skipped",
    "printable",
    "progress",
    "reason",
    "set_interrupt_message",
    "with_progress",
]


def __dir__() -> list[str]:
    return sorted(__all__)
