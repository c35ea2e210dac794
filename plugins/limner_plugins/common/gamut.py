"""Colours by lightness, hue and the fraction of the chroma available in sRGB: each is displayable.

On the way out from grey a colour (L, C cos h, C sin h) meets the edge of the gamut once. In units of L, s = C / L, each
linear channel is L³ q(s) with q(s) = Σ m (1 + k s)³, a cubic whose coefficients depend on the hue alone; the edge is
the first s at which some q falls to 0 or rises to 1 / L³.
"""

from __future__ import annotations

import numpy as np

from limner.plugin import Array, namespace, operation
from limner_plugins.common.oklab import TO_LINEAR, TO_ROOTS, constant, encode

WIDEST = 0.74  # the farthest edge of any hue, in units of L
BISECTIONS, NEWTON_STEPS = 6, 3  # error below 1e-12 for all but one colour in a million
DARKEST = 0.01  # below it no channel reaches 1, so 1 / L³ can be treated as infinite


def shade(light: Array, share: Array, hue: Array) -> Array:
    """Return sRGB ``(3, n)`` of lightness, chroma fraction, both ``(1, n)``, and the hue's cosine and sine."""
    k = _slopes(light) @ hue
    chroma = share * edge(light, k) * namespace(light).maximum(light, 0.0)
    roots = light + k * chroma
    return encode(constant(TO_LINEAR, light) @ (roots * roots * roots))


def edge(light: Array, k: Array) -> Array:
    """Return the gamut's edge C / L, ``(1, n)``."""
    return _edge(namespace(light).concat([light, k], axis=0))


def chroma_limit(light: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Return the highest chroma that sRGB can show at lightnesses and hues, the latter in radians, all ``(n,)``."""
    k = np.asarray(_slopes(light)) @ np.stack([np.cos(angle), np.sin(angle)])
    limit: np.ndarray = np.asarray(edge(light[None], k))[0] * light
    return limit


def _found(light_and_k: Array) -> Array:
    """Return the edge by bisection, then by Newton's method within the remaining interval."""
    xp, light, k = namespace(light_and_k), light_and_k[:1, :], light_and_k[1:, :]
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


def _slope(s: Array, light_and_k: Array) -> Array:
    """Return the derivative of the edge by lightness and k, an implicit function: q(s, k) stays at 0 or 1 / L³."""
    xp, light, k = namespace(light_and_k), light_and_k[:1, :], light_and_k[1:, :]
    to_linear, top = constant(TO_LINEAR, light), _top(light)
    r = 1.0 + k * s
    way, slope = _way(to_linear @ (r * r * r), to_linear @ (3.0 * r * r * k), top)
    active = xp.astype(way == xp.min(way, axis=0, keepdims=True), light.dtype)
    share = active / (slope * xp.sum(active, axis=0, keepdims=True))
    by_top = xp.sum(share * xp.astype(slope > 0.0, light.dtype), axis=0, keepdims=True)
    seen = xp.astype((light > DARKEST) & (light < 1.0), light.dtype)
    by_k = -(to_linear.T @ share) * (3.0 * r * r * s)
    return xp.concat([by_top * seen * (-3.0 * top / xp.maximum(light, DARKEST)), by_k], axis=0)


_edge = operation(_found, lambda ds, s, light_and_k: ds * _slope(s, light_and_k), name="edge")


def _way(q: Array, slope: Array, top: Array) -> tuple[Array, Array]:
    """Return the distance of each channel from the end it approaches, by its tangent, and that slope, never 0."""
    xp = namespace(q)
    slope = xp.where(slope == 0.0, 1e-9, slope)
    return (xp.where(slope > 0.0, top, 0.0) - q) / slope, slope


def _top(light: Array) -> Array:
    inverse = 1.0 / namespace(light).clip(light, DARKEST, 1.0)
    return inverse * inverse * inverse


def _slopes(like: Array) -> Array:
    return constant(tuple(row[1:] for row in TO_ROOTS), like)
