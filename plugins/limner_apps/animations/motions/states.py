"""The motion ``states``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, field_validator

from limner.app import LimnerError
from limner.app.training import is_states, read_states
from limner_apps.animations.motion import Motion, Trajectory
from limner_apps.animations.states.trajectory import StatesTrajectory

if TYPE_CHECKING:
    from limner.app.artworks import Artwork
    from limner.app.training import FitStates


class States(Motion):
    """The states of a fit, from the first step to the last; several images are a mosaic.

    Each state takes the same time. Between two states, the parameters are interpolated. The movie keeps this pace, so
    a fit that makes little progress looks as it is.
    """

    sets_pace: ClassVar[bool] = True

    folder: str = Field(
        default="", max_length=4096, description="the folder of the states; limner animate FOLDER sets it"
    )
    interpolate: bool = Field(
        default=True, description="interpolate the parameters between states; otherwise show one after the other"
    )
    caption: bool = Field(default=True, description="write the step and the PSNR on each frame")
    show_original: bool = Field(default=False, description="show the original on the left")
    hold: float = Field(default=1.0, ge=0, le=600, description="duration of the last frame, seconds")

    @field_validator("folder")
    @classmethod
    def _check_folder(cls, folder: str) -> str:
        if folder[:2].replace("/", "\\") == "\\\\":  # opening a movie must not contact another computer
            raise ValueError("must be a folder of this computer")
        return folder

    def trajectory(self, artworks: Sequence[Artwork], seed: int) -> Trajectory:  # noqa: ARG002
        """Return the way through the states of the folder."""
        if len(artworks) != 1:
            raise LimnerError("the motion states shows one fit; give the folder of its states alone")
        states = self._opened(artworks[0])
        return StatesTrajectory(
            states, interpolate=self.interpolate, caption=self.caption, show_original=self.show_original
        )

    def closes(self, artworks: Sequence[Artwork]) -> bool:  # noqa: ARG002
        """Return that the movie is no loop."""
        return False

    @property
    def end_seconds(self) -> float:
        """The duration of the last frame, in seconds."""
        return self.hold

    def _opened(self, artwork: Artwork) -> FitStates:
        """Return the states, whose last one is the artwork.

        Raises:
            LimnerError: there are none, or they belong to another artwork.
        """
        if not self.folder:
            raise LimnerError(
                "the motion states needs the states of a fit; on the command line, limner fit "
                "--keep-states FOLDER keeps them"
            )
        if not is_states(self.folder):
            raise LimnerError(
                f"{self.folder}: the states of the fit are not there; run the command where they are, or set "
                "motion.folder"
            )
        states = read_states(self.folder)
        if replace(states.result, recipe=artwork.recipe) != artwork:
            raise LimnerError(f"{self.folder}: holds the states of another artwork; set motion.folder to its own")
        return states
