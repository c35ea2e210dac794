"""The snapshots of a training that callbacks get."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.artworks.pixels.renderable import Pixels


@dataclass(frozen=True, eq=False)
class TrainingSnapshot:
    """The state of a training at one of its evaluations.

    Attributes:
        step: number of steps done; 0 before the first.
        seconds: training time in seconds; the time of callbacks does not count.
        loss: the loss at this step; the best one in the last snapshot.
        psnr: the PSNR at this step, dB; that of the best parameters in the last snapshot.
        progress: the fraction of the budget that is spent, 0 to 1; 0 if a PSNR is the only limit.
        last: whether the training is over. The snapshot then shows the best parameters.
    """

    step: int
    seconds: float
    loss: float
    psnr: float
    progress: float
    last: bool
    _make_artwork: Callable[[], Artwork] = field(repr=False)

    @cached_property
    def artwork(self) -> Artwork:
        """The artwork with the parameters of this snapshot; read it within the callback, as training continues."""
        return self._make_artwork()

    def render(self, size: tuple[int, int] | None = None, **options: Any) -> Pixels:
        """Render the picture so far; the arguments are those of ``Artwork.render``.

        Args:
            size: width and height, pixels; those of the artwork by default.
            options: the other arguments of ``Artwork.render``.

        Returns:
            The pixels, ``(h, w, 3 or 4)``, uint8 or uint16.
        """
        return self.artwork.render(size, **options)


OnStep: TypeAlias = "Callable[[TrainingSnapshot], object]"
"""A callback of a training; it returns ``True`` (or ``np.True_``) to stop, and anything else to continue."""
