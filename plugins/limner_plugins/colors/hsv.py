"""The colour mode ``hsv``."""

from __future__ import annotations

import numpy as np

from limner.plugin import Array, ColorMode, Context, Gradients, Params, Pullback, namespace


class Hsv(ColorMode):
    """Hue, saturation, value; the hue is periodic: 0 and 1 are both red.

    Each of R, G and B is v (1 - s m(h)), with m a trapezoid over the circle of hues that starts at n = 5, 3, 1 sixths:
    k = (n + 6h) mod 6, m = clip(min(k, 4 - k), 0, 1). Equal to the usual six cases of A. R. Smith (1978).
    """

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> None:  # noqa: ARG003
        """Return None: drawn channels glare in most pictures, and palettes do not."""
        return

    def component_names(self) -> tuple[str, ...]:
        """Return the letters of hue, saturation and value."""
        return "H", "S", "V"

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return RGB of h, s, v."""
        m, _ = _trapezoid(x[0:1, :])
        return x[2:3, :] * (1.0 - x[1:2, :] * m)

    def vjp(self, params: Params, x: Array, ctx: Context) -> tuple[Array, Pullback]:  # noqa: ARG002
        """Return RGB, and the pullback through the trapezoid's slope."""
        m, slope = _trapezoid(x[0:1, :])
        s, v = x[1:2, :], x[2:3, :]

        def pullback(drgb: Array) -> tuple[Gradients, Array]:
            xp = namespace(drgb)
            dh = -6.0 * s * v * xp.sum(drgb * slope, axis=0, keepdims=True)
            ds = -v * xp.sum(drgb * m, axis=0, keepdims=True)
            dv = xp.sum(drgb * (1.0 - s * m), axis=0, keepdims=True)
            return {}, xp.concat([dh, ds, dv], axis=0)

        return v * (1.0 - s * m), pullback


def _trapezoid(h: Array) -> tuple[Array, Array]:
    """Return m for R, G and B, ``(3, n)``, and its slope by k: 1 on the way up, -1 on the way down, else 0."""
    xp = namespace(h)
    k = xp.concat([xp.remainder(n + 6.0 * h, xp.full_like(h, 6.0)) for n in (5.0, 3.0, 1.0)], axis=0)
    m = xp.clip(xp.minimum(k, 4.0 - k), 0.0, 1.0)
    slope = xp.astype(k < 1.0, h.dtype) - xp.astype((k > 3.0) & (k < 4.0), h.dtype)
    return m, slope
