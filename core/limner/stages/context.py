"""The inputs of the stages besides θ: the samples, and the context in which the stages evaluate them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from limner.arrays.primitives import STANDARD_PRIMITIVES, Primitives
from limner.imaging.canvas import Bounds
from limner.utils.seeding import child_rng

if TYPE_CHECKING:
    import numpy as np

    from limner.arrays.namespace import Array
    from limner.stages.backend import Backend


UNIT = Bounds(-1.0, 1.0, -1.0, 1.0)


@dataclass(frozen=True)
class Samples:
    """A batch of n inputs of a model: points, codes or images. Fields that a domain does not use are None.

    Attributes:
        pixels: positions on the canvas, column and row in pixels, ``(2, n)``; the frame converts them to ``xy``.
        xy: the points in the coordinates of the frame, after all warps, ``(2, n)``; encoders use these.
        index: the index of the picture of each sample, integers ``(n,)``.
        code: the conditioning codes, one weight per button, ``(m, n)``.
        images: source pictures, RGB from 0 to 1, ``(3, n, h, w)``.
        other_images: for each source picture, a different one of the same set if there is any, ``(3, n, h, w)``.
        features: precomputed features of the samples, ``(k, n)`` or ``(k, n, h, w)``; the encoders do not run again.
        raster: a precomputed raster of the whole picture, ``(c, h, w)``; the model interpolates points in it.
        page: positions on the page, ``(2, n)``, if ``pixels`` are mirrored at the edges of the picture; a mask uses
            these, so that bleed does not repeat its outline.
    """

    pixels: Array | None = None
    xy: Array | None = None
    index: Array | None = None
    code: Array | None = None
    images: Array | None = None
    other_images: Array | None = None
    features: Array | None = None
    raster: Array | None = None
    page: Array | None = None

    @property
    def anchor(self) -> Array:
        """The first of ``xy``, ``pixels``, ``code``, ``images`` and ``features`` that is set.

        An encoder of points gets its coordinates, ``xy``. For any samples, the second axis has length n, and the array
        has the namespace, dtype and device of the run.
        """
        for array in (self.xy, self.pixels, self.code, self.images, self.features):
            if array is not None:
                return array
        raise ValueError("the samples hold no arrays")

    @property
    def count(self) -> int:
        """The number n of points, codes or images."""
        return int(self.anchor.shape[1])


@dataclass(frozen=True)
class Context:
    """Information about the current run, for the stages.

    Attributes:
        size: width and height of the whole picture, in pixels.
        bounds: the edges of the picture in the coordinates of the frame; the model sets them.
        seed: the seed of the recipe.
        backend: the backend of the arrays; None if a stage is called outside a run.
        time: the position in an animation, 0 to 1.
        step: the index of the training step, from 0.
        progress: the fraction of the training budget that is spent, 0 to 1, for schedules.
        tile: the index of this tile of samples; random numbers depend on it.
        training: True during training, False during rendering.
        input_gradient: whether the gradient of the network's input is needed. If not, ``vjp`` may return anything in
            its place.
        theta_gradient: whether the gradient of the network's parameters is needed. It is not while a generator trains
            through a discriminator, which does not learn in that step.
    """

    size: tuple[int, int]
    bounds: Bounds = UNIT
    seed: int = 0
    backend: Backend | None = None
    time: float = 0.0
    step: int = 0
    progress: float = 0.0
    tile: int = 0
    training: bool = False
    input_gradient: bool = True
    theta_gradient: bool = True

    @property
    def primitives(self) -> Primitives:
        """The operations that the array API lacks: those of the backend, or portable ones if there is no backend."""
        return self.backend or STANDARD_PRIMITIVES

    def rng(self, *key: str | int) -> np.random.Generator:
        """Return a new random generator for the use that ``key`` names.

        It depends only on (seed, key, step, tile), so a resumed run draws the same numbers as an uninterrupted one.
        """
        return child_rng(self.seed, *key, self.step, self.tile)
