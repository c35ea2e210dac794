"""The result of ``limner.fit``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.artworks.artwork import Artwork
from limner.artworks.pixels.renderable import Pixels
from limner.imaging.quality import Quality
from limner.training.results.history_rows import HistoryRows

if TYPE_CHECKING:
    from limner.training.run import Reason
    from limner.utils.paths import StrPath


@dataclass(frozen=True, eq=False)
class FitResult:
    """A trained artwork, and how it was trained.

    Attributes:
        artwork: the artwork with the best parameters.
        reason: why the training ended: the limit that it reached, ``"steps"``, ``"seconds"`` or ``"psnr"``, or
            ``"stopped"`` by the callback.
        steps: number of steps of the trainer.
        seconds: training time in seconds.
        history: the evaluations: a sequence of dicts, and ``history["psnr"]`` as an array.
    """

    artwork: Artwork
    reason: Reason
    steps: int
    seconds: float
    history: HistoryRows = field(repr=False)
    _measure: Callable[[], Quality] = field(repr=False)

    @property
    def psnr(self) -> float:
        """The PSNR of the rendered artwork against the image, dB, as ``limner fit`` reports it.

        It is measured when ``psnr`` or ``ssim`` is first read, at the size of the artwork; for several images it is the
        mean. Infinite if no level differs.
        """
        return self._quality.psnr

    @property
    def ssim(self) -> float:
        """The SSIM of the rendered artwork against the image, 1 if they are equal; measured as ``psnr``."""
        return self._quality.ssim

    @cached_property
    def _quality(self) -> Quality:
        return self._measure()

    def render(self, size: tuple[int, int] | None = None, **options: Any) -> Pixels:
        """Render the artwork; see ``Artwork.render``.

        Args:
            size: width and height, pixels; those of the image by default.
            options: the other arguments of ``Artwork.render``.

        Returns:
            The pixels, ``(h, w, 3 or 4)``, uint8 or uint16.

        Raises:
            LimnerError: see ``Artwork.render``.
        """
        return self.artwork.render(size, **options)

    def save(self, path: StrPath, **options: Any) -> Path:
        """Save the artwork to a file; see ``Artwork.save``.

        Args:
            path: the file; its suffix chooses the format.
            options: the other arguments of ``Artwork.save``.

        Returns:
            The file.

        Raises:
            LimnerError: see ``Artwork.save``.
        """
        return self.artwork.save(path, **options)

    def _repr_png_(self) -> bytes:
        """Return the artwork as a PNG for notebooks."""
        return self.artwork._repr_png_()
