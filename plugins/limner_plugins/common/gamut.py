"""Colours by lightness, hue and the share of the chroma that sRGB has room for there: every such colour can be shown.

On the way out from grey a colour (L, C cos h, C sin h) meets the edge of the gamut once. In units of L, s = C / L, each
linear channel is L³ q(s) with q(s) = Σ m (1 + k s)³, a cubic whose numbers depend on the hue alone; the edge is the
first s at which some q falls to 0 or rises to 1 / L³.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from limner.plugin import Array, namespace
from limner_plugins.common.oklab import TO_LINEAR, TO_ROOTS, constant, encode, encode_slope

WIDEST = 0.74  # no hue's edge lies farther out, in units of L
BISECTIONS, NEWTON_STEPS = 6, 3  # for an error below 1e-12, on all but one colour in a million
DARKEST = 0.01  # up to here no channel rises to 1, and 1 / L³ is as good as infinite

ShadePullback: TypeAlias = Callable[[Array], tuple[Array, Array, Array]]


def shade(light: Array, share: Array, hue: Array) -> Array:
    """sRGB ``(3, n)`` of lightness and share, ``(1, n)``, and of the hue's cosine and sine, ``(2, n)``."""
    k = _slopes(light) @ hue
    chroma = share * edge(light, k) * namespace(light).maximum(light, 0.0)
    roots = light + k * chroma
    return encode(constant(TO_LINEAR, light) @ (roots * roots * roots))


def shade_vjp(light: Array, share: Array, hue: Array) -> tuple[Array, ShadePullback]:
    """sRGB, and the pullback ``drgb -> (dlight, dshare, dangle)``, each ``(1, n)``, the angle in radians.

    The edge's own gradient is that of an implicit function: where q(s, k) stays at 0 or at 1 / L³.
    """
    xp = namespace(light)
    slopes, to_linear = _slopes(light), constant(TO_LINEAR, light)
    k = slopes @ hue
    s = edge(light, k)
    room = s * xp.maximum(light, 0.0)
    roots = light + k * (share * room)
    linear = to_linear @ (roots * roots * roots)

    def pullback(drgb: Array) -> tuple[Array, Array, Array]:
        droots = (to_linear.T @ (drgb * encode_slope(linear))) * (3.0 * roots * roots)
        dchroma = xp.sum(droots * k, axis=0, keepdims=True)
        ds = dchroma * share * xp.maximum(light, 0.0)
        dlight = xp.sum(droots, axis=0, keepdims=True) + dchroma * share * s * xp.astype(light > 0.0, light.dtype)
        by_light, by_k = _edge_gradient(light, k, s)
        dk = droots * (share * room) + ds * by_k
        turned = slopes @ xp.stack([-hue[1, :], hue[0, :]])
        return dlight + ds * by_light, dchroma * room, xp.sum(dk * turned, axis=0, keepdims=True)

    return encode(linear), pullback


def edge(light: Array, k: Array) -> Array:
    """How far out the gamut's edge lies, C / L, ``(1, n)``: bisections, then Newton's steps within what they leave."""
    xp = namespace(light)
    to_linear, square = constant(TO_LINEAR, light), k * k
    a, b, d = 3.0 * (to_linear @ k), 3.0 * (to_linear @ square), to_linear @ (square * k)
    top = _top(light)
    low, step = xp.zeros_like(light), WIDEST
    for _ in range(BISECTIONS):
        step *= 0.5
        s = low + step
        q = 1.0 + s * (a + s * (b + s * d))
        inside = (xp.min(q, axis=0, keepdims=True) >= 0.0) & (xp.max(q, axis=0, keepdims=True) <= top)
        low = low + step * xp.astype(inside, light.dtype)
    s = low + 0.5 * step
    for _ in range(NEWTON_STEPS):
        q = 1.0 + s * (a + s * (b + s * d))
        way, _ = _way(q, a + s * (2.0 * b + 3.0 * s * d), top)
        s = xp.clip(s + xp.min(way, axis=0, keepdims=True), low, low + step)
    return s


def _edge_gradient(light: Array, k: Array, s: Array) -> tuple[Array, Array]:
    """The gradient of the edge by lightness, ``(1, n)``, and by k, ``(3, n)``."""
    xp = namespace(light)
    to_linear, top = constant(TO_LINEAR, light), _top(light)
    r = 1.0 + k * s
    way, slope = _way(to_linear @ (r * r * r), to_linear @ (3.0 * r * r * k), top)
    active = xp.astype(way == xp.min(way, axis=0, keepdims=True), light.dtype)
    share = active / (slope * xp.sum(active, axis=0, keepdims=True))
    by_top = xp.sum(share * xp.astype(slope > 0.0, light.dtype), axis=0, keepdims=True)
    seen = xp.astype((light > DARKEST) & (light < 1.0), light.dtype)
    by_k = -(to_linear.T @ share) * (3.0 * r * r * s)
    return by_top * seen * (-3.0 * top / xp.maximum(light, DARKEST)), by_k


def _way(q: Array, slope: Array, top: Array) -> tuple[Array, Array]:
    """How far each channel is from the end that it goes to, as its tangent has it; and the tangent's slope, never 0."""
    xp = namespace(q)
    slope = xp.where(slope == 0.0, 1e-9, slope)
    return (xp.where(slope > 0.0, top, 0.0) - q) / slope, slope


def _top(light: Array) -> Array:
    inverse = 1.0 / namespace(light).clip(light, DARKEST, 1.0)
    return inverse * inverse * inverse


def _slopes(like: Array) -> Array:
    return constant(tuple(row[1:] for row in TO_ROOTS), like)
