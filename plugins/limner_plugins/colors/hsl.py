"""The colour mode ``hsl``."""

from __future__ import annotations

import numpy as np

from limner.plugin import Array, ColorMode, Context, Gradients, Params, Pullback, namespace


class Hsl(ColorMode):
    """Hue, saturation, lightness; the hue is periodic.

    Each of R, G and B is l - s min(l, 1 - l) m(h), with k = (n + 12h) mod 12 for n = 0, 8, 4 twelfths and
    m = clip(min(k - 3, 9 - k), -1, 1). Equal to the usual conversion (CSS Color Module Level 3, 4.2.4).
    """

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> None:  # noqa: ARG003
        """Return None: drawn channels glare in most pictures, and palettes do not."""
        return

    def component_names(self) -> tuple[str, ...]:
        """Return the letters of hue, saturation and lightness."""
        return "H", "S", "L"

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return RGB of h, s, l."""
        s, light = x[1:2, :], x[2:3, :]
        m, _ = _wave(x[0:1, :])
        return light - s * namespace(x).minimum(light, 1.0 - light) * m

    def vjp(self, params: Params, x: Array, ctx: Context) -> tuple[Array, Pullback]:  # noqa: ARG002
        """Return RGB, and the pullback through the wave's slope."""
        xp = namespace(x)
        s, light = x[1:2, :], x[2:3, :]
        m, slope = _wave(x[0:1, :])
        room = xp.minimum(light, 1.0 - light)
        droom = 1.0 - 2.0 * xp.astype(light > 0.5, x.dtype)

        def pullback(drgb: Array) -> tuple[Gradients, Array]:
            dm = xp.sum(drgb * m, axis=0, keepdims=True)
            dh = -12.0 * s * room * xp.sum(drgb * slope, axis=0, keepdims=True)
            dl = xp.sum(drgb, axis=0, keepdims=True) - s * droom * dm
            return {}, xp.concat([dh, -room * dm, dl], axis=0)

        return light - s * room * m, pullback


def _wave(h: Array) -> tuple[Array, Array]:
    """Return m for R, G and B, ``(3, n)``, and its slope by k."""
    xp = namespace(h)
    k = xp.concat([xp.remainder(n + 12.0 * h, xp.full_like(h, 12.0)) for n in (0.0, 8.0, 4.0)], axis=0)
    m = xp.clip(xp.minimum(k - 3.0, 9.0 - k), -1.0, 1.0)
    rising = xp.astype((k > 2.0) & (k < 4.0), h.dtype)
    falling = xp.astype((k > 8.0) & (k < 10.0), h.dtype)
    return m, rising - falling
