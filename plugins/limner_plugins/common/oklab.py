"""OKLab, a perceptually uniform space: L is the lightness, 0 to 1, a runs from green to red, b from blue to yellow.

Arrays are features first, ``(3, n)``; sRGB from 0 to 1. Source: B. Ottosson, "A perceptual color space for image
processing", 2020; the sRGB transfer function is that of IEC 61966-2-1.
"""

from __future__ import annotations

import numpy as np

from limner.plugin import Array, device, namespace, operation

# OKLab to the cube roots of the cone responses, and from the responses to linear sRGB.
TO_ROOTS = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
TO_LINEAR = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
# Linear sRGB to cone responses, and the cube roots of these to the lightness: rows of the inverse matrices.
TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
TO_LIGHTNESS = (0.2104542553, 0.7936177850, -0.0040720468)
KNEE = 0.0031308  # end of the linear part of sRGB's transfer function


def constant(numbers: tuple[tuple[float, ...], ...], like: Array) -> Array:
    """Return a matrix in the namespace, dtype and device of another array."""
    return namespace(like).asarray(numbers, dtype=like.dtype, device=device(like))


def _encode(linear: Array) -> Array:
    xp = namespace(linear)
    power = 1.055 * xp.maximum(linear, KNEE) ** (1.0 / 2.4) - 0.055
    return xp.where(linear <= KNEE, 12.92 * linear, power)


def _encode_slope(linear: Array) -> Array:
    xp = namespace(linear)
    power = 1.055 / 2.4 * xp.maximum(linear, KNEE) ** (1.0 / 2.4 - 1.0)
    return xp.where(linear <= KNEE, 12.92, power)


encode = operation(_encode, lambda dy, _, linear: dy * _encode_slope(linear), name="encode")
"""``encode(linear)``: linear light as sRGB, extended by a line below 0 so that it is never NaN."""


def to_srgb(lab: Array) -> Array:
    """Return OKLab as sRGB; linear channels outside the gamut are clipped to 0 to 1, and give no gradient there."""
    roots = constant(TO_ROOTS, lab) @ lab
    linear = constant(TO_LINEAR, lab) @ (roots * roots * roots)
    return encode(namespace(lab).clip(linear, 0.0, 1.0))


def lightness(rgb: Array) -> Array:
    """Return the lightness L ``(1, n)`` of sRGB ``(3, n)``, after clipping to 0 to 1."""
    xp = namespace(rgb)
    rgb = xp.clip(rgb, 0.0, 1.0)
    linear = xp.where(rgb <= 12.92 * KNEE, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    roots = (constant(TO_CONES, rgb) @ linear) ** (1.0 / 3.0)
    return constant((TO_LIGHTNESS,), rgb) @ roots


def from_srgb(rgb: np.ndarray) -> np.ndarray:
    """Return sRGB ``(3, n)`` as OKLab, on the host, float64."""
    rgb = np.asarray(rgb, dtype=np.float64)
    linear = np.where(rgb <= 12.92 * KNEE, rgb / 12.92, ((np.maximum(rgb, 0.0) + 0.055) / 1.055) ** 2.4)
    return np.linalg.solve(np.asarray(TO_ROOTS), np.cbrt(np.linalg.solve(np.asarray(TO_LINEAR), linear)))
