"""The mask ``luminance``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from limner.plugin import Array, Context, Mask, Params, namespace
from limner_plugins.common.oklab import lightness
from limner_plugins.common.opacity import straight

SHARPEST = 1e-3  # range of lightness over which a hard edge rises: a quarter of a level of 255


class LuminanceMask(Mask):
    """The dark or the light areas of the picture; the others are transparent: ink without its paper.

    The lightness is that of OKLab, 0 for black to 1 for white. Where the opacity is below 1, white is taken out of the
    colours if the dark areas stay, and black if the light ones do. So edges have no fringes over paper of another
    colour. Over white or black paper the picture looks as before, except where it is less opaque than its ink would
    need: there it fades.
    """

    keep: Literal["dark", "light"] = Field(default="dark", description="the areas that stay")
    threshold: float = Field(default=0.6, ge=0, le=1, description="lightness at which the opacity is one half")
    softness: float = Field(
        default=0.4, ge=0, le=2, description="range of lightness over which the opacity goes from 0 to 1"
    )

    @classmethod
    def examples(cls) -> tuple[LuminanceMask, ...]:
        """Return soft and hard edges, of dark and of light areas."""
        return cls(), cls(keep="light", threshold=0.4, softness=0.0), cls(threshold=0.9, softness=1.0)

    def forward(self, params: Params, xy: Array, rgb: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return the opacity of the colours."""
        above = (lightness(rgb) - self.threshold) / max(self.softness, SHARPEST)
        share = namespace(rgb).clip(0.5 + (above if self.keep == "light" else -above), 0.0, 1.0)
        return share * share * (3.0 - 2.0 * share)

    def rgba(self, params: Params, xy: Array, colours: Array, ctx: Context) -> Array:
        """Return the colours without the white or black that shows through, and the opacity."""
        xp, rgb = namespace(colours), colours[:3, :]
        opacity = self.forward(params, xy, rgb, ctx)
        paper = 0.0 if self.keep == "light" else 1.0
        ink = straight(rgb - (1.0 - opacity) * paper, opacity)
        ink = xp.where(opacity < 1.0, xp.clip(ink, 0.0, 1.0), rgb)
        return xp.concat([ink, opacity * colours[3:, :] if colours.shape[0] == 4 else opacity], axis=0)
