"""The colour mode ``hsl``."""

from __future__ import annotations

from limner.plugin import Array, ColorMode, Context, Params, namespace


class Hsl(ColorMode):
    """Hue, saturation, lightness; the hue is a circle.

    Each of R, G and B is l - s min(l, 1 - l) m(h), with k = (n + 12h) mod 12 for n = 0, 8, 4 twelfths and
    m = clip(min(k - 3, 9 - k), -1, 1). Equal to the usual conversion (CSS Color Module Level 3, 4.2.4).
    """

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return RGB of h, s, l."""
        xp = namespace(x)
        h, s, light = x[0:1, :], x[1:2, :], x[2:3, :]
        k = xp.concat([xp.remainder(n + 12.0 * h, xp.full_like(h, 12.0)) for n in (0.0, 8.0, 4.0)], axis=0)
        m = xp.clip(xp.minimum(k - 3.0, 9.0 - k), -1.0, 1.0)
        return light - s * xp.minimum(light, 1.0 - light) * m
