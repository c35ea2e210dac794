"""The model: a recipe's stages as one function over one θ."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.arrays.parameters import ParameterLayout
    from limner.composition.recipe import Recipe
    from limner.stages.context import Context, Samples


class Model(ABC):
    """A picture as a function: samples in, colours out. It holds stages and layouts, and no numbers of its own."""

    recipe: Recipe
    is_renderable: bool = True
    """Has it a picture of its own? One that takes pictures to pictures has none."""
    raster_size: tuple[int, int] | None = None
    """Width and height, where a code gives all pixels of a picture at once; samples of a fit are codes then."""

    @property
    def generates_from_noise(self) -> bool:
        """Whether it makes pictures of noise, without a place in them or a picture that it is given."""
        return False

    @property
    def is_raster(self) -> bool:
        """Whether a code yields all pixels of a picture at once."""
        return self.raster_size is not None

    @property
    @abstractmethod
    def layout(self) -> ParameterLayout:
        """The whole of θ."""

    @property
    @abstractmethod
    def alpha(self) -> bool:
        """Whether the colours are RGBA."""

    @abstractmethod
    def resolved(self) -> Recipe:
        """Return the recipe with all structure drawn from its seed and recorded."""

    @abstractmethod
    def init_params(self) -> np.ndarray:
        """Return θ at the start, from the recipe's seed: float32, on the host.

        Raises:
            LimnerError: a stage cannot be drawn: a file that it reads is missing, say.
        """

    @abstractmethod
    def inference_floats(self) -> int:
        """Return about the most numbers that rendering one sample holds at once."""

    def features(self, theta: Array, samples: Samples, ctx: Context) -> Array | None:  # noqa: ARG002
        """Return the features ``(k, n)`` of the samples if training never changes them; else None.

        A fit asks once and hands it back in ``Samples.features``.
        """
        return None

    def raster(self, theta: Array, ctx: Context) -> Array | None:  # noqa: ARG002
        """Return the whole picture ``(c, h, w)`` if a code yields it at once; None if any point has a colour.

        Painting asks once a picture and hands it back in ``Samples.raster``.
        """
        return None

    def jacobian(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Array, Array]:
        """Return the colours ``(c, n)``, and the derivative of each by each number of θ, ``(c, len θ, n)``.

        Raises:
            NotImplementedError: a stage cannot tell its derivatives point by point; the message says which.
        """
        raise NotImplementedError("a blend has no Jacobian")

    @abstractmethod
    def forward(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """Return the colours ``(c, n)`` of samples that bring their ``pixels``: RGB or RGBA, not clamped."""

    @abstractmethod
    def vjp(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Array, Callable[[Array], Array]]:
        """Return the colours, and the pullback ``dcolours -> dθ``, flat and summed over the samples."""
