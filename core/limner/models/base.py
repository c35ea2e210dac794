"""The model: the stages of a recipe as one function of samples and θ."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.arrays.parameters import ParameterLayout
    from limner.composition.recipe import Recipe
    from limner.stages.context import Context, Samples

NOTHING_STORED: Mapping[str, np.ndarray] = MappingProxyType({})


class Model(ABC):
    """A function from samples to colours. It holds stages and parameter layouts, but no parameters."""

    recipe: Recipe
    is_renderable: bool = True
    """Whether the model can render a picture by itself; an image-to-image model needs source pictures."""
    raster_size: tuple[int, int] | None = None
    """Width and height, if the network outputs all pixels of a picture at once; training samples are then codes."""

    @property
    def generates_from_noise(self) -> bool:
        """Whether the model generates pictures from random noise, without points or source images."""
        return False

    @property
    def is_raster(self) -> bool:
        """Whether the network outputs all pixels of a picture at once, one picture per code."""
        return self.raster_size is not None

    @property
    @abstractmethod
    def layout(self) -> ParameterLayout:
        """The layout of θ."""

    @property
    @abstractmethod
    def alpha(self) -> bool:
        """Whether the colours are RGBA."""

    @abstractmethod
    def resolved(self) -> Recipe:
        """Return the recipe with random structural choices replaced by values drawn from its seed."""

    @abstractmethod
    def init_params(self, stored: Mapping[str, np.ndarray] = NOTHING_STORED) -> np.ndarray:
        """Return the initial θ, which depends only on the recipe and its seed: float32, on the host.

        Args:
            stored: parameters to use for stages that cannot be initialised, by the path of the stage; an earlier
                artwork has them if a stage reads a file that is missing now.

        Raises:
            LimnerError: a stage cannot be initialised, for example because a file that it reads is missing.
        """

    def swatches(self, theta: np.ndarray) -> np.ndarray:  # noqa: ARG002
        """Return the colours that the model mixes, sRGB ``(k, 3)``; empty if it has no fixed set; see ``ColorMode``.

        Args:
            theta: the parameters, on the host.
        """
        return np.empty((0, 3))

    @abstractmethod
    def inference_floats(self) -> int:
        """Return the approximate number of floats per sample in memory at once while rendering."""

    def features(self, theta: Array, samples: Samples, ctx: Context) -> Array | None:  # noqa: ARG002
        """Return the features ``(k, n)`` of the samples if they do not change during training; otherwise None.

        A fit calls this once, and passes the features to later calls in ``Samples.features``.
        """
        return None

    def raster(self, theta: Array, ctx: Context) -> Array | None:  # noqa: ARG002
        """Return the whole picture ``(c, h, w)`` if the network outputs all pixels at once; otherwise None.

        Rendering calls this once per picture, and passes the raster to later calls in ``Samples.raster``.
        """
        return None

    def jacobian(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Array, Array]:
        """Return the colours ``(c, n)`` and their derivatives with respect to θ, ``(c, len θ, n)``.

        Raises:
            NotImplementedError: a stage has no derivatives for single points; the message says which.
        """
        raise NotImplementedError("a blend has no Jacobian")

    @abstractmethod
    def forward(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """Return the colours ``(c, n)`` of the samples at ``samples.pixels``: RGB or RGBA, not clamped."""

    @abstractmethod
    def vjp(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Array, Callable[[Array], Array]]:
        """Return the colours and the pullback ``dcolours -> dθ``, a flat vector summed over the samples."""
