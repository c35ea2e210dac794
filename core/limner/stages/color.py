"""The colour mode: converts the channels of a network to RGB."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

import numpy as np
from pydantic import Field

from limner.arrays.namespace import namespace
from limner.stages import derived
from limner.stages.base import Parametric

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from limner.arrays.namespace import Array
    from limner.arrays.parameters import Params
    from limner.stages.context import Context
    from limner.stages.derived import Gradients
    from limner.stages.network import Pullback

OPACITY_FIELDS = ("alpha", "opacity")
"""The fields of the opacity, which every colour mode has."""
Opacity: TypeAlias = Literal["fold", "full", "plain"]
FOLDED_RANGE = {"fold": 0.75, "full": 1.0}
"""The range of the opacity below 1, for each way to fold its channel."""


class ColorMode(Parametric):
    """Converts components ``(c, n)``, nominally 0 to 1, to RGB ``(3, n)``, without clamping.

    A subclass implements ``forward``, and ``num_components`` unless there are three components. This base class handles
    opacity: a renderer calls ``rgba`` with all channels, and the last one is the opacity if ``alpha`` is set.

    Components from 0 to 1 must give RGB from 0 to 1, unless the class sets ``wide_gamut``.
    """

    wide_gamut: ClassVar[bool] = False
    """Whether components from 0 to 1 can give RGB below 0 or above 1, which an sRGB screen cannot show."""

    takes_palette: ClassVar[bool] = False
    """Whether the fields ``name``, ``colors`` and ``image`` choose the colours: a palette's name, a list, a picture."""

    conditional_fields: ClassVar[tuple[tuple[Any, ...], ...]] = (("opacity", "alpha"),)

    alpha: bool = Field(
        default=False,
        description="add a channel o for the opacity",
    )
    opacity: Opacity = Field(
        default="fold",
        description="opacity a as a function of the channel o: a = 0.25 + 0.75 (1 - |2o - 1|), never fully transparent"
        " (fold), a = 1 - |2o - 1|, from 0 to 1 (full), or a = o, for learning the opacity of an image (plain)",
    )

    def num_components(self) -> int:
        """Return c, the number of colour components, without opacity."""
        return 3

    def component_names(self) -> tuple[str, ...]:
        """Return a short name of each colour component for diagrams, such as ``R``; empty if they have no names."""
        return ()

    def settings_for_fit(self) -> Mapping[str, Any]:
        """Return settings that suit a fit, for those that the recipe does not set."""
        return {}

    def guide(self, params: Params) -> tuple[ColorMode, Callable[[Array], Array]] | None:  # noqa: ARG002
        """Return an easier problem for the first part of a fit, if the loss has many minima in the components.

        Returns:
            A mode with the same channels and parameters, and the function from the image's RGB ``(3, n)`` to the
            output ``(3, n)`` that the mode should have instead; None for no such problem.
        """
        return None

    @abstractmethod
    def forward(self, params: Params, x: Array, ctx: Context) -> Array:
        """Return the RGB colours ``(3, n)`` of the components ``x``, ``(c, n)``."""

    def vjp(self, params: Params, x: Array, ctx: Context) -> tuple[Array, Pullback]:
        """Return RGB and the pullback ``drgb -> ({name: gradient}, dx)``; derived from ``forward`` by default.

        At a kink, the gradient of either side is allowed.
        """
        return derived.params_and_input_vjp(self, params, x, ctx)

    def swatches(self, params: Params) -> np.ndarray:  # noqa: ARG002
        """Return the colours that the mode mixes: sRGB ``(k, 3)``, from 0 to 1, in the order of the gradient.

        They are the colours in θ, which training may have changed. Empty, ``(0, 3)``, if the mode has no fixed set of
        colours, as ``hsv``.

        Args:
            params: the parameters of the mode, as NumPy arrays.
        """
        return np.empty((0, 3))

    def channels(self) -> int:
        """Return the number of channels that the network must output: the components, and one for opacity if set."""
        return self.num_components() + int(self.alpha)

    def rgba(self, params: Params, x: Array, ctx: Context) -> Array:
        """Return RGB ``(3, n)``, or RGBA ``(4, n)`` if ``alpha`` is set, of all channels of the network."""
        if not self.alpha:
            return self.forward(params, x, ctx)
        opacity = self._opacity(x[-1:, :])
        return namespace(x).concat([self.forward(params, x[:-1, :], ctx), opacity], axis=0)

    def rgba_vjp(self, params: Params, x: Array, ctx: Context) -> tuple[Array, Pullback]:
        """Return RGB or RGBA and the pullback ``dy -> ({name: gradient}, dx)``."""
        ctx = replace(ctx, input_gradient=True)  # always needed: x is the network's output
        if not self.alpha:
            return self.vjp(params, x, ctx)
        xp = namespace(x)
        rgb, pull = self.vjp(params, x[:-1, :], ctx)
        o = x[-1:, :]

        def pullback(dy: Array) -> tuple[Gradients, Array]:
            gradient, dx = pull(dy[:-1, :])
            do = dy[-1:, :]
            if self.opacity != "plain":
                do = -2.0 * FOLDED_RANGE[self.opacity] * xp.sign(2.0 * o - 1.0) * do
            return gradient, xp.concat([dx, do], axis=0)

        return xp.concat([rgb, self._opacity(o)], axis=0), pullback

    def _opacity(self, o: Array) -> Array:
        return o if self.opacity == "plain" else 1.0 - FOLDED_RANGE[self.opacity] * namespace(o).abs(2.0 * o - 1.0)
