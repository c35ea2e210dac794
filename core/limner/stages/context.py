"""What travels along the chain of stages besides θ: the samples and the context they are seen in."""

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
    """What the model is asked about; a field that a domain does not use is None.

    Attributes:
        pixels: where the samples lie on the canvas, column and row, ``(2, n)``; the model's frame turns them into xy.
        xy: the points, already moved by the warps, ``(2, n)``; this is what encoders look at.
        index: which picture of a set each point belongs to, or each image is, integers ``(n,)``.
        code: the weights of the buttons, ``(m, n)``.
        images: source pictures, RGB from 0 to 1, ``(3, n, h, w)``.
        others: for each of them another picture of the same set, where there is one, ``(3, n, h, w)``.
        features: what the encoders made of the samples, ``(k, n)``, where that was kept: they are not asked again.
        raster: the whole picture that a code gave, ``(c, h, w)``, where that was kept: points are looked up in it.
    """

    pixels: Array | None = None
    xy: Array | None = None
    index: Array | None = None
    code: Array | None = None
    images: Array | None = None
    other_images: Array | None = None
    features: Array | None = None
    raster: Array | None = None

    @property
    def anchor(self) -> Array:
        """An array of one column a sample: its namespace, dtype and device are those of the run."""
        for array in (self.xy, self.pixels, self.code, self.images, self.features):
            if array is not None:
                return array
        raise ValueError("these samples are empty")

    @property
    def count(self) -> int:
        """n, the number of points, codes or images."""
        return int(self.anchor.shape[1])


@dataclass(frozen=True)
class Context:
    """Where and when the samples are looked at.

    Attributes:
        size: the whole picture's width and height, pixels.
        bounds: the picture's edges in the frame's coordinates; the model fills them in.
        seed: the recipe's seed.
        backend: whose arrays these are; None where a stage is called on its own.
        time: the moment of an animation, 0 to 1.
        step: a trainer's step.
        progress: how much of a fit's budget is spent, 0 to 1; schedules run over it.
        tile: which tile of the samples this is.
        training: True while fitting, False while painting.
        input_gradient: False where nobody asks for the gradient of the network's input: what it gives in its place is
            not looked at.
        theta_gradient: the same of the gradient of its θ: one player looks through the other, who does not learn then.
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
        """The backend's own ways for what the array API lacks; the standard's where a stage is called on its own."""
        return self.backend or STANDARD_PRIMITIVES

    def rng(self, *key: str | int) -> np.random.Generator:
        """Return a child generator for one use, from (seed, step, tile): never a running one, so that runs resume."""
        return child_rng(self.seed, *key, self.step, self.tile)
